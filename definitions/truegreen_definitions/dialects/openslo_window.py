"""Time windows of OpenSLO: rolling ones by their length, calendar ones by their unit.

Our calendar windows begin where the calendar says, ours roll over whole numbers of days.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from truegreen_definitions.dialects.trees import items_of, text_at
from truegreen_definitions.problems import Problem, Severity
from truegreen_definitions.units import DAY_SECONDS, ROLLING_DAYS, parse_duration
from truegreen_definitions.yaml_tree.nodes import ScalarNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.yaml_tree.nodes import Node

__all__ = ["window_of", "zone_of"]

_UNITS = {"w": "week", "M": "month", "Q": "quarter", "Y": "year"}
_ROLLED = {"M": 30, "Q": 90}
_WRITTEN = re.compile(r"([0-9]+)([a-zA-Z])")
_SAME_MONTHS = {"M": 1, "Q": 3, "Y": 12}


def window_of(slo: Node, problems: list[Problem]) -> ScalarNode | None:
    """Return the window in our words; None where an SLO has none."""
    windows = items_of(slo, "spec", "timeWindow")
    found = text_at(windows[0], "duration") if windows else None
    if found is None:
        return None
    problems += _more_than_one(windows)
    written = _WRITTEN.fullmatch(found.text)
    amount, unit = (written[1], written[2]) if written else ("", "")
    rolling = text_at(windows[0], "isRolling")
    if rolling is not None and rolling.text == "false":
        if amount == "1" and unit in _UNITS:
            problems += _other_start(windows[0], unit)
            return ScalarNode(_UNITS[unit], plain=True, place=found.place)
        message = f"{found.text} by the calendar rolls here"
        problems.append(_other(message, found, "write 1w, 1M, 1Q or 1Y for a calendar window"))
    days = _days(found.text)
    if amount == "1" and unit in _ROLLED:
        days = _ROLLED[unit]
        problems.append(_other(f"a rolling {found.text} is {days}d here", found, f"write {days}d"))
    text = f"{days}d" if days in ROLLING_DAYS else found.text
    return ScalarNode(text, plain=True, place=found.place)


def zone_of(slos: tuple[Node, ...], problems: list[Problem]) -> ScalarNode | None:
    """Return the zone of a service's windows: the first that an SLO says."""
    said = [
        found
        for slo in slos
        if (found := text_at(slo, "spec", "timeWindow", 0, "calendar", "timeZone"))
    ]
    for other in said[1:]:
        if other.text != said[0].text:
            message = f"the windows of a service are in one zone, {said[0].text}"
            problems.append(_other(message, other, "move the SLO to a service of its own"))
    return said[0] if said else None


def _days(text: str) -> int:
    try:
        seconds = parse_duration(text)
    except ValueError:
        return 0
    return int(seconds) // DAY_SECONDS if seconds % DAY_SECONDS == 0 else 0


def _more_than_one(windows: tuple[Node, ...]) -> Iterator[Problem]:
    for other in windows[1:]:
        message = "an agreement has one window, the first"
        hint = "write an SLO for each"
        yield Problem("dialect/not-carried", message, other.place, hint, Severity.INFO)


def _other_start(window: Node, unit: str) -> Iterator[Problem]:
    """Yield that periods begin elsewhere than where the calendar's do."""
    said = text_at(window, "calendar", "startTime")
    if said is None:
        return
    try:
        start = dt.datetime.fromisoformat(said.text)
    except ValueError:
        start = None
    if start is None or not _is_first(start, unit):
        message = f"a {_UNITS[unit]} begins where the calendar's does, not at {said.text}"
        yield _other(message, said, "take a startTime at which such a period begins")


def _is_first(start: dt.datetime, unit: str) -> bool:
    day = start.weekday() == 0 if unit == "w" else start.day == 1
    month = (start.month - 1) % _SAME_MONTHS.get(unit, 1) == 0
    return day and month and start.time() == dt.time()


def _other(message: str, at: ScalarNode, hint: str) -> Problem:
    return Problem("dialect/other-meaning", message, at.place, hint, Severity.WARNING)
