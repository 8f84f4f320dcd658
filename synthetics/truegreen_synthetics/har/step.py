"""A request of a recording: which texts it says, and how one of them becomes a variable."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from truegreen_synthetics.har.offers import Place

__all__ = ["DraftStep", "words_of"]

_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, kw_only=True)
class DraftStep:
    """A request of the draft.

    Attributes:
        name: Of the service's step it may be.
        body: JSON document, or a form's fields by name, of several values a list; None for none.
        form: Whether the body is a form.
        extract: Variable to JSON path or other place, of what later requests need.
        seconds: What it took when it was recorded.
    """

    name: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    status: int
    form: bool = False
    extract: Mapping[str, Place] = field(default_factory=dict)
    seconds: float = 0.0

    @cached_property
    def leaves(self) -> set[str]:
        """Every text and whole number of the body."""
        return _leaves(self.body)

    def uses(self, text: str) -> bool:
        """Return whether a text stands in it: in a header, as a part of its path, in its body."""
        told = any(_is_told(value, text) for value in self.headers.values())
        if told or text in self.leaves:
            return True
        return text in self.path and _replaced(self.path, text, "") != self.path

    def saying(self, text: str, variable: str) -> DraftStep:
        """Return it with a variable wherever a text stood."""
        return replace(
            self,
            path=_replaced(self.path, text, variable),
            headers={
                name: value.removesuffix(text) + variable if _is_told(value, text) else value
                for name, value in self.headers.items()
            },
            body=_put(self.body, text, variable),
        )


def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters and digits."""
    return [word for word in _BETWEEN_WORDS.split(text.lower()) if word]


def _is_told(value: str, text: str) -> bool:
    """Return whether a header's value is a text, or a word and the text, as `Bearer TOKEN`."""
    return text in {value, value.rpartition(" ")[2]}


def _replaced(path: str, text: str, variable: str) -> str:
    """Return a path in which a whole part that is a text is a variable."""
    pattern = rf"(?<=[/=]){re.escape(text)}(?=$|[/?&.:])"
    return re.sub(pattern, lambda _found: variable, path)


def _leaves(node: Any) -> set[str]:  # noqa: ANN401  JSON
    if isinstance(node, dict):
        return {leaf for value in node.values() for leaf in _leaves(value)}
    if isinstance(node, list):
        return {leaf for value in node for leaf in _leaves(value)}
    return {str(node)} if isinstance(node, str | int) and not isinstance(node, bool) else set()


def _put(node: Any, text: str, variable: str) -> Any:  # noqa: ANN401  JSON
    if isinstance(node, dict):
        return {key: _put(value, text, variable) for key, value in node.items()}
    if isinstance(node, list):
        return [_put(value, text, variable) for value in node]
    same = isinstance(node, str | int) and not isinstance(node, bool) and str(node) == text
    return variable if same else node
