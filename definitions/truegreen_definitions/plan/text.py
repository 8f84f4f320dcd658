"""The plan as text: stable, readable and made to be compared line by line.

It is written from the fields themselves, so nothing can be in a plan that its text does not
show. What is empty or no is left out; seconds are shown as durations, and a window by the
label that says all of it.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from truegreen_definitions.plan import Origin
from truegreen_definitions.units import Window, duration_label, number_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import Plan

__all__ = ["plan_text"]

INDENT = "  "
WIDTH = 100
SHORT = 4  # fields that fit on one line
_UNSHOWN = ("origin", "truth", "long_seconds", "short_seconds")  # said beside them
_WORD = re.compile(r"[\w./:@+-]+")


def plan_text(plan: Plan) -> str:
    """Return the text of a plan, a paragraph for each of its parts."""
    paragraphs = [[f"plan format {plan.format}"]]
    for field in fields(plan):
        value = getattr(plan, field.name)
        if isinstance(value, tuple):
            paragraphs += [list(_item(part, "")) for part in value]
        elif is_dataclass(value):
            paragraphs.append(list(_part(value, _kind(value), _values(value), "")))
    return "\n\n".join("\n".join(lines) for lines in paragraphs) + "\n"


def _item(part: object, indent: str) -> Iterator[str]:
    """Yield the lines of one of several: its first field names it."""
    first, *others = _values(part)
    yield from _part(part, f"{_kind(part)} {_scalar(*first)}", others, indent)


def _part(
    part: object, heading: str, values: list[tuple[str, object]], indent: str
) -> Iterator[str]:
    """Yield a heading and the fields below it, all on one line where they are few and short."""
    origin = getattr(part, "origin", None)
    words = [f"{_label(name)} {_scalar(name, v)}" for name, v in values if _is_scalar(v)]
    line = f"{indent}{heading}{': ' if words else ''}{', '.join(words)}"
    if origin is None and len(words) == len(values) < SHORT and len(line) <= WIDTH:
        yield line
        return
    yield f"{indent}{heading}" + (f"  ({origin})" if isinstance(origin, Origin) else "")
    for name, value in values:
        yield from _field(name, value, indent + INDENT)


def _field(name: str, value: object, indent: str) -> Iterator[str]:
    label = _label(name)
    if _is_scalar(value):
        yield f"{indent}{label}: {_scalar(name, value)}"
    elif not isinstance(value, tuple):
        yield from _part(value, _kind(value), _values(value), indent)
    elif all(isinstance(item, str) and _WORD.fullmatch(item) for item in value):
        yield f"{indent}{label}: {', '.join(cast('tuple[str, ...]', value))}"  # as just tested
    elif is_dataclass(value[0]):
        for item in value:
            yield from _item(item, indent)
    else:
        yield f"{indent}{label}:"
        for item in value:
            words = item if isinstance(item, tuple) else (item,)
            yield indent + INDENT + " = ".join(_scalar(name, word) for word in words)


def _values(part: object) -> list[tuple[str, object]]:
    """Return the fields that have something to show, in order."""
    named = [(field.name, getattr(part, field.name)) for field in fields(cast("Plan", part))]
    shown = [(name, value) for name, value in named if name not in _UNSHOWN]
    return [(name, v) for name, v in shown if v not in ("", (), None) and v is not False]


def _kind(part: object) -> str:
    """Return the type in words: `journey step`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(part).__name__).lower()


def _label(name: str) -> str:
    return name.removesuffix("_seconds").replace("_", " ")


def _is_scalar(value: object) -> bool:
    return isinstance(value, Window) or not (isinstance(value, tuple) or is_dataclass(value))


def _scalar(name: str, value: object) -> str:
    if value is True:
        return "yes"
    if isinstance(value, Window):
        return value.label
    if isinstance(value, int | float | Decimal):
        exact = Decimal(str(value))
        return duration_label(exact) if name.endswith("_seconds") else number_text(exact)
    text = str(value)
    return text if text.isprintable() and text == text.strip() else ascii(text)
