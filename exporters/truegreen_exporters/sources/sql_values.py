"""Values of a database: as text, and as a place in the order of a cursor."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

__all__ = ["from_state", "place_of", "text_of_value", "to_state"]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def text_of_value(value: object) -> str | None:
    """Return a value as a mapping's expressions read it; None for NULL."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, dict | list):
        return json.dumps(value, default=str)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, dt.timedelta):
        return str(Decimal(value // dt.timedelta(microseconds=1)) / 1_000_000)
    return str(value)


def place_of(value: object) -> float | None:
    """Return a time in Unix seconds or a number as such; None for what has no distance."""
    if isinstance(value, dt.datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
        return (aware - _EPOCH).total_seconds()
    if isinstance(value, dt.date):
        return float((value - _EPOCH.date()).days * 86_400)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return float(value)


def to_state(value: object) -> str:
    """Return a cursor's value as text that `from_state` reads.

    Raises:
        TypeError: No cursor can be of its type.
    """
    if isinstance(value, dt.datetime):
        return f"timestamp {value.isoformat()}"
    if isinstance(value, dt.date):
        return f"date {value.isoformat()}"
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return f"{'integer' if isinstance(value, int) else 'decimal'} {value}"
    if isinstance(value, str):
        return f"text {value}"
    raise TypeError(type(value).__name__)


def from_state(text: str) -> dt.datetime | dt.date | int | Decimal | str:
    """Return the value of a cursor."""
    kind, _, rest = text.partition(" ")
    if kind == "timestamp":
        return dt.datetime.fromisoformat(rest)
    if kind == "date":
        return dt.date.fromisoformat(rest)
    if kind == "integer":
        return int(rest)
    return Decimal(rest) if kind == "decimal" else rest


def earlier(value: object, seconds: float) -> object:
    """Return a time that lies some seconds before another, within all years.

    A number or text is returned as it is.
    """
    if isinstance(value, dt.datetime):
        first = dt.datetime.min.replace(tzinfo=value.tzinfo)
        return value - min(dt.timedelta(seconds=seconds), value - first)
    if isinstance(value, dt.date):
        return value - min(dt.timedelta(days=-(-seconds // 86_400)), value - dt.date.min)
    return value
