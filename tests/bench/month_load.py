"""The load of the rule benchmarks: 32 days of a shop, scraped every 30 s, 20 series.

Traffic swings a hundredfold and more between night and day, and most incidents fall into
the night: errors and traffic do not go together, which is where averaged ratios go wrong.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import plans
from histories import DAY, HOUR, MINUTE, Life, diurnal

from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.emitters.rules import RULES
from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from truegreen_definitions.plan import Plan

__all__ = [
    "DAYS",
    "INCIDENTS",
    "METRIC",
    "SCRAPE_SECONDS",
    "START",
    "life",
    "named",
    "plan",
    "rules_text",
]

METRIC = "shop_requests_total"
SCRAPE_SECONDS = 30
DAYS = 32
START = 1_698_796_800_000  # 2023-11-01 00:00 UTC: the last instants are of a running month, too
POLICY = replace(plans.POLICY, scrape_interval_seconds=SCRAPE_SECONDS, burn=plans.POLICY.burn[1:])
PEAK, NIGHT = 10.0, 0.05  # requests per second and instance
USUAL = 0.0002  # share that fails


def _incident(day: int, hour: float, minutes: int, failing: float) -> tuple[int, int, float]:
    first = START + day * DAY + round(hour * HOUR)
    return first, first + minutes * MINUTE, failing


INCIDENTS = (
    _incident(6, 2, 180, 0.5),
    _incident(13, 14.5, 20, 0.05),
    _incident(20, 2, 180, 0.5),
    _incident(30, 1.5, 180, 0.5),
    _incident(31, 11, 25, 0.1),
)


def life(start: int = START, end: int = START + DAYS * DAY) -> Life:
    """Return the life of the shop's ten processes; incidents are those from `START` on."""
    return Life(
        start=start,
        end=end,
        scrape_ms=SCRAPE_SECONDS * 1_000,
        rate=diurnal(PEAK, NIGHT),
        failing=_failing,
        restarts_per_day=0.5,
    )


def _failing(at: int) -> float:
    return next((share for first, last, share in INCIDENTS if first <= at < last), USUAL)


def plan(window: str = "30d") -> Plan:
    """Return a plan with the one agreement, 99.9 % over a window, under the workbook's pairs."""
    one = plans.over(replace(plans.AVAILABILITY, parts=parts()), window, POLICY)
    return plans.under(POLICY, replace(plans.PLAN, agreements=(one,)))


def named(names: Mapping[str, str], *, shared: bool) -> Plan:
    """Return a plan with many such agreements.

    Args:
        names: Of the agreements, and the window of each.
        shared: Whether they count the same by the same words; else each has a matcher of its
            own, which changes nothing but the text, so that nobody can share.
    """
    agreements = tuple(
        plans.over(
            replace(
                plans.AVAILABILITY,
                id=f"order-to-cash/{name}",
                name=name,
                parts=parts("" if shared else f'job!="{name}"'),
            ),
            window,
            POLICY,
        )
        for name, window in names.items()
    )
    return replace(plans.PLAN, policy=POLICY, agreements=agreements)


def parts(matcher: str = "") -> Signal:
    """Return the counters of the shop, with a further matcher."""
    more = f",{matcher}" if matcher else ""
    only = f"{{{matcher}}}" if matcher else ""
    return Signal(
        good=f'sum(increase({METRIC}{{code!~"5.."{more}}}[$window]))',
        total=f"sum(increase({METRIC}{only}[$window]))",
    )


def rules_text(of: Plan) -> str:
    """Return the rule file of a plan with one service."""
    (artifact,) = RULES.emit(of, BuildInfo())
    return artifact.text
