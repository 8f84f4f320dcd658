"""A real Alertmanager on loopback, and what it makes of alerts."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
import time
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["alertmanager", "states"]

PATIENCE_SECONDS = 20


@contextmanager
def alertmanager(binary: str, config: Path, folder: Path) -> Iterator[str]:
    """Run Alertmanager with a configuration; yield its URL once it listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    flags = [f"--config.file={config}", "--storage.path=am", "--cluster.listen-address="]
    command = [binary, *flags, f"--web.listen-address={address}"]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            for line in process.stderr:
                if "Listening on" in line or "msg=Listening" in line:
                    break
            # It goes on talking: somebody has to listen, or it stops when the pipe is full.
            threading.Thread(target=process.stderr.read, daemon=True).start()
            yield f"http://{address}"
        finally:
            process.terminate()
            process.communicate(timeout=30)


def states(url: str, alerts: Sequence[dict[str, str]]) -> list[str]:
    """Send alerts, the last of which is to be inhibited; return the state of each then.

    Alertmanager takes alerts in order, so when the last is inhibited all were seen; where it
    never is, the states at the end of all patience tell.
    """
    body = json.dumps([{"labels": labels} for labels in alerts]).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/api/v2/alerts", body, headers)
    urllib.request.urlopen(request, timeout=10).close()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        with urllib.request.urlopen(f"{url}/api/v2/alerts", timeout=10) as answer:
            shown = [(one["labels"], one["status"]["state"]) for one in json.load(answer)]
        found = [next((state for seen, state in shown if seen == one), "") for one in alerts]
        if found[-1] == "suppressed" or time.monotonic() > deadline:
            return found
        time.sleep(0.05)
