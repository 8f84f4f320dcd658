"""The terms that queries over rows are made of: when a row was, and whether a condition holds."""

from __future__ import annotations

__all__ = ["holds", "time_of"]


def holds(condition: str) -> str:
    """Return a condition that is never unknown."""
    return f"coalesce(CAST(({condition}) AS BOOLEAN), false)"


def time_of(at: str) -> str:
    """Return an instant in microseconds since 1970, in which no zone is involved."""
    return f"epoch_us(CAST(({at}) AS TIMESTAMPTZ))"
