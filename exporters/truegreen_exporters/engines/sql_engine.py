"""Counts the parts of an agreement by event time, in whatever database answers its queries.

Queries are written in the dialect of DuckDB; an engine of another database writes them anew.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from truegreen_definitions.names import PartValue
from truegreen_exporters.engines.cases import case_groups, case_sql, lost_sql
from truegreen_exporters.engines.elapsed_sql import timed
from truegreen_exporters.engines.keys import keys_between
from truegreen_exporters.engines.question import BEGIN, Parts, microseconds
from truegreen_exporters.engines.record_rows import record_rows
from truegreen_exporters.engines.row_question import row_sql
from truegreen_exporters.engines.running_counts import RunningCounts
from truegreen_exporters.engines.sql_terms import time_of
from truegreen_exporters.engines.values import ValueCounter
from truegreen_exporters.engines.volume_question import volume_sql
from truegreen_exporters.intake.mapping import literal, quoted
from truegreen_exporters.process.view import ProcessView
from truegreen_exporters.windows.clock import clock_between

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from truegreen_exporters.engines.cases import CaseGroup, CaseQuestion
    from truegreen_exporters.engines.question import Question
    from truegreen_exporters.engines.row_question import RowQuestion
    from truegreen_exporters.engines.value_question import Valued, ValueQuestion
    from truegreen_exporters.engines.volume_question import Bucket, VolumeQuestion
    from truegreen_exporters.process.question import ProcessQuestion

__all__ = ["SqlEngine"]


class SqlEngine(ABC):
    """Counts rows by queries; what it is of is who fetches their rows."""

    def __init__(self) -> None:
        self._newest: dict[tuple[str, str, str], int] = {}

    @abstractmethod
    def relation(self, table: str) -> str:
        """Return what a table's rows are selected from."""

    def within(self, table: str, at: str, span: tuple[int, int]) -> str:  # noqa: ARG002  for others
        """Return what rows are selected from when only those of a span of time matter.

        Args:
            table: Its name.
            at: SQL of the rows' time.
            span: Start, and end, which is not included, in microseconds since 1970.
        """
        return self.relation(table)

    @abstractmethod
    def fetch(self, zone: str, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query in which times without a zone are of this zone."""

    @abstractmethod
    def described(self, zone: str, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return the names of a query's columns, and its rows."""

    def texts_of(self, table: str) -> str:  # noqa: ARG002  for others
        """Return the columns of a table's rows as texts, to be selected beside others of ours."""
        ours = "('_t', '_of', '_out', '_good', '_key', '_passed')"
        return f"COLUMNS(lambda c: c NOT IN {ours} AND NOT starts_with(c, '_next_'))::VARCHAR"

    def by_edge(self, zone: str, rows: str, edges: Sequence[int]) -> list[tuple[int, ...]]:
        """Return (edge, good, total, excluded) of the rows from each edge to the next, in order.

        Args:
            zone: Of times that say none.
            rows: Query of the rows, with `_t`, `_of`, `_out` and `_good`.
            edges: In order; no row is before the first.
        """
        query = (
            "SELECT edge, count(*) FILTER (_of AND NOT _out AND _good), "  # noqa: S608  as below
            "count(*) FILTER (_of AND NOT _out), count(*) FILTER (_of AND _out) "
            f"FROM ({rows}) ASOF JOIN (SELECT unnest({list(edges)}::BIGINT[]) AS edge) "
            "ON _t >= edge GROUP BY edge ORDER BY edge"
        )
        return self.fetch(zone, query)

    def parts_at(self, question: Question, at: datetime) -> dict[str, Parts]:
        """Return the parts of each of the agreement's windows, seen from a moment, in one pass."""
        if question.records.each is not None:
            spans = question.spans(at)
            return dict(zip(spans, self._of_keys(question, [*spans.values()], at), strict=True))
        ripe = question.ripe_before(at)
        columns = []
        for label, (start, end) in question.spans(at).items():
            inside = f"_t >= {start} AND _t < {end}"
            counted = f"{inside} AND _of AND NOT _out"
            for name, condition in (
                (PartValue.GOOD, f"{counted} AND _t < {ripe} AND _good"),
                (PartValue.TOTAL, f"{counted} AND _t < {ripe}"),
                (PartValue.PENDING, f"{counted} AND _t >= {ripe}"),
                (PartValue.EXCLUDED, f"{inside} AND _of AND _out"),
            ):
                columns.append(f"count(*) FILTER ({condition}) AS {quoted(f'{name} {label}')}")
        rows = self._rows(question, between=_around(question.spans(at).values()))
        query = f"SELECT {', '.join(columns)} FROM ({rows})"  # noqa: S608  expressions were checked by the compiler
        found = self.fetch(question.zone, query)
        counts = iter(found[0])
        return {
            label: Parts(
                good=next(counts), total=next(counts), pending=next(counts), excluded=next(counts)
            )
            for label in question.labels
        }

    def parts_over(
        self, question: Question, moments: Sequence[datetime]
    ) -> dict[datetime, dict[str, Parts]]:
        """Return the parts of each window seen from each of many moments, in one pass.

        Every count of a span is a difference of two running counts, so one grouping of the rows
        by the edges of all spans answers all of them. Keys are asked moment by moment.
        """
        if question.records.each is not None:
            return {at: self.parts_at(question, at) for at in moments}
        spans = {at: question.spans(at) for at in moments}
        ripe = {at: question.ripe_before(at) for at in moments}
        edges = {edge for by_label in spans.values() for span in by_label.values() for edge in span}
        running = self._running(question, sorted(edges | set(ripe.values())))
        return {
            at: {label: running.parts(*span, ripe[at]) for label, span in by_label.items()}
            for at, by_label in spans.items()
        }

    def parts_between(
        self, question: Question, spans: Sequence[tuple[datetime, datetime]], at: datetime
    ) -> tuple[Parts, ...]:
        """Return the parts of spans of time, start included and end not, seen from one moment."""
        edges = [(microseconds(start), microseconds(end)) for start, end in spans]
        if question.records.each is not None:
            return tuple(self._of_keys(question, edges, at))
        ripe = question.ripe_before(at)
        running = self._running(question, sorted({ripe}.union(*edges)))
        return tuple(running.parts(start, end, ripe) for start, end in edges)

    def newest(self, source: str, question: Question, at: datetime) -> float | None:
        """Return the anchor time of a source's newest row up to a moment, in Unix seconds.

        What was the newest is asked for first, and what came after it: few rows, while they
        stand in the order of time. Only when it is gone are all rows asked.
        """
        rows = self._rows(question, f"_source = {literal(source)}")
        key = (source, rows, question.zone)
        query = f"SELECT max(_t) FROM ({rows}) WHERE _t <= {microseconds(at)}"  # noqa: S608  as above
        newest = None
        if key in self._newest:
            ((newest,),) = self.fetch(question.zone, f"{query} AND _t >= {self._newest[key]}")
        if newest is None:
            ((newest,),) = self.fetch(question.zone, query)
        if newest is None:
            self._newest.pop(key, None)
            return None
        self._newest[key] = newest
        return float(newest / 1e6)

    def values_at(self, question: ValueQuestion, at: datetime) -> dict[str, Valued]:
        """Return a measure over each of its windows, seen from a moment."""
        values, between = question.values, _around(question.spans(at).values())
        alone = not (values.until or values.per or values.elapsed or values.over)

        def rows(table: str) -> str:
            if alone and table == values.table:
                return self.within(table, values.at, between)
            return self.relation(table)

        return ValueCounter(self.fetch, rows).values_at(question, at)

    def value_query(self, question: ValueQuestion, span: tuple[int, int], at: datetime) -> str:
        """Return the query of a measure's parts over a span, to be shown; zones as `query_of`."""
        return ValueCounter(self.fetch, self.relation).query_of(question, span, at)

    def value_rows(
        self, question: ValueQuestion, span: tuple[int, int], part: str, *, at: datetime, limit: int
    ) -> list[tuple[Any, ...]]:
        """Return (time in microseconds, value, lower part, key) of some rows, the newest first."""
        counter = ValueCounter(self.fetch, self.relation)
        return counter.rows_of(question, span, part, at, limit)

    def volume(self, question: VolumeQuestion, span: tuple[int, int]) -> tuple[Bucket, ...]:
        """Return the transactions of a channel in `[start, end)`, bucket by bucket, in order."""
        query = volume_sql(question, self.relation(question.table), span)
        return tuple(
            (int(start), count, money) for start, count, money in self.fetch(question.zone, query)
        )

    def rows(self, question: RowQuestion) -> tuple[tuple[Any, ...], ...]:
        """Return what is asked of each row of a service, in the order of the columns."""
        return tuple(self.fetch(question.zone, row_sql(question, self.relation(question.table))))

    def cases_between(
        self, question: CaseQuestion, span: tuple[int, int], at: datetime
    ) -> tuple[CaseGroup, ...]:
        """Return the cases of a span, followed to what people experienced, by kind and promise."""
        query = self.cases_query(question, span, at)
        return tuple(case_groups(question, self.fetch(question.sla.zone, query)))

    def cases_query(self, question: CaseQuestion, span: tuple[int, int], at: datetime) -> str:
        """Return the query of `cases_between`, to be shown; zones are as for `query_of`."""
        return case_sql(question, self._rows_with, span, at)

    def cases_lost(
        self, question: CaseQuestion, place: int, span: tuple[int, int], at: datetime
    ) -> tuple[int, int]:
        """Return (rows of an XLA in a span, those that are of no case of the SLA)."""
        query = lost_sql(question, place, self._rows_with, span, at)
        ((rows, lost),) = self.fetch(question.sla.zone, query)
        return rows, lost

    def _rows_with(self, question: Question, columns: str) -> str:
        return self._rows(question, columns=columns)

    def process(self, question: ProcessQuestion, at: datetime) -> ProcessView:
        """Return how cases went through a process, seen from a moment."""
        return ProcessView(question, microseconds(at), self.fetch, self.relation)

    def query_of(self, question: Question, span: tuple[int, int], at: datetime) -> str:
        """Return the query that gives good, total, pending and excluded of a span, to be shown.

        Times without a zone are of the question's zone, which who runs it has to set.
        """
        rows, ripe = self._rows(question), question.ripe_before(at)
        if question.records.each is not None:
            return keys_between(rows, question.records.each, span, ripe)
        return (
            f"SELECT count(*) FILTER (NOT _out AND _t < {ripe} AND _good) AS good,\n"
            f"  count(*) FILTER (NOT _out AND _t < {ripe}) AS total,\n"
            f"  count(*) FILTER (NOT _out AND _t >= {ripe}) AS pending,\n"
            f"  count(*) FILTER (_out) AS excluded\n"
            f"FROM ({rows})\nWHERE _of AND _t >= {span[0]} AND _t < {span[1]}"
        )

    def _of_keys(
        self, question: Question, spans: Sequence[tuple[int, int]], at: datetime
    ) -> Iterator[Parts]:
        """Yield the parts of spans in which keys are counted in place of rows."""
        each, rows, ripe = question.records.each, self._rows(question), question.ripe_before(at)
        if each is None:
            return
        for span in spans:
            ((good, total, pending, excluded),) = self.fetch(
                question.zone, keys_between(rows, each, span, ripe)
            )
            yield Parts(good=good, total=total, pending=pending, excluded=excluded)

    def _running(self, question: Question, edges: list[int]) -> RunningCounts:
        between = (edges[0], edges[-1])
        rows = self._rows(question, between=between)
        return RunningCounts(self.by_edge(question.zone, rows, [BEGIN, *edges]))

    def rows_of(
        self, question: Question, span: tuple[int, int], part: str, *, at: datetime, limit: int
    ) -> tuple[list[str], list[list[str | None]]]:
        """Return (columns, rows as text) of some rows behind a part of a span, the newest first.

        Args:
            question: Says what is counted.
            span: Start and end, in microseconds.
            part: `good`, `bad`, `pending` or `excluded`.
            at: The moment it is seen from.
            limit: How many rows at most.
        """
        ripe = question.ripe_before(at)
        condition = {
            "good": f"_of AND NOT _out AND _t < {ripe} AND _good",
            "bad": f"_of AND NOT _out AND _t < {ripe} AND NOT _good",
            "pending": f"_of AND NOT _out AND _t >= {ripe}",
            "excluded": "_of AND _out",
        }[part]
        texts, all_rows = self.texts_of(question.records.table), self._rows(question, columns="*")
        query = (
            f"SELECT {texts} FROM ({all_rows}) "  # noqa: S608  as above
            f"WHERE _t >= {span[0]} AND _t < {span[1]} AND {condition} ORDER BY _t DESC, 1 "
            f"LIMIT {limit}"
        )
        columns, rows = self.described(question.zone, query)
        return columns, [list(row) for row in rows]

    def _rows(
        self,
        question: Question,
        which: str = "",
        columns: str = "",
        between: tuple[int, int] | None = None,
    ) -> str:
        """Return the query of an agreement's rows, see `record_rows`.

        Rows before and after `between` do not matter.
        """
        return record_rows(question, self._timed(question, between), which, columns)

    def _timed(self, question: Question, between: tuple[int, int] | None) -> str:
        """Return what a question's rows are selected from, with what they took in business time."""
        within, relation = question.records.within, self.relation(question.records.table)
        if within is None or question.calendar is None:
            if between is None or question.records.per:
                return relation
            return self.within(question.records.table, question.records.at, between)
        ends = [time_of(quoted(one)) for one in (within.start, within.end)]
        query = f"SELECT {', '.join(f'min({one}), max({one})' for one in ends)} FROM {relation}"  # noqa: S608  quoted
        known = [one for one in self.fetch(question.zone, query)[0] if one is not None] or [0]
        clock = clock_between(question.calendar, min(known), max(known))
        return f"({timed(relation, ends, clock)})"


def _around(spans: Collection[tuple[int, int]]) -> tuple[int, int]:
    """Return the span from the first start to the last end."""
    return min((start for start, _ in spans), default=BEGIN), max((e for _, e in spans), default=0)
