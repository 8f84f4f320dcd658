"""Instants as documents and answers tell them: ISO 8601 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["text_of", "text_of_microseconds"]


def text_of(moment: datetime) -> str:
    """Return a moment with a zone as `2026-10-01T00:00:00Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def text_of_microseconds(moment: int) -> str | None:
    """Return microseconds since 1970 so; None for what stands before or after all times."""
    if abs(moment) >= 2**60:
        return None
    return text_of(datetime.fromtimestamp(moment / 1e6, UTC))
