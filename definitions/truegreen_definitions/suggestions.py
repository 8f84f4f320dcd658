"""Hints for a word that is not allowed: the nearest allowed one, and the list of them."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["definition_to_add", "listed", "near_word", "nearest", "suggestion"]

_SHOWN = 12


def listed(words: Iterable[str]) -> str:
    """Return words for a message, in order: `a`, `b`; long lists are cut and say so."""
    every = list(words)
    shown = ", ".join(f"`{word}`" for word in every[:_SHOWN])
    left = len(every) - _SHOWN
    return f"{shown} and {left} more" if left > 0 else shown


def nearest(found: str, allowed: Iterable[str]) -> str:
    """Return the allowed word a word was meant to be; empty when none is near."""
    return next(iter(get_close_matches(found, list(allowed), n=1)), "")


def near_word(found: str, allowed: Iterable[str]) -> str:
    """Return the question after the nearest allowed word; empty when none is near."""
    near = nearest(found, allowed)
    return f"did you mean `{near}`?" if near else ""


def suggestion(found: str, allowed: Iterable[str]) -> str:
    """Return the hint for a word that is none of `allowed`: a near word first, then all."""
    words = list(allowed)
    if not words:
        return "there is none to choose from"
    near = near_word(found, words)
    if near and len(words) == 1:
        return near
    return f"{near} allowed: {listed(words)}".lstrip()


def definition_to_add(name: str, kinds: Iterable[str]) -> str:
    """Return the hint for a name of nothing, where no definition could be meant instead."""
    words = " or ".join(f"`kind: {kind}`" for kind in kinds)
    return f"define it: {words} with `metadata: {{name: {name}}}`"
