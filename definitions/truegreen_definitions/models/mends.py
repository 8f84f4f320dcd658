"""Spellings that people use and the language does not, when they can mean only one thing.

Each function returns how the language writes a text, or an empty text where that is not
certain. `5 minutes` is `5m`; `5M` may be minutes or months, so it is left alone.
"""

from __future__ import annotations

import re

from truegreen_definitions.units import CALENDAR_UNITS, ROLLING_DAYS, parse_duration

__all__ = ["as_currency", "as_date", "as_duration", "as_ratio", "as_window"]

_WORDS = {
    "ms": "ms msec msecs millisecond milliseconds",
    "s": "s sec secs second seconds",
    "m": "m min mins minute minutes",
    "h": "h hr hrs hour hours",
    "d": "d day days",
    "w": "w week weeks",
}
_UNITS = {word: unit for unit, words in _WORDS.items() for word in words.split()}
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]+)(?:\s*,?\s+|\s+and\s+|$|(?=\d))")
_RATIO = re.compile(r"(\d{1,3})(?:[.,](\d+))?\s*(%|percent|per cent)?", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_DAY_SECONDS = 86_400
_WHOLE = 100
_SURELY_PERCENT = 50
"""From here on a number without a sign can be nothing but a percentage."""


def as_duration(text: str) -> str:
    """Return `5m` for `5 minutes`, `1h30m` for `1 hour 30 min`."""
    out, end = "", 0
    for found in _AMOUNT.finditer(text):
        unit = "" if found[2] == "M" else _UNITS.get(found[2].lower(), "")
        if found.start() != end or not unit:
            return ""
        out, end = f"{out}{found[1]}{unit}", found.end()
    return out if end == len(text) else ""


def as_window(text: str) -> str:
    """Return `30d` for `30 days` or `720h`, `month` for `Month`."""
    lower = text.lower().replace("-", "_")
    if lower.removeprefix("prev_") in CALENDAR_UNITS or lower == "all":
        return lower
    try:
        days = parse_duration(as_duration(text) or text) / _DAY_SECONDS
    except ValueError:
        return ""
    return f"{days.normalize():f}d" if days in ROLLING_DAYS else ""


def as_ratio(text: str) -> str:
    """Return `99.9%` for `99.9`, `99,9 %` or `99.9 percent`; `2` may be `2%`, `0.2` or a slip."""
    found = _RATIO.fullmatch(text.strip())
    if found is None:
        return ""
    whole, part = int(found[1]), f".{found[2]}" if found[2] else ""
    if not found[3] and (whole < _SURELY_PERCENT or "," in text):
        return ""
    return f"{whole}{part}%" if whole <= _WHOLE else ""


def as_date(text: str) -> str:
    """Return `2026-10-01` for `2026/10/1`; a date that does not begin with its year is left."""
    found = _DATE.fullmatch(text)
    return f"{found[1]}-{int(found[3]):02}-{int(found[4]):02}" if found else ""


def as_currency(text: str) -> str:
    """Return `EUR` for `eur`."""
    return text.upper()
