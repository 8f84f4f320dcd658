"""Edits of a YAML file that keep everything else as it is: comments, quotes and layout."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from truegreen_definitions.problems import Edit, Fix

if TYPE_CHECKING:
    from truegreen_definitions.yaml_tree.nodes import Entry, ScalarNode

__all__ = ["fix_of", "renamed_key", "rewritten", "unquoted"]

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_./%-]*[A-Za-z0-9_%])?")
"""Texts that may stand without quotes wherever a value may."""
_QUOTES = 2


def fix_of(text: str, *edits: Edit | None) -> Fix | None:
    """Return the fix that writes a text; None where no edit does."""
    made = tuple(edit for edit in edits if edit is not None)
    return Fix(f"write `{text}`", made) if made else None


def rewritten(node: ScalarNode, text: str) -> Edit | None:
    """Return the edit that makes a value another text, in quotes where it had them.

    None where the value does not stand in one piece on one line, or the text needs more than
    its place has.
    """
    if node.plain:
        whole = node.place.width == len(node.text)
        return Edit(node.place, text) if whole and _PLAIN.fullmatch(text) else None
    if not _is_quoted(node) or "'" in text or not text.isprintable():
        return None
    return Edit(node.place, f"'{text}'")


def unquoted(node: ScalarNode) -> Edit | None:
    """Return the edit that takes the quotes of a value away; None where it has none."""
    return Edit(node.place, node.text) if _is_quoted(node) and _PLAIN.fullmatch(node.text) else None


def renamed_key(entry: Entry, name: str) -> Edit | None:
    """Return the edit that gives a key another name; None where it is in quotes."""
    return Edit(entry.key_place, name) if entry.key_place.width == len(entry.key) else None


def _is_quoted(node: ScalarNode) -> bool:
    one_line = "\n" not in node.text and node.place.width == len(node.text) + _QUOTES
    return not node.plain and one_line
