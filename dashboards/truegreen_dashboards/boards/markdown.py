"""Markdown, as much of it as texts on boards need: tables whose cells nothing can break, links."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["link", "table"]

# What would end a link or its cell.
_OF_LINKS = str.maketrans({"(": "%28", ")": "%29", "|": "%7C", "<": "%3C", " ": "%20"})


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a bar, a line break or markup in a cell stays text of that cell."""
    return "\n".join((_row(head), "|---" * len(head) + "|", *map(_row, rows)))


def link(words: str, url: str) -> str:
    """Return words that lead to an address, which no character of it can end."""
    return f"[{words}]({url.translate(_OF_LINKS)})"


def _row(values: Iterable[str]) -> str:
    escaped = (
        value.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
        for value in values
    )
    return f"| {' | '.join(escaped)} |"
