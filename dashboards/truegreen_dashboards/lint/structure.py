"""Rules about how a board is put together: keys, places, links, variables."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeVar

from truegreen_dashboards.board import arrange, panel_id
from truegreen_dashboards.layout import overlapping
from truegreen_dashboards.lint.fault import Finding, Rule
from truegreen_dashboards.panels import BarChart, Table, Text
from truegreen_definitions.errors import InvariantError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from truegreen_dashboards.board import Board
    from truegreen_dashboards.panels import Panel
    from truegreen_dashboards.targets import BoardLink

__all__ = ["RULES"]

T = TypeVar("T")

_LONGEST_UID = 40


def _uids(board: Board, every: tuple[Board, ...]) -> Iterator[Finding]:
    if not 1 <= len(board.uid) <= _LONGEST_UID:
        yield Finding("", f"uid {board.uid!r} is empty or longer than {_LONGEST_UID} characters")
    if sum(other.uid == board.uid for other in every) > 1:
        yield Finding("", f"uid {board.uid!r} names more than one board")


def _keys(board: Board, _: tuple[Board, ...]) -> Iterator[Finding]:
    keys = [panel.key for panel in board.panels]
    for key in _repeated(keys):
        yield Finding(key, "the key names more than one panel")
    for number in _repeated(panel_id(board, key) for key in sorted(set(keys))):
        yield Finding("", f"two keys give the same panel id {number}: rename one")


def _refs(board: Board, _: tuple[Board, ...]) -> Iterator[Finding]:
    for panel in board.panels:
        refs = [target.ref for target in panel.asked]
        if not refs and not isinstance(panel, Text):
            yield Finding(panel.key, "no target: the panel is always empty")
        if "" in refs:
            yield Finding(panel.key, "a target has no ref")
        for ref in _repeated(refs):
            yield Finding(panel.key, f"ref {ref!r} names more than one target")


def _places(board: Board, _: tuple[Board, ...]) -> Iterator[Finding]:
    try:
        rows = arrange(board)
    except InvariantError as error:
        yield Finding("", str(error))
        return
    cells = [cell for row in rows for cell in (row.heading, *row.cells)]
    for one, other in overlapping(cells):
        yield Finding("", f"{one} and {other} overlap")


def _links(board: Board, every: tuple[Board, ...]) -> Iterator[Finding]:
    variables = {other.uid: {one.name for one in other.variables} for other in every}
    for panel in board.panels:
        for link in _ways(panel):
            if link.board not in variables:
                yield Finding(panel.key, f"a click leads to {link.board!r}, which is no board")
            elif link.variable not in {"", *variables[link.board]}:
                yield Finding(panel.key, f"{link.board} has no variable {link.variable!r}")
            elif bool(link.variable) != bool(link.label):
                yield Finding(panel.key, f"a click sets {link.variable!r} by {link.label!r}")
        if panel.records and panel.records.of not in _named_by(panel):
            yield Finding(panel.key, f"leads to records by {panel.records.of!r}, which it has not")
        if panel.records and "service" not in variables[board.uid]:
            yield Finding(panel.key, "leads to records of a chosen service, and none is chosen")


def _ways(panel: Panel) -> Iterator[BoardLink]:
    """Yield where clicks on a panel lead."""
    if panel.link is not None:
        yield panel.link
    if isinstance(panel, Table):
        yield from (column.link for column in panel.columns if column.link is not None)


def _named_by(panel: Panel) -> set[str]:
    """Return the labels that name the rows or bars of a panel."""
    if isinstance(panel, BarChart):
        return {panel.category}
    return {column.source for column in panel.columns} if isinstance(panel, Table) else set()


def _variables(board: Board, _: tuple[Board, ...]) -> Iterator[Finding]:
    for name in _repeated(one.name for one in board.variables):
        yield Finding("", f"variable {name!r} is declared more than once")
    for one in board.variables:
        values = [choice.value for choice in one.choices]
        for value in _repeated(values):
            yield Finding("", f"variable {one.name!r} offers {value!r} more than once")
        if one.default not in (values or [""]):
            yield Finding("", f"variable {one.name!r} begins with {one.default!r}, no choice of it")


def _repeated(values: Iterable[T]) -> list[T]:
    return [value for value, times in Counter(values).items() if times > 1]


RULES = (
    Rule("board/uid", "a uid of 1 to 40 characters, of this board alone", _uids),
    Rule("panel/key", "a key and an id of this panel alone", _keys),
    Rule("panel/targets", "targets, each with a ref of its own", _refs),
    Rule("panel/place", "every panel on the grid, none over another", _places),
    Rule("link/dead", "links to boards and variables that there are", _links),
    Rule("variable/choice", "choices that differ, one of them the first", _variables),
)
