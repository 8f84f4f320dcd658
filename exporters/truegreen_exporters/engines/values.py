"""Measures rows in the record store, which is DuckDB: one pass for all windows that end together.

Sums are of decimals and exact, quantiles are interpolated between the two nearest rows. What is
made of them is in `aggregates`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from truegreen_exporters.engines.aggregates import LEAST_SAMPLE, Sums, ranks, valued
from truegreen_exporters.engines.clock_sql import CLOCK, steps
from truegreen_exporters.engines.sql_terms import holds, time_of
from truegreen_exporters.engines.value_columns import (
    WIDTH,
    aggregated,
    is_counted,
    keys_of,
    lies_in,
    window_columns,
)
from truegreen_exporters.engines.value_question import MICROSECONDS
from truegreen_exporters.engines.value_rows import rows_of
from truegreen_exporters.intake.mapping import COLUMN_TYPES, SERVICE, literal, quoted
from truegreen_exporters.windows.clock import clock_between

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from truegreen_exporters.engines.value_question import Valued, ValueQuestion

__all__ = ["ValueCounter", "can_be_grouped"]

_FEW = 16  # more spans than these are dealt with by grouping
_NOTHING = (0, 0, 0, None, None, None, None, None, None, None)


class ValueCounter:
    """Measures rows through whoever fetches the rows of a query.

    Args:
        fetch: Runs a query in a zone and returns its rows.
        relation: Returns the query or name of a table's rows.
    """

    def __init__(
        self,
        fetch: Callable[[str, str], list[tuple[Any, ...]]],
        relation: Callable[[str], str],
    ) -> None:
        self._fetch = fetch
        self._relation = relation

    def values_at(self, question: ValueQuestion, at: datetime) -> dict[str, Valued]:
        """Return the measure over each of its windows, seen from a moment."""
        spans = question.spans(at)
        if len(spans) > _FEW and can_be_grouped(question):
            sums = self._grouped(question, [*spans.values()], question.ripe_before(at))
            return {label: valued(question, one) for label, one in zip(spans, sums, strict=True)}
        by_end: dict[int, list[str]] = defaultdict(list)
        for label, (_, end) in spans.items():
            by_end[end if question.values.until else 0].append(label)
        found: dict[str, Valued] = {}
        for end, labels in by_end.items():
            chosen = [spans[label] for label in labels]
            sums = self._sums(question, chosen, end, question.ripe_before(at))
            found |= {label: valued(question, one) for label, one in zip(labels, sums, strict=True)}
        return {label: found[label] for label in spans}

    def query_of(self, question: ValueQuestion, span: tuple[int, int], at: datetime) -> str:
        """Return the query of a span's parts: rows, sums, and what a row or its rank gives."""
        ripe, values = question.ripe_before(at), question.values
        columns = window_columns(question, span, ripe)
        found = "_rows"
        if values.each:
            found = f"({keys_of(question, span, ripe)})"
            rest = [f"(SELECT {column} FROM _rows)" for column in columns[1:3]]  # noqa: S608  as below
            columns = ["count(*)", *rest, *aggregated(question, "true")]
        total, pending, excluded, _, numerator, denominator, ranked, *_ = columns
        below = self._below_query(question, [span], ripe)
        if below is not None:
            denominator = f"({below})"
        return (
            f"{self._head(question, span[1] if values.until else 0)}\n"
            f"SELECT {total} AS total,\n  {pending} AS pending,\n  {excluded} AS excluded,\n"
            f"  {numerator} AS numerator,\n  {denominator} AS denominator,\n  {ranked} AS ranked\n"
            f"FROM {found}"
        )

    def rows_of(
        self, question: ValueQuestion, span: tuple[int, int], part: str, at: datetime, limit: int
    ) -> list[tuple[Any, ...]]:
        """Return (time in microseconds, value, lower part, key) of some rows, the newest first."""
        ripe, inside = question.ripe_before(at), lies_in(question, span)
        condition = {
            "counted": is_counted(question, span, ripe),
            "pending": f"{inside} AND _of AND NOT _out AND _t >= {ripe}",
            "excluded": f"{inside} AND _of AND _out",
        }[part]
        return self._fetch(
            question.zone,
            f"{self._head(question, span[1] if question.values.until else 0)} "  # noqa: S608  as above
            "SELECT _t, CAST(_v AS VARCHAR), CAST(_d AS VARCHAR), CAST(_key AS VARCHAR) "
            f"FROM _rows WHERE {condition} ORDER BY 1 DESC, 2, 3, 4 LIMIT {limit}",
        )

    def _sums(
        self, question: ValueQuestion, spans: Sequence[tuple[int, int]], end: int, ripe: int
    ) -> list[Sums]:
        head = self._head(question, end)
        if question.values.each:
            row = tuple(c for s in spans for c in self._of_keys(question, head, s, ripe))
        else:
            columns = ", ".join(c for s in spans for c in window_columns(question, s, ripe))
            (row,) = self._fetch(question.zone, f"{head} SELECT {columns} FROM _rows")  # noqa: S608  checked by the compiler
        below = self._below(question, spans, ripe)
        found = []
        for place, span in enumerate(spans):
            sums = _summed(row[place * WIDTH : (place + 1) * WIDTH], span, ripe)
            if below is not None:
                sums = replace(sums, denominator=below[place])
            found.append(self._with_bounds(question, head, span, ripe, sums))
        return found

    def _grouped(
        self, question: ValueQuestion, spans: Sequence[tuple[int, int]], ripe: int
    ) -> list[Sums]:
        """Return the sums of many spans by one grouping of the rows, not by columns of each."""
        starts, ends = (list(side) for side in zip(*spans, strict=True))
        listed = (("_place", [*range(len(spans))]), ("_start", starts), ("_end", ends))
        made = ", ".join(f"unnest({column}::BIGINT[]) AS {name}" for name, column in listed)
        span = ("_start", "_end")
        columns = ", ".join(window_columns(question, span, ripe))
        query = (
            f"{self._head(question, 0)}, _spans AS MATERIALIZED (SELECT {made}) "  # noqa: S608  as above
            f"SELECT _place, {columns} FROM _spans JOIN _rows ON {lies_in(question, span)} "
            "GROUP BY 1"
        )
        found = {place: row for place, *row in self._fetch(question.zone, query)}
        return [_summed(found.get(place, _NOTHING), one, ripe) for place, one in enumerate(spans)]

    def _head(self, question: ValueQuestion, end: int) -> str:
        """Return the `WITH` that makes `_rows`, and the steps of the clock they need."""
        rows = rows_of(question, end, self._relation)
        clock = self._clock(question, end)
        return f"WITH {clock}_rows AS MATERIALIZED ({rows})"

    def _clock(self, question: ValueQuestion, end: int) -> str:
        elapsed = question.values.elapsed
        if elapsed is None or question.calendar is None:
            return ""
        times = [time_of(one) for one in (elapsed.start, elapsed.end) if one]
        columns = ", ".join(f"min({one}), max({one})" for one in times)
        query = (
            f"SELECT {columns} FROM {self._relation(question.values.table)} "  # noqa: S608  checked by the compiler
            f"WHERE {quoted(SERVICE)} = {literal(question.service)}"
        )
        (found,) = self._fetch(question.zone, query)
        known = [int(one) for one in (*found, end or None) if one is not None] or [0]
        clock = clock_between(question.calendar, min(known), max(known))
        return f"{CLOCK} AS MATERIALIZED (SELECT {steps(clock)}), "

    def _of_keys(
        self, question: ValueQuestion, head: str, span: tuple[int, int], ripe: int
    ) -> list[Any]:
        """Return the columns of a window whose rows are the keys that had enough of their own."""
        keys = keys_of(question, span, ripe)
        columns = ", ".join(["count(*)", *aggregated(question, "true")])
        (row,) = self._fetch(question.zone, f"{head} SELECT {columns} FROM ({keys})")  # noqa: S608  as above
        columns = ", ".join(window_columns(question, span, ripe)[1:3])
        (rest,) = self._fetch(question.zone, f"{head} SELECT {columns} FROM _rows")  # noqa: S608  as above
        return [row[0], *rest, *row[1:]]

    def _below(
        self, question: ValueQuestion, spans: Sequence[tuple[int, int]], ripe: int
    ) -> list[Decimal] | None:
        """Return the lower sum of a ratio over another table, by window; None for all others."""
        query = self._below_query(question, spans, ripe)
        if query is None:
            return None
        (row,) = self._fetch(question.zone, query)
        return [Decimal(one or 0) for one in row]

    def _below_query(
        self, question: ValueQuestion, spans: Sequence[tuple[int, int]], ripe: int
    ) -> str | None:
        over = question.values.over
        if over is None:
            return None
        rows = (
            f"SELECT {time_of(over.at)} AS _t, "  # noqa: S608  as above
            f"CAST(({over.value}) AS {COLUMN_TYPES['decimal']}) AS _d "
            f"FROM {self._relation(over.table)} WHERE {quoted(SERVICE)} = "
            f"{literal(question.service)} AND {holds(over.where or 'true')}"
        )
        sums = ", ".join(
            f"sum(_d) FILTER (_t >= {start} AND _t < {min(end, ripe)})" for start, end in spans
        )
        return f"SELECT {sums} FROM ({rows})"  # noqa: S608  as above

    def _with_bounds(
        self,
        question: ValueQuestion,
        head: str,
        span: tuple[int, int],
        ripe: int,
        sums: Sums,
    ) -> Sums:
        """Return the sums with the two rows between which a sample's quantile lies."""
        values = question.values
        if not question.sample or values.quantile is None or sums.total < LEAST_SAMPLE:
            return sums
        low, high = ranks(sums.total, float(values.quantile))
        counted = f"_rows WHERE {is_counted(question, span, ripe)}"
        of = f"({keys_of(question, span, ripe)})" if values.each else counted
        ordered = f"SELECT _v, row_number() OVER (ORDER BY _v) AS _n FROM {of}"  # noqa: S608  as above
        query = f"{head} SELECT _v FROM ({ordered}) WHERE _n IN ({low}, {high}) ORDER BY _n"  # noqa: S608  as above
        found = [float(one) for (one,) in self._fetch(question.zone, query)]
        return replace(sums, bounds=(found[0], found[-1]))


def can_be_grouped(question: ValueQuestion) -> bool:
    """Return whether rows can be dealt to spans: no keys, no other table, no age at the end."""
    values = question.values
    bounded = question.sample and values.quantile is not None
    aged = values.elapsed is not None and not values.elapsed.end
    return not (values.each or values.over is not None or bounded or aged)


def _summed(row: Sequence[Any], span: tuple[int, int], ripe: int) -> Sums:
    total, pending, excluded, first, numerator, denominator, special, *squares = row or _NOTHING
    start = max(span[0], first) if first is not None else span[1]
    if span[0] >= 0:
        start = span[0]
    upper, product, lower = (float(one or 0) for one in squares)
    return Sums(
        total=total,
        pending=pending,
        excluded=excluded,
        seconds=(Decimal(min(span[1], ripe)) - start) / MICROSECONDS,
        numerator=Decimal(numerator or 0),
        denominator=Decimal(denominator or 0),
        special=special,
        squares=(upper, product, lower),
    )
