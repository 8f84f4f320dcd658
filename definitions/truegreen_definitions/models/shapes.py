"""JSON Schema of each scalar of the language: what an editor knows of a value before `check` runs.

A shape accepts what `values` reads, seen as YAML 1.2 sees it: `0.999` is a number there and
`99.9%` a text, so a ratio is either. Its `title` is the type's name in hovers and in the language
reference, its `description` one sentence, its `examples` are texts that `values` reads.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from truegreen_definitions.currencies import CURRENCIES
from truegreen_definitions.units import CALENDAR_UNITS, ROLLING_DAYS

__all__ = ["SCALARS", "Shape", "either", "never_with", "one_of", "pattern"]

Shape: TypeAlias = dict[str, Any]
"""A JSON Schema (draft 7)."""

_AMOUNT = r"[0-9]+(\.[0-9]+)?"
_DURATION = rf"({_AMOUNT}(ms|s|m|h|d|w))+"
_PERCENTAGE = r"(100(\.0+)?|[0-9]{1,2}(\.[0-9]+)?) *%"
_SHARE = r"0(\.[0-9]+)?|1(\.0+)?"
_WINDOWS = (
    *(f"{days}d" for days in ROLLING_DAYS),
    *CALENDAR_UNITS,
    *(f"prev_{unit}" for unit in CALENDAR_UNITS),
    "all",
)


def pattern(title: str, description: str, expression: str, *examples: str) -> Shape:
    """Return the shape of a text that a regular expression matches as a whole."""
    shape = {
        "title": title,
        "description": description,
        "type": "string",
        "pattern": f"^({expression})$",
    }
    return shape | ({"examples": list(examples)} if examples else {})


def one_of(*fields: str) -> Shape:
    """Return what a model adds to its schema where exactly one of some fields is written."""
    return {"oneOf": [{"required": [field]} for field in fields]}


def either(*ways: tuple[str, ...]) -> Shape:
    """Return what a model adds to its schema where the fields of one way at least are written."""
    return {"anyOf": [{"required": list(fields)} for fields in ways]}


def never_with(field: str, *others: str) -> Shape:
    """Return what a model adds to its schema where a field is written with none of some others."""
    return {"not": {"anyOf": [{"required": [field, other]} for other in others]}}


def _number(shape: Shape, **limits: float) -> Shape:
    return shape | {"type": ["string", "number"], **limits}


SCALARS: dict[str, Shape] = {
    "Text": {
        "title": "Text",
        "description": "Words, or an expression; never empty.",
        "type": ["string", "number", "boolean"],
        "pattern": r"\S",
    },
    "Name": pattern(
        "Name",
        "Lower-case letters, digits and `-`, beginning with a letter; at most 63 characters.",
        "[a-z][a-z0-9-]{0,62}",
    ),
    "Label": pattern("Label", "Letters, digits and `_`.", "[a-zA-Z_][a-zA-Z0-9_]*"),
    "ColumnName": pattern("Column", "Lower-case letters, digits and `_`.", "[a-z_][a-z0-9_]*"),
    "Variable": pattern("Variable", "Lower-case letters, digits and `_`.", "[a-z_][a-z0-9_]*"),
    "Url": pattern(
        "URL", "With http:// or https://.", r"https?://[^\s/]+(/\S*)?", "https://hooks.example/page"
    ),
    "Secret": pattern(
        "Secret",
        "The name of a secret: an environment variable, or a file that it names with `_FILE`.",
        r"\$\{secret:[A-Z_][A-Z0-9_]*\}",
        "${secret:DESK_TOKEN}",
    ),
    "Currency": {
        "title": "Currency",
        "description": "Its ISO 4217 code.",
        "type": "string",
        "enum": list(CURRENCIES),
        "examples": ["EUR"],
    },
    "Zone": {
        "title": "Time zone",
        "description": "An IANA time zone.",
        "type": "string",
        "examples": ["Europe/Berlin", "UTC"],
    },
    "Times": pattern(
        "Times of day",
        "From when to when, within one day.",
        r"([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)",
        "08:00-18:00",
    ),
    "Boolean": {
        "title": "Boolean",
        "description": "`true` or `false`, without quotes.",
        "type": "boolean",
    },
    "Date": pattern("Date", "Year-month-day.", r"[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9]", "2026-10-01")
    | {"format": "date"},
    "Duration": pattern(
        "Duration", "Numbers and their units: ms, s, m, h, d, w.", _DURATION, "400ms", "4h", "1h30m"
    ),
    "PositiveDuration": pattern(
        "Duration above 0",
        "Numbers and their units: ms, s, m, h, d, w.",
        rf"(?=.*[1-9]){_DURATION}",
        *("400ms", "4h", "1h30m"),
    ),
    "Ratio": _number(
        pattern("Ratio", "A share from 0% to 100%.", f"{_PERCENTAGE}|{_SHARE}", "99.9%", "0.999"),
        minimum=0,
        maximum=1,
    ),
    "Money": _number(
        pattern("Money", "An exact amount, not negative.", _AMOUNT, "84.20"), minimum=0
    ),
    "Factor": _number(
        pattern("Factor", "A number above 0.", f"(?=.*[1-9]){_AMOUNT}", "14.4"),
        exclusiveMinimum=0,
    ),
    "Window": {
        "title": "Window",
        "description": (
            "Rolling days, a running calendar period in the service's zone, "
            "the last closed one (`prev_`), or the whole history (`all`)."
        ),
        "type": "string",
        "enum": list(_WINDOWS),
        "examples": ["30d", "month", "prev_month"],
    },
    "Quantity": _number(
        pattern("Bound", "A number, or a duration.", rf"{_AMOUNT}|{_DURATION}", "40", "3d"),
        minimum=0,
    ),
    "Json": {"title": "JSON", "description": "Any value, as JSON has it."},
}
"""Scalar type to its shape."""
