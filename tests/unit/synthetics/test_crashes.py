"""Killed at any moment, a probe leaves nothing behind once another has started."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from killed_robots import restarted
from shopping import ask, orders_in, shop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CRASHES = int(os.environ.get("CRASHES", "20"))
SUPPORT = Path(__file__).parents[2] / "support"


@contextlib.contextmanager
def killer(url: str, journal: Path) -> Iterator[Callable[[float], None]]:
    """Return what makes a robot and kills it so many seconds later."""
    environment = {**os.environ, "PYTHONPATH": str(SUPPORT)}
    command = [sys.executable, str(SUPPORT / "killed_robots.py"), url, str(journal)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, env=environment, **pipes) as makes:  # type: ignore[call-overload]

        def kill(moment_seconds: float) -> None:
            makes.stdin.write(f"{moment_seconds}\n")
            makes.stdin.flush()
            assert makes.stdout.readline() == "dead\n"

        try:
            yield kill
        finally:
            makes.stdin.close()


def test_no_order_is_left_after_a_crash_at_any_moment(tmp_path: Path) -> None:
    """After kills at seeded moments between create and cancel every order is cancelled.

    Twenty of them here; `tests/torture/torture_journeys.py` has a hundred.

    The shop answers late, and in between not at all, so that a kill often falls between what was
    sent and what was answered.
    """
    moments = random.Random(20_261_122)
    orders = tmp_path / "orders.jsonl"
    journal = tmp_path / "journal"
    open_before = 0
    with shop(orders) as (url, _), killer(url, journal) as kill:
        slow = {"cart": {"delay": "40ms"}, "pay": {"delay": "20ms"}, "order": {"delay": "20ms"}}
        assert ask(url, "PUT", "/faults", slow)[0] == 200
        for _ in range(CRASHES):
            kill(moments.uniform(0.02, 0.35))
            interrupted, left = restarted(url, journal)
            open_before += interrupted
            assert left == {}
            found = orders_in(orders) if orders.exists() else {}
            assert {one["state"] for one in found.values()} <= {"cancelled"}
    assert len(found) >= CRASHES
    assert open_before >= CRASHES / 5  # the kills did fall between create and cancel
