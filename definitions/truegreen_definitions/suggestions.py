"""Hints for a word that is not allowed: the nearest allowed one, and the list of them."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["definition_to_add", "listed", "near_word", "nearest", "slip", "suggestion"]

_SHOWN = 12
_SHORTEST_SLIP = 4


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


def slip(found: str, allowed: Iterable[str]) -> str:
    """Return the one word of a closed list that a word is a slip of; empty when not certain.

    A slip is another case or other hyphens, or, in a word of four letters or more, one letter
    too many, too few, wrong, or two that changed places. Digits do not slip: `v1` is not `v2`.
    """
    words = list(allowed)
    same = [word for word in words if _letters(word) == _letters(found)]
    near = same or [word for word in words if _is_slip(found, word)]
    return near[0] if len(near) == 1 else ""


def _letters(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")


def _is_slip(found: str, word: str) -> bool:
    if min(len(found), len(word)) < _SHORTEST_SLIP:
        return False
    start = 0
    while start < min(len(found), len(word)) and found[start] == word[start]:
        start += 1
    rest, other = found[start:], word[start:]
    one = rest[1:] == other or rest == other[1:] or rest[1:] == other[1:]
    swapped = rest[:2] == other[:2][::-1] and rest[2:] == other[2:]
    return (one or swapped) and not any(char.isdigit() for char in (rest[:2] + other[:2]))


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
