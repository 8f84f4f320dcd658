"""Markdown, as much of it as the boards write, as lines of words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from truegreen_dashboards.drawing.svg import text, width_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_dashboards.panels import Text
    from truegreen_dashboards.stills.answers import Asking, View

__all__ = ["draw"]

_LINE, _SPACE = 18.0, 8.0
_RULE = re.compile(r"^\|[\s:|-]+\|$")


def draw(panel: Text, ask: Asking, view: View, width: float, height: float) -> Iterator[str]:  # noqa: ARG001
    """Yield the elements of a text; what does not fit ends with an ellipsis."""
    chosen = [one.body for one in panel.sections if one.value in view.variables.values()]
    y = 14.0
    for role, words in _lines("\n\n".join((panel.body, *chosen)), width):
        if y > height:
            return
        full = y + _LINE > height
        yield text(0, y, f"{words}…" if full and words else words, role)
        y += _LINE if words else _SPACE


def _lines(body: str, width: float) -> Iterator[tuple[str, str]]:
    for block in filter(None, (part.strip() for part in re.split(r"\n{2,}", body))):
        role = "heading" if block.startswith("### ") else ""
        table = block.startswith("|")
        lines = block.split("\n") if table else [block.removeprefix("### ").replace("\n", " ")]
        for line in lines:
            if table and _RULE.match(line):
                continue
            told = re.sub(r"\s*(?<!\\)\|\s*", " · ", line).strip(" ·") if table else line
            yield from ((role, one) for one in _wrapped(_plain(told), width))
        yield "", ""


def _plain(words: str) -> str:
    linked = re.sub(r"\[([^\]]+)\]\([^)\s]+\)", r"\1", words)
    bare = re.sub(r"\*\*([^*]+)\*\*|`([^`]+)`", lambda found: found[1] or found[2], linked)
    return re.sub(r"\\([\\|])", r"\1", bare).replace("&lt;", "<")


def _wrapped(words: str, width: float) -> Iterator[str]:
    line = ""
    for word in words.split(" "):
        longer = f"{line} {word}" if line else word
        if line and width_of(longer) > width:
            yield line
            longer = word
        line = longer
    if line:
        yield line
