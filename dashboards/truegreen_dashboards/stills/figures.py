"""Values as people read them, and the word and colour that belong to a value.

The live page has the same rules in its own language (`page/format.js`).
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from truegreen_dashboards.display import Unit
from truegreen_dashboards.titles import window_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from truegreen_dashboards.display import Threshold, ValueMapping
    from truegreen_dashboards.stills.answers import View

__all__ = ["band", "clock", "figure", "legend", "mapped", "titled"]

_LABEL = re.compile(r"\{\{(\w+)\}\}")
_SPOKEN = frozenset({"component", "line", "method"})  # labels whose values are words of ours
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_LONG_DAYS = 3


def figure(value: float | None, unit: Unit) -> str:
    """Return a value with its unit; NO DATA where there is none."""
    if value is None or not math.isfinite(value):
        return "NO DATA"
    if unit is Unit.RATIO:
        percent = value * 100
        near = 99 < percent < 100  # noqa: PLR2004  near a promise the last digits are the news
        return f"{_fixed(percent, 3 if near else 1 if abs(percent) < 100 else 0)} %"  # noqa: PLR2004
    if unit is Unit.SECONDS:
        return _length(value)
    if unit is Unit.DAY:
        return f"{datetime.fromtimestamp(value / 1000, UTC):%Y-%m-%d}"
    if unit is Unit.MINUTE:
        return f"{datetime.fromtimestamp(value / 1000, UTC):%Y-%m-%d %H:%M}"
    if unit is Unit.PER_SECOND:
        return f"{_count(value)} /s"
    if unit is Unit.COUNT:
        return _count(value)
    if unit is Unit.MONEY:
        return _fixed(value, 2 if abs(value) < 1000 else 0)  # noqa: PLR2004  cents of small sums
    return _fixed(value, 2 if abs(value) < 10 else 1)  # noqa: PLR2004  digits of small numbers


def band(value: float | None, thresholds: Iterable[Threshold]) -> Threshold | None:
    """Return the band of a value; None without thresholds or value."""
    found = None
    for one in thresholds:
        if value is not None and (one.value is None or value >= one.value):
            found = one
    return found


def mapped(value: float | None, mappings: Iterable[ValueMapping]) -> ValueMapping | None:
    """Return the word of a value; None where it has none."""
    return next((one for one in mappings if one.value == value), None)


def legend(template: str, labels: Mapping[str, str], view: View) -> str:
    """Return a legend with its labels filled in, names replaced by titles where there are any."""
    text = _LABEL.sub(lambda found: titled(found[1], labels, view), template)
    return text or " ".join(value for name, value in sorted(labels.items()) if name != "__name__")


def titled(label: str, labels: Mapping[str, str], view: View) -> str:
    """Return the title of a label's value, or the value itself."""
    value = labels.get(label, "")
    if label == "step":
        service = labels.get("service", view.variables.get("service", ""))
        return view.titles["step"].get(f"{service}/{value}", value)
    if label == "agreement":
        return value
    if label == "window":
        return window_title(value)
    if label in _SPOKEN:
        return value.replace("_", " ")
    return view.titles.get(label, {}).get(value, value)


def clock(at: float, span: float) -> str:
    """Return a moment as a mark on a time axis of that length, in UTC."""
    moment = datetime.fromtimestamp(at, UTC)
    if span > _LONG_DAYS * _DAY:
        return f"{moment.day} {moment:%b}"
    return f"{moment.day} {moment:%b %H:%M}" if span > _DAY else f"{moment:%H:%M}"


def _fixed(value: float, digits: int) -> str:
    smallest = Decimal(1).scaleb(-digits)
    text = f"{Decimal(abs(value)).quantize(smallest, ROUND_HALF_UP):,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"\N{MINUS SIGN}{text}" if value < 0 and text != "0" else text


def _length(value: float) -> str:
    size = abs(value)
    if size == 0:
        return "0 s"
    if size < 1:
        return f"{_fixed(value * 1000, 1 if size < 0.01 else 0)} ms"  # noqa: PLR2004  ten ms
    if size < _MINUTE:
        return f"{_fixed(value, 2)} s"
    if size < _HOUR:
        return f"{_fixed(value / _MINUTE, 1)} min"
    return f"{_fixed(value / _HOUR, 1)} h"


def _count(value: float) -> str:
    if abs(value) >= 1e6:  # noqa: PLR2004  a million
        return f"{_fixed(value / 1e6, 2)} M"
    if abs(value) >= 1e5:  # noqa: PLR2004  a hundred thousand
        return f"{_fixed(value / 1e3, 1)} k"
    return _fixed(value, 2 if abs(value) < 10 else 0)  # noqa: PLR2004  digits of small numbers
