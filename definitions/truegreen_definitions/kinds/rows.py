"""The rows an indicator counts: which table, and which of its rows."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions.expressions import sql
from truegreen_definitions.expressions.errors import ExpressionError
from truegreen_definitions.expressions.sql_neighbours import over_group
from truegreen_definitions.kinds.scope import rows_of_scope
from truegreen_definitions.problems import Severity
from truegreen_definitions.suggestions import definition_to_add, listed, near_word, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from truegreen_definitions.kinds.asked import Asked
    from truegreen_definitions.models.policy import PolicySpec
    from truegreen_definitions.models.table import ColumnType
    from truegreen_definitions.yaml_tree.nodes import Step

__all__ = ["Rows", "not_synthetic", "rows_of", "warn_of_unfilled"]

SERVICE_COLUMN = "service"
UNKNOWN_COLUMN = "sql/unknown-column"
UNFILLED = "records/never-filled"
NO_SOURCE = "records/no-source"
NO_SERVICE = "records/no-service-column"
ANOTHER_TABLE = "name another table: `with: {table: …}`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of a table that may count.

    Attributes:
        columns: Column to type.
        filled: Columns that a source fills; None where that cannot be told, or nothing does.
        where: SQL that keeps to the agreement's scope and leaves out synthetic rows; empty
            when there is no scope and nothing tells them.
        hint: What to do about a column that is missing, where the indicator cannot be changed;
            empty where it can.
    """

    table: str
    columns: Mapping[str, ColumnType]
    filled: frozenset[str] | None
    where: str
    hint: str

    def read(self, text: str) -> str:
        """Return the canonical text of an expression over the columns.

        Raises:
            ExpressionError: It is none, or it names a column that is not there.
        """
        with self._telling():
            return sql.over_columns(text, self.columns)

    def read_in_group(self, text: str, *, keyed: bool) -> str:
        """Return the canonical text of an expression that may look at rows of the same key.

        Raises:
            ExpressionError: It is none, it names a column that is not there, or asks for
                neighbours where no key is named.
        """
        with self._telling():
            return over_group(text, self.columns, keyed=keyed)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Say of a column that is missing what can be done about it."""
        try:
            yield
        except ExpressionError as error:
            if error.id == UNKNOWN_COLUMN:
                error.hint = self.hint or error.hint
            raise


def rows_of(asked: Asked, table: str, *fields: str, needed: Iterable[str] = ()) -> Rows | None:
    """Return the rows of a table that an agreement counts; None with the reason reported.

    Args:
        asked: The agreement.
        table: Name of the table as written, parameters included.
        fields: Path of that name inside the indicator.
        needed: What the indicator asks of a row, as written; it says which columns there must be.
    """
    name = asked.read(table, *fields)
    found = asked.catalog.tables.get(name)
    if not name or (found is None and asked.catalog.may_exist("Table", name)):
        return None
    if found is None:
        hint = _hint(asked, name, needed)
        asked.report("reference/unknown", f"there is no Table `{name}`", *fields, hint=hint)
        return None
    columns, library = found.model.spec.columns, asked.catalog.library_tables
    if SERVICE_COLUMN not in columns:
        asked.report(
            NO_SERVICE,
            f"Table `{name}` has no column `service`, so no row can be of this service",
            *fields,
            hint="declare `service: text` in the table; the source says how rows find theirs",
        )
        return None
    if ("Table", name) in asked.catalog.from_library and not _has_source(asked, name):
        message = f"no Source fills Table `{name}`, so there is nothing to count"
        asked.report(NO_SOURCE, message, *fields, hint=_source_hint(asked, name))
        return None
    extend = f" with those of the library (`use: {name}`)" if name in library else ""
    hint = f"declare it in Table `{name}`{extend}, or {ANOTHER_TABLE}" if asked.from_library else ""
    synthetic = not_synthetic(asked.policy, name, columns)
    where = sql.both(rows_of_scope(asked, columns), synthetic)
    filled = _filled(asked, name)
    return Rows(table=name, columns=columns, filled=filled, where=where, hint=hint)


def warn_of_unfilled(asked: Asked, rows: Rows, text: str, *fields: Step) -> None:
    """Warn of each column of an expression that the sources of its table leave empty."""
    if rows.filled is None:
        return
    for column in sql.columns_of(text):
        if column not in rows.filled:
            asked.report(
                UNFILLED,
                f"no source fills the column `{column}` of Table `{rows.table}`",
                *fields,
                hint=f"map it: `columns: {{{column}: …}}` in a Source of the table",
                severity=Severity.WARNING,
            )


def _has_source(asked: Asked, table: str) -> bool:
    """Return whether anything fills a table, or might in a definition that is not valid."""
    sources = asked.catalog.sources.values()
    found = any(source.model.spec.table == table for source in sources)
    return found or asked.catalog.has_broken("Source")


def _source_hint(asked: Asked, table: str) -> str:
    """Return what to add to a table of the library that nothing fills."""
    ready = [one.name for one in asked.catalog.mappings.values() if one.model.spec.table == table]
    of_tools = f" or `use:` one of {listed(ready)}" if ready else ""
    return f"add one: `kind: Source` with `table: {table}`{of_tools}"


def _filled(asked: Asked, table: str) -> frozenset[str] | None:
    """Return the columns that any source of a table fills."""
    specs = [source.model.spec for source in asked.catalog.sources.values()]
    sources = [spec for spec in specs if spec.table == table]
    if not sources or asked.catalog.has_broken("Source"):
        return None
    mapped = {column for spec in sources for column in spec.columns}
    by_service = {SERVICE_COLUMN for spec in sources if spec.service is not None}
    return frozenset(mapped | by_service)


def _hint(asked: Asked, table: str, needed: Iterable[str]) -> str:
    """Return what to do about a table that is not there."""
    tables, to_add = asked.catalog.tables, definition_to_add(table, ("Table",))
    if asked.from_library:
        columns = listed(dict.fromkeys((SERVICE_COLUMN, *_columns(needed))))
        near = near_word(table, tables)
        return f"{near} {to_add} and the columns {columns}, or {ANOTHER_TABLE}".lstrip()
    return suggestion(table, tables) if tables else to_add


def _columns(needed: Iterable[str]) -> Iterator[str]:
    """Yield the columns that expressions name; one that needs parameters is left out."""
    for text in needed:
        with suppress(ExpressionError):
            yield from sql.columns_of(text)


def not_synthetic(policy: PolicySpec, table: str, columns: Mapping[str, ColumnType]) -> str:
    """Return the condition of the Policy; a column it lacks is reported with the Policy."""
    declared = policy.synthetic
    column = declared.columns.get(table, "") if declared else ""
    # A row that does not say whether it is synthetic is a customer's.
    return f"NOT COALESCE({column}, FALSE)" if column in columns else ""
