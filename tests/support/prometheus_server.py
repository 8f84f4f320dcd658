"""A real Prometheus on loopback that takes history by remote write and answers queries.

All of its samples stay in one head block (a chunk range far longer than any history), so that a
series may be written after others that end much later, and nothing is compacted meanwhile. Such a
head is slow to read: what is to be timed is written to a block first (`snapshot`).
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from remote_write import batches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from remote_write import Series

__all__ = ["Prometheus", "started"]

PATIENCE_SECONDS = 60
CHUNK_RANGE = "200d"
POINTS_PER_QUERY = 11_000  # what the server allows

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Prometheus:
    """A running server.

    Attributes:
        url: Its address, without a last slash.
        connection: Kept open between questions.
        pid: Of the process.
        folder: Where its configuration is, and the rule files it reads (`*.rules.yml`).
    """

    url: str
    folder: Path
    connection: HTTPConnection
    pid: int

    def write(self, series: Iterable[Series]) -> None:
        """Store samples."""
        for batch in batches(series):
            self.write_batch(batch)

    def write_batch(self, batch: bytes) -> None:
        """Store the samples of a compressed remote-write request."""
        self._post("/api/v1/write", batch, {"Content-Encoding": "snappy"})

    def reload(self) -> None:
        """Let the server read its configuration and rule files again."""
        self._post("/-/reload", b"", {})

    def snapshot(self) -> Path:
        """Write all samples to one block, as old ones are kept; return a storage of it alone."""
        name = json.loads(self._post("/api/v1/admin/tsdb/snapshot", b"", {}))["data"]["name"]
        return self.folder / "data" / "snapshots" / name

    def instant(self, expr: str, at: float, *, named: bool = False) -> dict[Labels, float]:
        """Return the values of an expression at a moment, Unix seconds, by their labels.

        Args:
            expr: The expression.
            at: The moment.
            named: Whether the metric's name is one of the labels.
        """
        data = self.ask("query", query=expr, time=f"{at:.3f}")
        if data["resultType"] == "scalar":
            return {(): float(data["result"][1])}
        return {
            _labels(one["metric"], named=named): float(one["value"][1]) for one in data["result"]
        }

    def value(self, expr: str, at: float) -> float | None:
        """Return the one value of an expression at a moment; None for no value."""
        found = self.instant(expr, at)
        assert len(found) <= 1, (expr, found)
        return next(iter(found.values()), None)

    def steps(
        self, expr: str, first_ms: int, last_ms: int, step_seconds: int
    ) -> dict[Labels, list[tuple[int, float]]]:
        """Return the values of an expression at every step, as (milliseconds, value)."""
        out: dict[Labels, list[tuple[int, float]]] = {}
        width = step_seconds * 1_000 * (POINTS_PER_QUERY - 1)
        for start in range(first_ms, last_ms + 1, width + step_seconds * 1_000):
            end = min(last_ms, start + width)
            data = self.ask(
                "query_range",
                query=expr,
                start=f"{start / 1e3:.3f}",
                end=f"{end / 1e3:.3f}",
                step=str(step_seconds),
            )
            for one in data["result"]:
                found = out.setdefault(_labels(one["metric"]), [])
                found += [(round(at * 1e3), float(value)) for at, value in one["values"]]
        return out

    def samples_touched(self, expr: str, at: float) -> int:
        """Return how many samples the server reads to evaluate an expression once."""
        data = self.ask("query", query=expr, time=f"{at:.3f}", stats="all")
        return int(data["stats"]["samples"]["totalQueryableSamples"])

    def cpu_seconds(self) -> float:
        """Return the CPU time that the process has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def ask(self, endpoint: str, **form: str) -> Any:
        """Return the data of an API call."""
        body = urllib.parse.urlencode(form).encode()
        return json.loads(self._post(f"/api/v1/{endpoint}", body, {}))["data"]

    def get(self, path: str) -> Any:
        """Return the data of an API page."""
        with urllib.request.urlopen(f"{self.url}/api/v1/{path}", timeout=60) as answer:
            return json.loads(answer.read())["data"]

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> bytes:
        form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        try:
            self.connection.request("POST", path, body, form)
            answer = self.connection.getresponse()
        except ConnectionError:  # the server closes what was idle for minutes
            self.connection.close()
            self.connection.request("POST", path, body, form)
            answer = self.connection.getresponse()
        said = answer.read()
        assert answer.status < 300, f"{path}: {said.decode()[:2000]}"
        return said


@contextmanager
def started(
    prometheus: str,
    folder: Path,
    *,
    config: str = "",
    data: Path | None = None,
    flags: Sequence[str] = (),
) -> Iterator[Prometheus]:
    """Run a server until the block ends.

    Args:
        prometheus: The binary.
        folder: Where it keeps its data; rule files `*.rules.yml` in it are read.
        config: Lines of the section `global`, indented by two spaces.
        data: A storage to go on with, as `Prometheus.snapshot` returns it.
        flags: Further ones of the command line.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    head = f"global:\n  evaluation_interval: 1m\n{config}"
    (folder / "prometheus.yml").write_text(f"{head}rule_files: ['*.rules.yml']\n")
    command = [
        prometheus,
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={data or folder / 'data'}",
        f"--storage.tsdb.min-block-duration={CHUNK_RANGE}",
        f"--storage.tsdb.max-block-duration={CHUNK_RANGE}",
        "--storage.tsdb.retention.time=10y",
        "--query.max-samples=500000000",
        "--web.enable-remote-write-receiver",
        "--web.enable-lifecycle",
        "--web.enable-admin-api",
        f"--web.listen-address={address}",
        "--log.level=warn",
        *flags,
    ]
    with (folder / "log").open("w") as log, subprocess.Popen(command, stderr=log) as process:
        try:
            connection = HTTPConnection(address, timeout=600)
            server = Prometheus(
                url=f"http://{address}", folder=folder, connection=connection, pid=process.pid
            )
            _wait(server, process)
            yield server
            connection.close()
        finally:
            process.terminate()


def _wait(server: Prometheus, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, (server.folder / "log").read_text()
        try:
            with urllib.request.urlopen(f"{server.url}/-/ready", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("prometheus is not ready: " + (server.folder / "log").read_text())


def _labels(metric: dict[str, str], *, named: bool = False) -> Labels:
    return tuple(sorted(one for one in metric.items() if named or one[0] != "__name__"))
