"""Certain fixes, applied: edits of files, as often as they lead to further ones.

Pure: files in, files out. Whatever no edit names stays byte for byte.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from truegreen_definitions.problems import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from truegreen_definitions.catalog.definition import SourceFile
    from truegreen_definitions.compiler import Compiled
    from truegreen_definitions.problems import Edit, Problem

__all__ = ["Mended", "apply_edits", "mend"]

PASSES = 10
"""How often files are compiled and mended again; each pass may make others visible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """What became of files whose certain fixes were applied.

    Attributes:
        files: All of them, changed or not, in the order they came in.
        fixed: The problems that were mended, in the order they were.
        compiled: What the files compile to now.
    """

    files: tuple[SourceFile, ...]
    fixed: tuple[Problem, ...]
    compiled: Compiled


def mend(
    files: Iterable[SourceFile], compile_: Callable[[Iterable[SourceFile]], Compiled]
) -> Mended:
    """Return files with every certain fix applied.

    Of two fixes that overlap the first by place is applied; the other comes again in the next
    pass, if it is still needed.

    Args:
        files: The company's files.
        compile_: Compiles them.
    """
    now = tuple(files)
    compiled = compile_(now)
    fixed: list[Problem] = []
    for _ in range(PASSES):
        chosen = _chosen(compiled.problems, {file.shown for file in now})
        if not chosen:
            break
        fixed += chosen
        edits = [edit for problem in chosen if problem.fix for edit in problem.fix.edits]
        now = tuple(_edited(file, edits) for file in now)
        compiled = compile_(now)
    return Mended(files=now, fixed=tuple(fixed), compiled=compiled)


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with edits applied; they are all of this text, and none overlaps another."""
    lines = text.splitlines(keepends=True)
    for edit in sorted(edits, reverse=True):
        place = edit.place
        line = lines[place.line - 1]
        lines[place.line - 1] = line[: place.column - 1] + edit.text + line[place.end_column - 1 :]
    return "".join(lines)


def _chosen(problems: Iterable[Problem], paths: set[str]) -> list[Problem]:
    """Return problems whose fixes can be applied together."""
    taken: set[tuple[str, int, int]] = set()
    chosen = []
    for problem in in_order(problems):
        edits = problem.fix.edits if problem.fix else ()
        cells = {cell for edit in edits for cell in _cells(edit)}
        if edits and cells.isdisjoint(taken) and {edit.place.path for edit in edits} <= paths:
            taken |= cells
            chosen.append(problem)
    return chosen


def _cells(edit: Edit) -> Iterable[tuple[str, int, int]]:
    """Return the characters an edit takes out; an insertion takes the gap before its column."""
    place = edit.place
    columns = range(place.column, max(place.end_column, place.column + 1))
    return ((place.path, place.line, column) for column in columns)


def _edited(file: SourceFile, edits: Iterable[Edit]) -> SourceFile:
    own = [edit for edit in edits if edit.place.path == file.shown]
    return replace(file, data=apply_edits(file.data.decode(), own).encode()) if own else file
