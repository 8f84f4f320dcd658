"""Definitions written for other tools, read as our own: each dialect is one module.

dialect   what a dialect is, and what one makes of its documents
trees     our own documents, built of parts of theirs, every part at its place
sloth     Sloth, `version: prometheus/v1`
openslo   OpenSLO, `apiVersion: openslo/v1`

A document becomes a tree of our own language before any model sees it, so whatever is wrong is
shown in the file that people wrote. What has no place with us is told, field by field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.dialects.dialect import Dialect, Foreign, Translation
from truegreen_definitions.dialects.openslo import OPENSLO
from truegreen_definitions.dialects.sloth import SLOTH

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_definitions.yaml_tree.nodes import Node

__all__ = ["DIALECTS", "Foreign", "Translation", "dialect_of", "translated"]

DIALECTS: tuple[Dialect, ...] = (SLOTH, OPENSLO)


def dialect_of(root: Node) -> Dialect | None:
    """Return the dialect a document is written in; None for our own language and for no other."""
    return next((dialect for dialect in DIALECTS if dialect.recognises(root)), None)


def translated(documents: Iterable[Foreign], own: frozenset[tuple[str, str]]) -> Translation:
    """Return what foreign documents say, as documents of our own.

    Args:
        documents: Documents of any dialect.
        own: (kind, name) of the documents of our own beside them.
    """
    every = tuple(documents)
    parts = [
        dialect.translate(tuple(one for one in every if dialect.recognises(one.root)), own)
        for dialect in DIALECTS
    ]
    return Translation(
        documents=tuple(one for part in parts for one in part.documents),
        problems=tuple(one for part in parts for one in part.problems),
    )
