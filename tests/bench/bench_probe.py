"""Bench: the probe's engine against FastHttpUser, and its cold probes against blackbox_exporter.

All of them ask the same nginx, in turn, each in a process on the same core; the figures are CPU
time. A round is a measurement of each; ratios are taken round by round and their median printed.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from nginx_server import free_port, nginx

ROUNDS = int(os.environ.get("ROUNDS", "7"))
SECONDS = 1.5
CLIENTS = 4
ENGINES = Path(__file__).with_name("probe_engines.py")
HTTP = """
  keepalive_requests 1000000000;
  server {{ listen 127.0.0.1:{port} backlog=1024; location / {{
    default_type application/json;
    return 200 '{{"id":"A1","state":"paid","items":[{{"sku":"mug-12","price":12.5}}]}}';
  }} }}
"""


def engine(mode: str, url: str) -> float:
    """Return the CPU microseconds of a request of one of our engines, or of FastHttpUser."""
    command = [*pinned(0), sys.executable, str(ENGINES), mode, url, str(SECONDS)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def pinned(core: int) -> list[str]:
    """Return what pins a command to a core, where there is more than one."""
    several = (os.cpu_count() or 1) > 1 and shutil.which("taskset") is not None
    return ["taskset", "-c", str(core)] if several else []


def blackbox(pid: int, port: int, url: str) -> float:
    """Return the CPU microseconds of a probe of a running blackbox_exporter."""
    until, counts = time.monotonic() + SECONDS, [0] * CLIENTS

    def ask(place: int) -> None:
        probe = f"http://127.0.0.1:{port}/probe?module=http_2xx&target={url}/orders"
        while time.monotonic() < until:
            with urllib.request.urlopen(probe, timeout=10) as answer:
                assert b"\nprobe_success 1" in answer.read()
            counts[place] += 1

    before = cpu_seconds(pid)
    threads = [threading.Thread(target=ask, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (cpu_seconds(pid) - before) / sum(counts) * 1e6


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def tell(what: str, mine: list[float], peer: list[float], name: str, goal: float) -> None:
    """Print the medians and the median of the ratios of rounds."""
    ratio = statistics.median(b / a for a, b in zip(mine, peer, strict=True))
    print(
        f"{what}: {statistics.median(mine):.0f} us, {name} {statistics.median(peer):.0f} us: "
        f"{ratio:.2f} times as many per CPU-second (goal {goal})"
    )


def main() -> None:
    """Print all ratios."""
    program, exporter = shutil.which("nginx"), shutil.which("prometheus-blackbox-exporter")
    if program is None:
        print("nginx is missing: nothing to ask")
        return
    port, box_port = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as box:
        config = Path(box) / "blackbox.yml"
        config.write_text("modules: {http_2xx: {prober: http, http: {preferred_ip_protocol: ip4}}}")
        listen = f"--web.listen-address=127.0.0.1:{box_port}"
        command = [*pinned(0), exporter or "true", f"--config.file={config}", listen]
        with nginx(program, Path(name), HTTP.format(port=port), (port,), *pinned(1)):
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            env = {**os.environ, "GOMAXPROCS": "1"}
            with subprocess.Popen(command, env=env, **quiet) as process:  # type: ignore[call-overload]
                try:
                    time.sleep(1)
                    for _ in range(ROUNDS):
                        for mode in ("fasthttp", "lean", "full", "cold"):
                            found.setdefault(mode, []).append(engine(mode, url))
                        if exporter is not None:
                            cost = blackbox(process.pid, box_port, url)
                            found.setdefault("blackbox", []).append(cost)
                finally:
                    process.terminate()
    fast = found["fasthttp"]
    tell("a step with traceparent and histogram", found["lean"], fast, "FastHttpUser", 2.5)
    tell("a step with phases and both clocks", found["full"], fast, "FastHttpUser", 1.8)
    if exporter is not None:
        tell("a cold probe", found["cold"], found["blackbox"], "blackbox_exporter", 2.0)


if __name__ == "__main__":
    main()
