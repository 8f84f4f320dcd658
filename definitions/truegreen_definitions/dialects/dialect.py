"""What a dialect is: how its documents are known, and what they become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_definitions.problems import Problem
    from truegreen_definitions.yaml_tree.nodes import Node

__all__ = ["Dialect", "Foreign", "Translation"]


@dataclass(frozen=True, slots=True)
class Foreign:
    """A document and the file it is in, relative to the definitions folder."""

    path: str
    root: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """Documents of our own language, and what did not carry over."""

    documents: tuple[Foreign, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A dialect.

    Attributes:
        name: What people call it.
        recognises: Whether a document is written in it.
        translate: Takes all its documents, since they refer to one another, and (kind, name) of
            what the company defines in our own language.
    """

    name: str
    recognises: Callable[[Node], bool]
    translate: Callable[[tuple[Foreign, ...], frozenset[tuple[str, str]]], Translation]
