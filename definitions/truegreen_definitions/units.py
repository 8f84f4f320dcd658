"""Units of the language: durations, ratios and windows, read from their text.

Formatting is the inverse of parsing: `duration_label(parse_duration(text))` is the shortest
label of the same length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

__all__ = [
    "CALENDAR_DAYS",
    "CALENDAR_UNITS",
    "DAY_SECONDS",
    "HOUR_SECONDS",
    "ROLLING_DAYS",
    "Window",
    "duration_label",
    "number_text",
    "parse_duration",
    "parse_ratio",
    "parse_window",
    "percent",
]

_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d|w)")
_UNIT_MS = {"w": 604_800_000, "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}

ROLLING_DAYS = (1, 3, 7, 30, 90)
CALENDAR_DAYS = {"week": 7, "month": 31, "quarter": 92, "year": 366}
"""The longest each calendar period can be."""
CALENDAR_UNITS = tuple(CALENDAR_DAYS)
DAY_SECONDS = 86_400
HOUR_SECONDS = 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A span of time over which good and total are counted.

    Exactly one of these holds: `seconds` is positive (rolling), `unit` is set (a calendar
    period in a zone), or neither (`all`, the whole history).

    Attributes:
        label: As written, and as the `window` label of a metric.
        seconds: Length of a rolling window, else 0.
        unit: `week`, `month`, `quarter` or `year`, else empty.
        previous: The last closed period in place of the running one.
    """

    label: str
    seconds: int = 0
    unit: str = ""
    previous: bool = False

    @property
    def reach_seconds(self) -> int:
        """How far back it can reach, at most; 0 for `all`.

        A closed period is shown until the next one ends, so it reaches back over both.
        """
        periods = 2 if self.previous else 1
        return self.seconds or CALENDAR_DAYS.get(self.unit, 0) * DAY_SECONDS * periods


def parse_window(text: str) -> Window:
    """Return the window of a label: `30d`, `month`, `prev_month`, `all`.

    Raises:
        ValueError: It is none of the language's windows; the message names them.
    """
    if text == "all":
        return Window(label=text)
    unit = text.removeprefix("prev_")
    if unit in CALENDAR_UNITS:
        return Window(label=text, unit=unit, previous=unit != text)
    if text in {f"{days}d" for days in ROLLING_DAYS}:
        return Window(label=text, seconds=int(text[:-1]) * 86_400)
    rolling = ", ".join(f"{days}d" for days in ROLLING_DAYS)
    calendar = ", ".join(CALENDAR_UNITS)
    raise ValueError(f"{text!r} is no window: {rolling}, {calendar}, prev_ of those, or all")


def parse_duration(text: str) -> Decimal:
    """Return the length of `400ms`, `4h`, `1h30m` in seconds, exactly.

    Raises:
        ValueError: It is no duration.
    """
    if not text or not re.fullmatch(rf"(?:{_DURATION.pattern})+", text):
        raise ValueError(f"{text!r} is no duration: write a number and ms, s, m, h, d or w")
    total = Decimal(0)
    for amount, unit in _DURATION.findall(text):
        total += Decimal(amount) * _UNIT_MS[unit]
    return total / 1000


@lru_cache(maxsize=4_096)  # rules ask for the same few lengths again and again
def duration_label(seconds: Decimal | float) -> str:
    """Return the label Prometheus and people read: `1h30m`, `400ms`, `0s`."""
    left = round(Decimal(str(seconds)) * 1000)
    out = []
    for unit, size in _UNIT_MS.items():
        amount, left = divmod(left, size)
        if amount and unit != "w":
            out.append(f"{amount}{unit}")
        elif amount:
            left += amount * size
    return "".join(out) or "0s"


def parse_ratio(text: str) -> Decimal:
    """Return `99.9%` or `0.999` as an exact ratio between 0 and 1, both included.

    Raises:
        ValueError: It is no ratio.
    """
    body, percent = (text[:-1], True) if text.endswith("%") else (text, False)
    try:
        value = Decimal(body.strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if percent:
        value = value.scaleb(-2)
    if not value.is_finite() or not 0 <= value <= 1:
        raise ValueError(f"{text!r} is no ratio: write a percentage from 0% to 100%, such as 99.9%")
    return value


@lru_cache(maxsize=4_096)
def number_text(value: Decimal | float) -> str:
    """Return the shortest exact decimal text: `0.999`, `14.4`, `3600`, never an exponent."""
    text = format(Decimal(str(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(ratio: Decimal) -> str:
    """Return a ratio as people write it: `99.9%`."""
    return f"{number_text(ratio * 100)}%"
