"""Counts over windows, measured with real promtool against counting in Python."""

from __future__ import annotations

import random
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import plans
import pytest
from promtool import Bench

from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.emitters.rules import RULES
from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from truegreen_definitions.plan import Plan

SCRAPE, EVALUATE = 15, 150
HOUR, DAY = 3_600, 86_400
HISTORY = 31 * HOUR
PAUSE = range(9 * HOUR, 9 * HOUR + 2_400)
RESET_AT = 20 * HOUR + 100
INCIDENT = range(29 * HOUR, 31 * HOUR)


def plan_counting(offset: str) -> Plan:
    """Return a plan whose scrapes fall so far off the grid of the rules."""
    parts = Signal(
        good=f'sum(increase(hits_total{{code="200"}}[$window]{offset}))',
        total=f"sum(increase(hits_total[$window]{offset}))",
    )
    pair = plans.burn("1h", "5m", "14.4")
    agreement = plans.over(replace(plans.AVAILABILITY, parts=parts), "1d")
    policy = replace(plans.POLICY, scrape_interval_seconds=SCRAPE, burn=(pair,))
    return plans.under(policy, replace(plans.PLAN, agreements=(agreement,)))


INSTANTS = (
    25 * HOUR,  # on the grid and on the hour
    24 * HOUR + 300,  # on the grid, at a day's edge
    26 * HOUR + 150,  # off the grid
    30 * HOUR + 450,  # off the grid, in the middle of the incident
    30 * HOUR,
)


@dataclass(frozen=True)
class Load:
    """Random events of one code, as a counter is scraped: a pause, a restart, an incident."""

    events: list[int]

    @classmethod
    def drawn(cls, rng: random.Random, usual: int, in_incident: int) -> Load:
        """Draw events per scrape; bursts, because smooth traffic hides every boundary."""
        events = []
        for index in range(HISTORY // SCRAPE):
            at = index * SCRAPE
            rate = in_incident if at in INCIDENT else usual
            burst = 30 if rng.random() < 0.01 else 1
            quiet = at in PAUSE or at - SCRAPE in PAUSE
            events.append(0 if quiet else rng.randint(0, 2 * rate) * burst)
        return cls(events)

    def values(self) -> str:
        """Return the counter in promtool's notation."""
        out, value = [], 1_000_000
        for index, events in enumerate(self.events):
            at = index * SCRAPE
            value = events if at - SCRAPE < RESET_AT <= at else value + events
            out.append("_" if at in PAUSE else str(value))
        return " ".join(out)

    def counted(self, start: int, end: int) -> int:
        """Return the events that the scrapes in (start, end] brought."""
        times = range(0, HISTORY, SCRAPE)
        return sum(self.events[bisect_right(times, start) : bisect_right(times, end)])


@pytest.mark.parametrize(("seed", "shift"), [(1, 0), (2, 7)])
def test_windows_equal_counting(
    seed: int, shift: int, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """Every window is right to 0.1 % on and off the grid, through bursts, a pause and a reset."""
    rng = random.Random(seed)
    loads = {"200": Load.drawn(rng, 40, 30), "500": Load.drawn(rng, 1, 20)}
    (artifact,) = RULES.emit(plan_counting(f" offset {shift}s" if shift else ""), BuildInfo())
    bench = Bench(
        promtool=tool("promtool"),
        folder=tmp_path,
        rules=artifact.text,
        step_seconds=SCRAPE,
        evaluate_seconds=EVALUATE,
    )
    windows = {"5m": 300, "1h": HOUR, "1d": DAY}
    asked = [(part, w, at) for part in ("good", "total") for w in windows for at in INSTANTS]
    got = bench.ask(
        {f'hits_total{{code="{code}"}}': load.values() for code, load in loads.items()},
        [(f'xla:{part}:sum{{window="{window}"}}', at) for part, window, at in asked],
    )
    for (part, window, at), value in zip(asked, got, strict=True):
        lag = 0 if windows[window] <= HOUR else at % 300
        end = at - lag - shift
        codes = ("200",) if part == "good" else ("200", "500")
        exact = sum(loads[code].counted(end - windows[window], end) for code in codes)
        assert value == pytest.approx(exact, rel=0.001), (part, window, at)
