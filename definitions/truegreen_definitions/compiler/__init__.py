"""Compiler: from definition files to the plan, with every problem on the way.

`compile_files` is pure: bytes in, plan out, the same for any order of the files.
`compile_folder` is its edge.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from truegreen_definitions.catalog import Readings, build_catalog
from truegreen_definitions.catalog.loader import read_folder, read_library
from truegreen_definitions.catalog.named import named_files
from truegreen_definitions.checks import CHECKS, DATED_CHECKS, INVENTORY_CHECKS
from truegreen_definitions.compiler.collector import collector_paused
from truegreen_definitions.planner import plan
from truegreen_definitions.problems import has_errors

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.catalog.definition import SourceFile
    from truegreen_definitions.inventory import Inventory
    from truegreen_definitions.plan import Plan
    from truegreen_definitions.problems import Allowed, Place, Problem

__all__ = ["Compiled", "compile_files", "compile_folder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """What became of a company's definitions.

    Attributes:
        plan: None when a problem is an error.
        problems: In order of place.
        texts: Text of each file by the path problems show, for quoting.
        allowed: Problems that comments in the files allow.
        same: The first day on which there are these problems, and the first on which there may be
            others, as ISO dates; empty for a side without such a day.
    """

    plan: Plan | None
    problems: tuple[Problem, ...]
    texts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    allowed: tuple[Allowed, ...] = ()
    same: tuple[str, str] = ("", "")


@collector_paused()
def compile_files(
    files: Iterable[SourceFile],
    library: Iterable[SourceFile] = (),
    today: dt.date | None = None,
    inventory: Inventory | None = None,
) -> Compiled:
    """Return the plan of a company, or what is wrong with its files.

    Args:
        files: The company's files, in any order.
        library: Files of the indicator library.
        today: The day, for what depends on it; None leaves that out. No plan depends on it.
        inventory: What a Prometheus server has; None asks nothing of it, and no plan does.
    """
    own, shared = Readings.of(files), tuple(library)
    named = named_files(own.files, shared)
    if len(named) < len(shared):
        found = _compiled(own, named, shared, today, inventory)
        if found.plan is not None:
            return found
    # Hints tell of all there is, so what has errors is looked at with the whole library.
    return _compiled(own, shared, shared, today, inventory)


def _compiled(
    own: Readings,
    read: Iterable[SourceFile],
    shared: tuple[SourceFile, ...],
    today: dt.date | None,
    inventory: Inventory | None,
) -> Compiled:
    catalog, problems = build_catalog(own, read)
    made, found = plan(catalog)
    checked = [problem for check in CHECKS for problem in check.run(catalog)]
    if today is not None:
        checked += (problem for check in DATED_CHECKS for problem in check.run(catalog, today))
    if inventory is not None and made is not None:
        for one in INVENTORY_CHECKS:
            checked += one.run(catalog, made, inventory)
    own_texts = {file.shown: file.text for file in own.files}
    every = _once((*problems, *checked, *found))
    left, allowed = _allowed(every, own_texts, today)
    return Compiled(
        plan=None if has_errors(every) else made,
        problems=_once(left),
        allowed=allowed,
        same=_same(catalog, own_texts, today),
        texts=MappingProxyType({**own_texts, **{file.shown: file.text for file in shared}}),
    )


def _allowed(
    problems: tuple[Problem, ...], texts: Mapping[str, str], today: dt.date | None
) -> tuple[tuple[Problem, ...], tuple[Allowed, ...]]:
    if not any("truegreen:" in text for text in texts.values()):
        return problems, ()
    from truegreen_definitions.compiler.allowances import with_allowances  # noqa: PLC0415  few files allow

    return with_allowances(problems, texts, today)


def _same(catalog: Catalog, texts: Mapping[str, str], today: dt.date | None) -> tuple[str, str]:
    """Return the days between which the problems are those of a day."""
    if today is None:
        return "", ""
    turns = {day for check in DATED_CHECKS for day in check.turns(catalog)}
    if any("truegreen:" in text for text in texts.values()):
        from truegreen_definitions.compiler.allowances import allowance_turns  # noqa: PLC0415

        turns.update(allowance_turns(texts))
    first = max((day for day in turns if day <= today), default="")
    return str(first), str(min((day for day in turns if day > today), default=""))


def compile_folder(
    root: Path, today: dt.date | None = None, inventory: Inventory | None = None
) -> Compiled:
    """Return what becomes of the YAML files below a folder, with the library at hand."""
    return compile_files(read_folder(root), read_library(), today, inventory)


def _once(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems in order, each once.

    An indicator that is used twice has its problem once; what a check and the planner both
    find is said in the words of the check, which come first.
    """
    first: dict[tuple[Place, str, str], Problem] = {}
    for problem in problems:
        first.setdefault((problem.place, problem.id, problem.message), problem)
    return tuple(first[key] for key in sorted(first))
