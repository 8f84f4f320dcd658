"""Shows a snapshot to a real Prometheus and asks it what it has understood."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING

from truegreen_telemetry.endpoint import MetricsApp
from truegreen_telemetry.server import MetricsServer

if TYPE_CHECKING:
    from pathlib import Path

    from truegreen_telemetry.samples import Snapshot

__all__ = ["scraped"]

PATIENCE_SECONDS = 40

CONFIG = """
global: {{scrape_interval: 1s}}
scrape_configs:
  - job_name: exporter
    honor_labels: true
    static_configs: [{{targets: ['127.0.0.1:{port}']}}]
"""


def scraped(
    prometheus: str, folder: Path, snapshot: Snapshot
) -> tuple[dict[tuple[str, frozenset[tuple[str, str]]], float], list[str]]:
    """Return what Prometheus holds after a scrape, and the warnings and errors of its log."""
    folder.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with MetricsServer(MetricsApp(lambda: snapshot)) as server:
        (folder / "prometheus.yml").write_text(CONFIG.format(port=server.port))
        command = [
            prometheus,
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
        ]
        with (folder / "log").open("w") as log, subprocess.Popen(command, stderr=log) as process:
            try:
                found = _series(f"http://127.0.0.1:{port}")
                said = (folder / "log").read_text().splitlines()
            finally:
                process.terminate()
    return found, [line for line in said if "level=warn" in line or "level=error" in line]


def _series(server: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if _query(server, 'up{job="exporter"} == 1'):
            found = _query(server, '{job="exporter"}')
            return {_key(series["metric"]): float(series["value"][1]) for series in found}
        time.sleep(0.2)
    raise AssertionError("Prometheus has not scraped the exporter")


def _key(labels: dict[str, str]) -> tuple[str, frozenset[tuple[str, str]]]:
    own = {k: v for k, v in labels.items() if k not in {"__name__", "job", "instance"} and v}
    return labels["__name__"], frozenset(own.items())


def _query(server: str, text: str) -> list[dict[str, dict[str, str]]]:
    url = f"{server}/api/v1/query?{urllib.parse.urlencode({'query': text})}"
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return list(json.load(response)["data"]["result"])
    except OSError:
        return []
