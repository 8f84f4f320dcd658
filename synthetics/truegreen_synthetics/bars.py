"""Durations as bars of text, on one scale."""

from __future__ import annotations

__all__ = ["bar", "milliseconds"]

WIDTH = 32
_EIGHTHS = " ▏▎▍▌▋▊▉"
FULL = "█"


def bar(start: float, seconds: float, whole: float) -> str:
    """Return a bar that begins after `start` of `whole` seconds and is `seconds` long.

    It is `WIDTH` characters at most; what took any time has at least an eighth of one.
    """
    scale = WIDTH / whole if whole > 0 else 0.0
    before = min(int(start * scale), WIDTH - 1)
    eighths = max(1, round(seconds * scale * 8))
    eighths = min(eighths, (WIDTH - before) * 8)
    return " " * before + FULL * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def milliseconds(seconds: float) -> str:
    """Return a duration in milliseconds, with a digit after the point below ten."""
    found = seconds * 1000
    return f"{found:.1f} ms" if found < 10 else f"{found:.0f} ms"  # noqa: PLR2004  two digits say it
