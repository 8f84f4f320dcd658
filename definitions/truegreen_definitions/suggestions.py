"""Hints for a word that is not allowed: the nearest allowed one, and the list of them."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["listed", "suggestion"]

_SHOWN = 12


def listed(words: Iterable[str]) -> str:
    """Return words for a message, in order: `a`, `b`; long lists are cut and say so."""
    every = list(words)
    shown = ", ".join(f"`{word}`" for word in every[:_SHOWN])
    left = len(every) - _SHOWN
    return f"{shown} and {left} more" if left > 0 else shown


def suggestion(found: str, allowed: Iterable[str]) -> str:
    """Return the hint for a word that is none of `allowed`: a near word first, then all."""
    words = list(allowed)
    if not words:
        return "there is none to choose from"
    near = get_close_matches(found, words, n=1)
    start = f"did you mean `{near[0]}`? " if near else ""
    return f"{start}allowed: {listed(words)}"
