"""What the linter finds, and what a rule is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from truegreen_dashboards.board import Board

__all__ = ["Fault", "Finding", "Rule"]


class Finding(NamedTuple):
    """What a rule says: of which panel, by its key (empty for the board), and what is wrong."""

    where: str
    said: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Something every board keeps.

    Attributes:
        id: `subject/name`, stable.
        wants: What it asks of a board, for people.
        find: Yields what does not keep it, of one board among all; pure.
    """

    id: str
    wants: str
    find: Callable[[Board, tuple[Board, ...]], Iterator[Finding]]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A rule that a board does not keep."""

    board: str
    where: str
    rule: str
    said: str

    def __str__(self) -> str:
        """Return it as one line: `xla-exec/budgets: … [query/contract]`."""
        at = f"{self.board}/{self.where}" if self.where else self.board
        return f"{at}: {self.said} [{self.rule}]"
