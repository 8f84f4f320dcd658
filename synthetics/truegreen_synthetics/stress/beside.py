"""The probe that runs beside a stress run, in a process of its own.

Load in the same process would delay the probe itself; so the same journeys run as a monitoring
probe would run them, and what it counted in each stage is read from its metrics.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

from truegreen_definitions import names
from truegreen_definitions.errors import TerminalError
from truegreen_synthetics.lifeline import let_go, start_bound

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ProbeBeside"]

ANSWER_SECONDS = 5
END_SECONDS = 10
POLL_SECONDS = 0.05


class ProbeBeside:
    """A running probe.

    Args:
        plan: What it runs.
        location: From where.
        files: Folder of the journeys' rows.
        journal: File of what its runs make, if it is to note that.

    Raises:
        TerminalError: It does not begin.
    """

    def __init__(self, plan: Path, location: str, files: Path, journal: Path | None = None) -> None:
        command = [sys.executable, "-P", "-m", "truegreen_synthetics", "probe", f"--plan={plan}"]
        command += ["--listen=127.0.0.1:0", f"--location={location}", f"--data={files}"]
        command += [] if journal is None else [f"--journal={journal}"]
        # A pipe that nobody reads would stop the probe once it is full, just when much goes wrong.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  as long as the process
        self._process = start_bound(command, stdout=subprocess.DEVNULL, stderr=self._said)
        self._url = self._address()
        self._before: dict[str, int] = {}

    def since_last(self) -> dict[str, int]:
        """Return the steps by outcome since it was asked last, none where it does not answer."""
        try:
            with urllib.request.urlopen(self._url, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
                text = answer.read().decode()
        except OSError:
            return {}
        now: dict[str, int] = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if sample.name == names.STEP_OUTCOMES.name:
                    outcome = sample.labels[names.OUTCOME]
                    now[outcome] = now.get(outcome, 0) + int(sample.value)
        found = {outcome: count - self._before.get(outcome, 0) for outcome, count in now.items()}
        self._before = now
        return found

    def stop(self) -> None:
        """End it, so that it undoes what it made."""
        let_go(self._process, END_SECONDS)
        self._said.close()

    def _address(self) -> str:
        ended = False
        while not ended:
            ended = self._process.poll() is not None
            lines = self._lines()
            for line in lines:
                if (address := _listening(line)) is not None:
                    return f"http://{address}/metrics"
            time.sleep(0 if ended else POLL_SECONDS)
        self.stop()
        said = lines[-1].strip() if lines else ""
        raise TerminalError(f"the probe beside the load did not begin: {said}")

    def _lines(self) -> list[str]:
        """Return what it has said, without moving where it goes on to write."""
        size = os.fstat(self._said.fileno()).st_size
        return os.pread(self._said.fileno(), size, 0).decode(errors="replace").splitlines()


def _listening(line: str) -> str | None:
    """Return the address that a line says it listens at."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    if not isinstance(event, dict) or event.get("event") != "listening":
        return None
    found = event.get("address")
    return found if isinstance(found, str) else None
