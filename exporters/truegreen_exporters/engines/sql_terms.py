"""The terms that queries over rows are made of: when a row was, in which zone, what holds of it."""

from __future__ import annotations

from truegreen_exporters.intake.mapping import literal

__all__ = ["holds", "in_zone", "time_of"]


def holds(condition: str) -> str:
    """Return a condition that is never unknown."""
    return f"coalesce(CAST(({condition}) AS BOOLEAN), false)"


def in_zone(zone: str) -> str:
    """Return the statement after which times that say no zone are of this one."""
    return f"SET TimeZone = {literal(zone)};"


def time_of(at: str) -> str:
    """Return an instant in microseconds since 1970, in which no zone is involved."""
    return f"epoch_us(CAST(({at}) AS TIMESTAMPTZ))"
