"""Lines of the engine keep every deadline without a timer for every wait."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from hostile_servers import BEHAVIOURS

from truegreen_synthetics.http.exchange_faults import Reason

SUPPORT = Path(__file__).parents[3] / "support"


def test_lines_of_the_engine_keep_deadlines_and_reasons() -> None:
    """Servers that mean harm, all at once, have the reasons they have over plain sockets, in time.

    Patience that grows is honoured beyond the timer that was set before, one that shrinks at once;
    what a buffer cannot hold is sent, or given up in time; no timer outlives its line. A kept
    connection on which something came that nobody asked for is not used again.
    """
    command = [sys.executable, str(SUPPORT / "hub_line_trials.py")]
    environment = {**os.environ, "PYTHONPATH": str(SUPPORT)}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    reasons = {name: reason for name, (reason, _) in found["hostile"].items()}
    assert reasons == {name: one[-1].value for name, one in BEHAVIOURS.items()}
    late = [found["hostile"][n][1] for n, one in BEHAVIOURS.items() if one[-1] is Reason.TIMEOUT]
    assert max(late) < 0.5 + 3
    assert found["patience"] == ["200", "200", "200", "timeout"]
    assert found["large"] == 3_000_000
    assert found["unread"] == "timeout"
    assert found["unasked"] == [True, True]
    assert found["timers"] == 0
