"""Counts rows where they stand, in the company's own PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from truegreen_definitions.expressions.sql_postgres import in_postgres
from truegreen_exporters.engines.cases import case_groups
from truegreen_exporters.engines.postgres.books import Books
from truegreen_exporters.engines.postgres.in_place import InPlace
from truegreen_exporters.engines.question import BEGIN
from truegreen_exporters.engines.sql_engine import SqlEngine
from truegreen_exporters.engines.tally import Tally
from truegreen_exporters.intake.mapping import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict
    from collections.abc import Sequence

    from truegreen_exporters.engines.advance import Advance
    from truegreen_exporters.engines.cases import CaseGroup, CaseQuestion
    from truegreen_exporters.engines.postgres.session import Session
    from truegreen_exporters.engines.question import Question
    from truegreen_exporters.engines.value_question import ValueQuestion
    from truegreen_exporters.intake.mapping import Mapping

__all__ = ["PostgresEngine"]

_UTC = "UTC"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = (datetime(year, 1, 1, tzinfo=UTC) for year in (1, 9999))


class PostgresEngine(SqlEngine):
    """Counts the rows of some sources, all of one server.

    Args:
        session: Asks the server.
        mappings: The sources, by their tables.
    """

    def __init__(self, session: Session, mappings: Dict[str, Mapping]) -> None:
        super().__init__()
        self._session = session
        self._mappings = mappings
        self._known: dict[str, InPlace] = {}
        self._relations: dict[str, str] = {}

    def in_place(self, table: str) -> InPlace:
        """Return the rows that a table is made of.

        Raises:
            UnreachableError: The server cannot be asked, or has no such rows.
        """
        if table not in self._known:
            mapping = self._mappings[table]
            types = self._session.types(self._session.written(InPlace.asking(mapping)))
            self._known[table] = InPlace(mapping, tuple(types))
        return self._known[table]

    def books(self, table: str) -> Books:
        """Return how many rows of a table's source count, and how many do not."""
        rows = self.in_place(table)
        ((count, unmatched, repeated),) = self._asked(rows.books)
        refused = self._asked(rows.refused)
        return Books(
            rows=count,
            unmatched=unmatched if rows.mapping.source.service else 0,
            repeated=repeated,
            refused=tuple((*rows.reason(why), number) for why, number in refused),
        )

    def refused_rows(self, table: str, limit: int) -> list[tuple[str, str, str]]:
        """Return (reason, in words, the row as text) of some rows that are left out."""
        rows = self.in_place(table)
        found = self._asked(rows.refused_rows(limit))
        return [(*rows.reason(why), row) for why, row in found]

    def relation(self, table: str) -> str:
        """Return the name under which every query has a table's rows."""
        return quoted(table)

    def within(self, table: str, at: str, span: tuple[int, int]) -> str:
        """Return the rows of a span of time, asked for so that an index can find them."""
        conditions = [
            f"({at}) {sign} CAST('{_moment(edge).isoformat(sep=' ')}' AS TIMESTAMPTZ)"
            for edge, sign in zip(span, (">=", "<"), strict=True)
            if edge != BEGIN
        ]
        if not conditions:
            return self.relation(table)
        return f"(SELECT * FROM {self.relation(table)} WHERE {' AND '.join(conditions)})"  # noqa: S608  checked by the compiler

    def by_edge(self, zone: str, rows: str, edges: Sequence[int]) -> list[tuple[int, ...]]:
        """Return (edge, good, total, excluded) of the rows from each edge to the next, in order."""
        listed = f"CAST([{', '.join(map(str, edges))}] AS BIGINT[])"
        query = (
            "SELECT _edge, count(*) FILTER (_of AND NOT _out AND _good), "  # noqa: S608  as above
            "count(*) FILTER (_of AND NOT _out), count(*) FILTER (_of AND _out) "
            f"FROM (SELECT *, width_bucket(_t, {listed}) AS _edge FROM ({rows}) "
            "WHERE _t IS NOT NULL) GROUP BY _edge ORDER BY _edge"
        )
        return [(edges[place - 1], *counts) for place, *counts in self.fetch(zone, query)]

    def advance(self, questions: Sequence[Question], at: datetime) -> Advance:
        """Return the parts of many questions, counted together."""
        return Tally(self, None, questions).advance(at)

    def texts_of(self, table: str) -> str:
        """Return the columns of a table's rows as texts."""
        names = [*self._mappings[table].types, "_source"]
        return ", ".join(f"CAST({quoted(name)} AS VARCHAR) AS {quoted(name)}" for name in names)

    def query_of(self, question: Question, span: tuple[int, int], at: datetime) -> str:
        """Return the query of the parts of a span as the server runs it."""
        return self.written(super().query_of(question, span, at))

    def value_query(self, question: ValueQuestion, span: tuple[int, int], at: datetime) -> str:
        """Return the query of a measure's parts over a span as the server runs it."""
        return self.written(super().value_query(question, span, at))

    def cases_query(self, question: CaseQuestion, span: tuple[int, int], at: datetime) -> str:
        """Return the query of `cases_between` as the server runs it."""
        return self.written(super().cases_query(question, span, at))

    def cases_between(
        self, question: CaseQuestion, span: tuple[int, int], at: datetime
    ) -> tuple[CaseGroup, ...]:
        """Return the cases of a span, followed to what people experienced."""
        query = super().cases_query(question, span, at)
        return tuple(case_groups(question, self.fetch(question.sla.zone, query)))

    def fetch(self, zone: str, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query in which times without a zone are of this zone."""
        return self.described(zone, query)[1]

    def described(self, zone: str, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return the names of a query's columns, and its rows."""
        return self._session.rows(zone, self.written(query))

    def written(self, query: str) -> str:
        """Return a query as the server runs it, with the rows that its tables are made of."""
        text = self._session.written(in_postgres(query))
        used = [table for table in sorted(self._mappings) if quoted(table) in text]
        rows = ", ".join(
            f"{quoted(table)} AS {self._session.inlined}({self._relation(table)})" for table in used
        )
        if not rows:
            return text
        return f"WITH {rows}, {text[5:]}" if text.startswith("WITH ") else f"WITH {rows} {text}"

    def _relation(self, table: str) -> str:
        if table not in self._relations:
            self._relations[table] = self._session.written(self.in_place(table).relation)
        return self._relations[table]

    def _asked(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query that is in the words of PostgreSQL."""
        return self._session.rows(_UTC, self._session.written(query))[1]


def _moment(microseconds: int) -> datetime:
    try:
        found = _EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return _FIRST if microseconds < 0 else _LAST
    return min(max(found, _FIRST), _LAST)
