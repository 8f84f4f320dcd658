"""Tables and sources in the plan: which rows there are, and whose they are.

Expressions that a source has of a Mapping are judged with the Mapping, once.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, TypeAlias

from truegreen_definitions.expressions import sql
from truegreen_definitions.expressions.errors import attempt
from truegreen_definitions.expressions.templates import check_variables
from truegreen_definitions.models.reads.http import HttpRead
from truegreen_definitions.models.source import MatchedService, ServiceColumn
from truegreen_definitions.plan import Column, FileRead, Source, Table
from truegreen_definitions.planner.reads import read_of
from truegreen_definitions.yaml_tree.nodes import find

if TYPE_CHECKING:
    from decimal import Decimal

    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.mapping import Mapping as MappingModel
    from truegreen_definitions.models.source import Source as SourceModel
    from truegreen_definitions.models.table import Table as TableModel
    from truegreen_definitions.problems import Problem
    from truegreen_definitions.yaml_tree.nodes import Step

    Service: TypeAlias = str | ServiceColumn | MatchedService | None

__all__ = ["mapping_problems", "source_of", "table_of"]


def table_of(definition: Definition[TableModel]) -> Table:
    """Return a table, its columns in the order of the definition."""
    spec = definition.model.spec
    columns = tuple(Column(name=name, type=kind) for name, kind in spec.columns.items())
    return Table(
        name=definition.name,
        key=spec.key,
        columns=columns,
        origin=definition.origin,
        keep_seconds=_whole(spec.keep.rows) if spec.keep else None,
        keep_revisions_seconds=_whole(spec.keep.revisions) if spec.keep else None,
    )


def _whole(seconds: Decimal | None) -> int | None:
    return None if seconds is None else int(seconds)


def mapping_problems(definition: Definition[MappingModel]) -> tuple[Problem, ...]:
    """Return what is wrong with the expressions of a Mapping."""
    problems: list[Problem] = []
    reading, spec = _Reading(definition, problems), definition.model.spec
    for name, text in spec.columns.items():
        reading.expression(text, "spec", "columns", name)
    for index, text in enumerate(spec.revision):
        reading.expression(text, "spec", "revision", index)
    return tuple(problems)


def source_of(definition: Definition[SourceModel], problems: list[Problem]) -> Source:
    """Return a source; what is wrong with it is added to the problems."""
    spec = definition.model.spec
    reading = _Reading(definition, problems)
    read = read_of(spec.read)
    if isinstance(read, FileRead):
        reading.check_path(read.location, read.format)
    if isinstance(spec.read, HttpRead):
        reading.check_templates(spec.read)
    return Source(
        name=definition.name,
        table=spec.table,
        read=read,
        zone=spec.read.zone,
        columns=tuple(
            (name, reading.expression(text, "spec", "columns", name))
            for name, text in spec.columns.items()
        ),
        revision=tuple(
            reading.expression(text, "spec", "revision", index)
            for index, text in enumerate(spec.revision)
        ),
        service=reading.service(spec.service),
        origin=definition.origin,
        engine=spec.engine if isinstance(spec.engine, str) else spec.engine.dialect,
    )


class _Reading:
    """Reads the expressions of a definition, and notes what is wrong with its own."""

    def __init__(
        self, definition: Definition[SourceModel | MappingModel], problems: list[Problem]
    ) -> None:
        self._definition = definition
        self._problems = problems

    def expression(self, text: str, *path: Step) -> str:
        """Return an expression over the source's own columns; empty when it is refused."""
        inherited = find(self._definition.root, path) is None
        problems = [] if inherited else self._problems
        return attempt(problems, self._definition.place(*path), text, sql.over_any) or ""

    def service(self, declared: Service) -> str:
        """Return the expression that names a row's service; empty when rows have none."""
        if declared is None:
            return ""
        if isinstance(declared, ServiceColumn):
            column = self.expression(declared.column, "spec", "service", "column")
            if not column:
                return ""
            words = declared.match.items()
            return sql.first_match([(sql.equals(column, word), name) for word, name in words])
        if isinstance(declared, MatchedService):
            cases = [
                (self.expression(one.when, "spec", "service", "match", index, "when"), one.service)
                for index, one in enumerate(declared.match)
            ]
            return sql.first_match(cases) if all(when for when, _ in cases) else ""
        return sql.literal(declared)

    def check_templates(self, read: HttpRead) -> None:
        """Refuse a template that is neither `${since}` nor a secret."""
        for field, texts in (("query", read.query), ("headers", read.headers)):
            for name, text in texts.items():
                place = self._definition.place("spec", "read", field, name)
                attempt(self._problems, place, text, _checked)

    def check_path(self, path: str, form: str) -> None:
        """Refuse a path that leads out of the exporter's data folder."""
        if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts or "\\" in path:
            problem = self._definition.problem(
                "source/path",
                f"{path!r} is not a path below the exporter's data folder",
                *("spec", "read", form),
                hint="write it relative, with forward slashes and without ..",
            )
            self._problems.append(problem)


def _checked(text: str) -> str:
    check_variables(text, {"since"})
    return text
