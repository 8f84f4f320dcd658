"""Faults of an expression, found before anybody knows in which file it stands.

The parsers of PromQL, SQL and templates see a text alone; whoever took that text from a
definition knows its place and turns the fault into a `Problem` there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from truegreen_definitions.problems import Edit, Fix, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_definitions.problems import Place

__all__ = ["ExpressionError", "attempt"]

T = TypeVar("T")

QUOTES = 2


class ExpressionError(ValueError):
    """What is wrong with an expression.

    Attributes:
        id: Stable id of the problem it becomes.
        message: What was found.
        hint: What to do.
        span: (first character from 0, number of characters) of the wrong part, if known.
        changes: (first character, number of characters, text instead) of all that mends it,
            only where that is certain.
    """

    def __init__(
        self,
        problem: str,
        message: str,
        *,
        hint: str = "",
        span: tuple[int, int] | None = None,
        changes: tuple[tuple[int, int, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.id = problem
        self.message = message
        self.hint = hint
        self.span = span
        self.changes = changes

    def at(self, place: Place, text: str | None = None) -> Problem:
        """Return the problem of an expression that stands at a place.

        The wrong part is underlined where columns can be counted: in a value of one line,
        plain or in quotes without escapes. Otherwise the whole place is.

        Args:
            place: Of the expression's value.
            text: The value as it stands there; None when it was made from several.
        """
        quotes = place.width - len(text) if text is not None and "\n" not in text else -1
        if quotes not in {0, QUOTES}:
            return Problem(self.id, self.message, place, self.hint)
        begin = place._replace(column=place.column + quotes // 2)
        edits = tuple(Edit(_part(begin, *span), text) for *span, text in self.changes)
        fix = Fix(self.hint, edits) if edits else None
        if self.span is not None:
            start, width = self.span
            place = _part(begin, start, max(1, width))
        return Problem(self.id, self.message, place, self.hint, fix=fix)


def _part(begin: Place, start: int, width: int) -> Place:
    return begin._replace(column=begin.column + start, width=width)


def attempt(problems: list[Problem], place: Place, text: str, read: Callable[[str], T]) -> T | None:
    """Return what `read` makes of a text; or None, its fault then being among the problems."""
    try:
        return read(text)
    except ExpressionError as error:
        problems.append(error.at(place, text))
        return None
