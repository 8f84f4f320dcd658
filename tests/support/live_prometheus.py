"""A real Prometheus on loopback over blocks that promtool makes of OpenMetrics text."""

from __future__ import annotations

import re
import subprocess
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["serving"]


@contextmanager
def serving(
    text: str,
    folder: Path,
    *,
    promtool: str = "promtool",
    prometheus: str = "prometheus",
    lookback: str = "5m",
) -> Iterator[str]:
    """Serve a history; give the URL, on a port of the kernel's choice.

    Args:
        text: The exposition, with a time on each sample.
        folder: Where blocks and configuration go.
        promtool: Its program.
        prometheus: Its program.
        lookback: How old a sample may be to count as the present one.
    """
    (folder / "history.om").write_text(text, encoding="utf-8")
    blocks = ["tsdb", "create-blocks-from", "openmetrics", "history.om", "data"]
    subprocess.run([promtool, *blocks], cwd=folder, check=True, capture_output=True)
    (folder / "prometheus.yml").write_text("{}", encoding="utf-8")
    command = [prometheus, "--config.file=prometheus.yml", "--storage.tsdb.path=data",
               "--web.listen-address=127.0.0.1:0",
               f"--query.lookback-delta={lookback}"]  # fmt: skip
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield _listening(process)
        finally:
            process.terminate()
            process.communicate(timeout=30)


def _listening(process: subprocess.Popen[str]) -> str:
    """Read Prometheus's log until it serves; return its URL."""
    url = ""
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(r"Listening on\" address=(127\.0\.0\.1:\d+)", line):
            url = f"http://{found[1]}"
        if "Server is ready" in line:
            # It goes on talking: somebody has to listen, or it stops when the pipe is full.
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return url
    raise AssertionError("prometheus did not start")
