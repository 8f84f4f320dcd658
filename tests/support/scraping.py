"""Shows a snapshot to a real Prometheus and asks it what it has understood."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

from truegreen_telemetry.endpoint import MetricsApp
from truegreen_telemetry.server import MetricsServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from truegreen_telemetry.samples import Snapshot

__all__ = ["queried", "running_prometheus", "scraped"]

PATIENCE_SECONDS = 40

CONFIG = """
global: {{scrape_interval: 1s}}
scrape_configs:
  - job_name: exporter
    honor_labels: true
    static_configs: [{{targets: ['127.0.0.1:{port}']}}]
    {more}
"""


@contextmanager
def running_prometheus(
    prometheus: str, folder: Path, target: int, how: str = "{}"
) -> Iterator[str]:
    """Run a Prometheus that scrapes a port of loopback; yield its address after the first scrape.

    Args:
        prometheus: The program.
        folder: Where it keeps everything; `data` in it may hold blocks already.
        target: The port to scrape.
        how: More of the scrape configuration, as a JSON object.
    """
    folder.mkdir(exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    more = "\n    ".join(f"{key}: {json.dumps(value)}" for key, value in json.loads(how).items())
    (folder / "prometheus.yml").write_text(CONFIG.format(port=target, more=more))
    command = [
        prometheus,
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--storage.tsdb.retention.time=100y",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (folder / "log").open("w") as log, subprocess.Popen(command, stderr=log) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            _await_scrape(url)
            yield url
        finally:
            process.terminate()


def scraped(
    prometheus: str, folder: Path, snapshot: Snapshot
) -> tuple[dict[tuple[str, frozenset[tuple[str, str]]], float], list[str]]:
    """Return what Prometheus holds after a scrape, and the warnings and errors of its log."""
    with (
        MetricsServer(MetricsApp(lambda: snapshot)) as server,
        running_prometheus(prometheus, folder, server.port) as url,
    ):
        found = {
            _key(series["metric"]): float(series["value"][1])
            for series in queried(url, '{job="exporter"}')
        }
        said = (folder / "log").read_text().splitlines()
    return found, [line for line in said if "level=warn" in line or "level=error" in line]


def _await_scrape(server: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if queried(server, 'up{job="exporter"} == 1'):
            return
        time.sleep(0.2)
    raise AssertionError("Prometheus has not scraped the exporter")


def _key(labels: dict[str, str]) -> tuple[str, frozenset[tuple[str, str]]]:
    own = {k: v for k, v in labels.items() if k not in {"__name__", "job", "instance"} and v}
    return labels["__name__"], frozenset(own.items())


def queried(server: str, text: str) -> list[dict[str, dict[str, str]]]:
    """Return the answer of an instant query; nothing while the server does not answer."""
    url = f"{server}/api/v1/query?{urllib.parse.urlencode({'query': text})}"
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return list(json.load(response)["data"]["result"])
    except OSError:
        return []
