"""When burn alerts fire and end, against the arithmetic of their windows.

Failures at a share `e` of all traffic fill a window of length `W` to the threshold `factor *
budget` after `factor * budget / e * W`. A pair fires when its long window is that full (the short
one is long before), and ends when the clean part of its short window is long enough: after
`short * (1 - factor * budget / e)`.

Source: Site Reliability Workbook, chapter 5, "Alerting on SLOs", the detection and reset times of
its table of alerting windows, computed again for each pair.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

import plans
import pytest
from prometheus_server import started
from remote_write import Series
from rule_oracle import METRIC, plan_judging
from rule_replay import Replay, read_rules

from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.burn import workbook_pairs
from truegreen_definitions.emitters.rules import RULES
from truegreen_definitions.emitters.rules.alerts import absence_seconds
from truegreen_definitions.emitters.rules.cadence import base_interval, period_interval
from truegreen_definitions.emitters.rules.promise import promises_of
from truegreen_definitions.names import AlertLabel, AlertName
from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus_server import Prometheus

    from truegreen_definitions.plan import Burn

SCRAPE = 30
HOUR = 3_600
GRID = 300  # pairs above an hour are sums of five-minute counts
EVENTS = 10_000  # per scrape
APART = 20 * 86_400
PAIRS = tuple(
    plans.burn(
        duration_label(pair.long), duration_label(pair.short), str(pair.factor), pair.severity
    )
    for pair in workbook_pairs()
)
POLICY = replace(plans.POLICY, scrape_interval_seconds=SCRAPE, burn=PAIRS)
PLAN = plan_judging(plans.AVAILABILITY, POLICY)
BUDGET = 0.001


@dataclass(frozen=True, slots=True)
class Fault:
    """A share of failures from one moment to another, in Unix seconds."""

    share: float
    begin: int
    end: int


@pytest.fixture(scope="module")
def server(
    tool: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    """A server for the histories of this module, each at a time of its own."""
    with started(tool("prometheus"), tmp_path_factory.mktemp("prometheus")) as one:
        yield one


PLACES = count(1_700_006_400, APART)


def lag(burn: Burn) -> int:
    """Return how long after the fact a pair may know of it.

    One scrape, and one evaluation of each group that stands between: the pair's own, and where
    it is summed from recorded counts the group that records them, and the grid on which they are
    read.
    """
    seen = SCRAPE + base_interval(POLICY)
    return seen + period_interval(POLICY) + GRID if burn.long_seconds > HOUR else seen


def write(server: Prometheus, fault: Fault, first: int, last: int) -> None:
    """Store even traffic that fails as told."""
    good: list[tuple[int, float]] = []
    bad: list[tuple[int, float]] = []
    fine, failed = 1e6, 1e6
    for at in range(first, last + 1, SCRAPE):
        share = fault.share if fault.begin < at <= fault.end else 0
        failed += round(EVENTS * share)
        fine += EVENTS - round(EVENTS * share)
        good.append((at * 1_000, fine))
        bad.append((at * 1_000, failed))
    server.write([Series.of(METRIC, {"code": c}, s) for c, s in (("200", good), ("500", bad))])


def firing(server: Prometheus, burn: Burn, moments: tuple[int, ...], since: int) -> list[bool]:
    """Return whether the pair's alert is firing at each moment."""
    (artifact,) = RULES.emit(PLAN, BuildInfo())
    replay = Replay(server, read_rules(artifact.text))
    replay.run(moments, since=since, only={AlertName.BURN: burn.label})
    return [
        any(dict(labels).get(AlertLabel.BURN) == burn.label for _, labels in replay.firing(at))
        for at in moments
    ]


def test_silence_is_told_when_an_outage_would_be() -> None:
    """Counters that vanish are told of two minutes after a total outage would have paged."""
    (promise,) = promises_of(PLAN, PLAN.services[0])
    outage = 14.4 * BUDGET * 3_600
    assert absence_seconds(promise) == 120 + math.ceil(outage)


@pytest.mark.parametrize("share", [1.0, None], ids=["total outage", "slow burn"])
@pytest.mark.parametrize("burn", PAIRS, ids=lambda burn: burn.label)
def test_detection_and_reset_are_as_calculated(
    burn: Burn,
    share: float | None,
    server: Prometheus,
    record_property: Callable[[str, object], None],
) -> None:
    """A pair fires and ends within one evaluation of the calculated moment, never before.

    Which is 90 s for the fastest pair, and for those whose long window is on the grid of five
    minutes at most nine minutes, a fortieth of the shortest such window.
    """
    threshold = float(burn.factor) * BUDGET
    failing = share or round(1.25 * threshold * EVENTS) / EVENTS
    detect = threshold / failing * burn.long_seconds
    reset = (1 - threshold / failing) * burn.short_seconds
    late = lag(burn)
    first = next(PLACES)
    begin = first + burn.long_seconds + 3_600
    length = max(round(detect) + late, burn.short_seconds) + 600
    fault = Fault(failing, begin, begin + length - length % SCRAPE)
    write(server, fault, first, fault.end + round(reset) + 2 * GRID + 600)

    # A minute before the calculated moment is before it in any layout.
    fires_at = begin + round(detect)
    ends_at = fault.end + round(reset)
    around = range(fires_at - 60, fires_at + late + 1)
    after = range(ends_at - 60, ends_at + late + 1)
    fires = firing(server, burn, (*around, *after), first)
    fired = around[fires.index(True)] - begin
    ended = after[fires.index(False, len(around)) - len(around)] - fault.end
    record_property("fires", f"after {fired} s, calculated {detect:.0f} s")
    record_property("ends", f"after {ended} s, calculated {reset:.0f} s")
    assert late <= (90 if burn.long_seconds <= HOUR else 540)
    assert detect <= fired <= detect + late
    assert reset - SCRAPE <= ended <= reset + late
