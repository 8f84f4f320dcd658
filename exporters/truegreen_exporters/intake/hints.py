"""What may mend an expression that fails on a value: how dates and numbers of others are read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from truegreen_exporters.intake.mapping import literal, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["hint"]

_NUMBERS = {"integer", "decimal"}
_TIMES = {"date", "timestamp"}
_NOTHING = {"-", "--", "?", "n/a", "N/A", "NA", "nan", "NaN", "none", "None", "null", "NULL"}
_YES = {"ja": "ja", "nein": "ja", "oui": "oui", "non": "oui", "sí": "sí", "x": "x"}
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_CLOCK = re.compile(r"[ T](\d{1,2}:\d{2})(:\d{2})?$")
_DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})")


def hint(kind: str, found: Iterable[tuple[str, str | None]]) -> str:
    """Return how a value might be read; empty where nothing is known of any.

    It is about the form of a value and quotes none, for it is told where values are not.

    Args:
        kind: Type of the column that the expression is for, as a Table names it.
        found: (column of the source, its value), in the order of the expression.
    """
    for column, value in found:
        name = column if _PLAIN.fullmatch(column) else quoted(column)
        text = (value or "").strip()
        if text in _NOTHING:
            return f"for no value, write nullif({name}, {literal(text)})"
        reading = _reading(kind, name, text) if text else ""
        if reading:
            return reading
    return ""


def _reading(kind: str, name: str, text: str) -> str:
    if kind in _TIMES:
        return _of_time(name, text)
    if kind in _NUMBERS:
        return _of_number(name, text)
    if kind == "boolean" and text.lower() in _YES:
        return f"for this word, write lower({name}) = {literal(_YES[text.lower()])}"
    return ""


def _of_time(name: str, text: str) -> str:
    if re.fullmatch(r"\d{10}", text):
        return f"for seconds since 1970, write to_timestamp(cast({name} as bigint))"
    if re.fullmatch(r"\d{13}", text):
        return f"for milliseconds since 1970, write epoch_ms(cast({name} as bigint))"
    if re.fullmatch(r"\d{8}", text):
        return f"for a date without separators, write strptime({name}, '%Y%m%d')"
    clock = _CLOCK.search(text)
    day = _DAY_FIRST.fullmatch(text[: clock.start()] if clock else text)
    if day is None:
        return ""
    first, sign, second, year = day.groups()
    american = sign == "/" and int(first) <= 12 < int(second)  # noqa: PLR2004  months
    order = ("%m", "%d") if american else ("%d", "%m")
    form = sign.join((*order, "%Y" if len(year) == len("2026") else "%y"))
    if clock:
        form += clock.group()[0] + ("%H:%M:%S" if clock[2] else "%H:%M")
    return f"for a date of this form, write strptime({name}, {literal(form)})"


def _of_number(name: str, text: str) -> str:
    if text.endswith("%"):
        return f"for a percent sign, write replace({name}, '%', '')"
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+\.\d+", text):
        return f"for commas between thousands, write replace({name}, ',', '')"
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+,\d+", text):
        return f"for a decimal comma, write replace(replace({name}, '.', ''), ',', '.')"
    if re.fullmatch(r"[+-]?\d*,\d+", text):
        return f"for a decimal comma, write replace({name}, ',', '.')"
    return ""
