"""What is promised and what was attained, in words: of a share and of a value alike."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.currencies import CURRENCIES
from truegreen_definitions.plan import Agreement
from truegreen_definitions.units import duration_label
from truegreen_definitions.units import percent as exact_percent

if TYPE_CHECKING:
    from truegreen_definitions.plan import Measurement

__all__ = ["attained", "percent", "promised_as"]


def percent(ratio: float, digits: int = 1) -> str:
    """Return a ratio as `97.7 %`; never rounded up to a whole hundred."""
    shown = f"{ratio * 100:.{digits}f}"
    if float(shown) >= 100 > ratio * 100:  # noqa: PLR2004  a hundred percent
        shown = f"{100 - 10**-digits:.{digits}f}"
    return f"{shown} %"


def attained(value: float | None, promised: Agreement | Measurement) -> str:
    """Return what was attained, as a share or in the unit of the measure."""
    if value is None:
        return "?"
    if isinstance(promised, Agreement):
        return percent(value)
    return _in_unit(Decimal(repr(value)), promised.parts.unit)


def promised_as(promised: Agreement | Measurement) -> str:
    """Return what was promised: `at least 99.9 %`, `at most 3d`."""
    if isinstance(promised, Agreement):
        return f"at least {exact_percent(promised.objective).replace('%', ' %')}"
    if promised.bound is None:
        return "nothing"
    word = promised.bound.direction.replace("_", " ")
    return f"{word} {_in_unit(promised.bound.target, promised.parts.unit)}"


def _in_unit(value: Decimal, unit: str) -> str:
    if unit == "seconds":
        return _span(value)
    if unit == "ratio":
        return percent(float(value))
    shown = f"{value.quantize(Decimal('0.01')):,}"
    shown = shown.rstrip("0").rstrip(".") if unit not in CURRENCIES else shown
    return shown if unit == "count" else f"{shown} {unit}".rstrip()


def _span(seconds: Decimal) -> str:
    """Return a length of time in its two greatest units."""
    if seconds < 60:  # noqa: PLR2004  a minute
        return duration_label(seconds.quantize(Decimal("0.01")))
    return " ".join(re.findall(r"\d+[a-z]+", duration_label(seconds.quantize(Decimal(1))))[:2])
