"""The probe that runs beside a stress run, in a process of its own.

Load in the same process would delay the probe itself; so the same journeys run as a monitoring
probe would run them, and what it counted in each stage is read from its metrics.
"""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

from truegreen_definitions import names
from truegreen_definitions.errors import TerminalError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ProbeBeside"]

ANSWER_SECONDS = 5
END_SECONDS = 10


class ProbeBeside:
    """A running probe.

    Args:
        plan: What it runs.
        location: From where.
        files: Folder of the journeys' rows.

    Raises:
        TerminalError: It does not begin.
    """

    def __init__(self, plan: Path, location: str, files: Path) -> None:
        command = [sys.executable, "-P", "-m", "truegreen_synthetics", "probe", f"--plan={plan}"]
        command += ["--listen=127.0.0.1:0", f"--location={location}", f"--data={files}"]
        self._process = subprocess.Popen(  # noqa: S603  our own program
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
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
        self._process.terminate()
        try:
            self._process.communicate(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def _address(self) -> str:
        assert self._process.stderr is not None  # noqa: S101  it is a pipe
        said = ""
        for line in self._process.stderr:
            said = line
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if event.get("event") == "listening":
                return f"http://{event['address']}/metrics"
        self._process.wait()
        raise TerminalError(f"the probe beside the load did not begin: {said.strip()}")
