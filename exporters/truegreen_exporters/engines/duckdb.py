"""Counts the parts of an agreement by event time in DuckDB.

A row of the agreement's service is of the agreement when it meets `where` and `total`, and of a
window when its anchor time lies in it. It is excluded when it meets an exclusion, one or several;
else pending while it is younger than the agreement's maturity, then in total, and in good when it
meets `good` too. An unknown condition is not met.

Times are compared as whole microseconds since 1970, so no zone is involved; in the expressions a
time without a zone is one of the service's zone.
"""

from __future__ import annotations

from bisect import bisect_left
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import duckdb

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.names import PartValue
from truegreen_exporters.mapping import SERVICE, literal, quoted
from truegreen_exporters.windows.bounds import bounds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from duckdb import DuckDBPyConnection

    from truegreen_definitions.plan import Agreement, Records
    from truegreen_definitions.units import Window

__all__ = [
    "Parts",
    "Question",
    "microseconds",
    "naming",
    "newest",
    "parts_at",
    "parts_between",
    "parts_over",
]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BEGIN = -(2**62)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Exact counts of a window; see the module for what each means."""

    good: int
    total: int
    pending: int
    excluded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to count: an agreement's records, of one service, in its zone, over windows."""

    service: str
    zone: str
    records: Records
    windows: tuple[Window, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the windows."""
        return tuple(window.label for window in self.windows)


def microseconds(moment: datetime) -> int:
    """Return an instant as whole microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


@contextmanager
def naming(agreement: Agreement) -> Iterator[None]:
    """Turn a failure to count into one that names the agreement; an interruption stays one.

    Raises:
        TerminalError: The agreement's expressions fail on a row.
    """
    try:
        yield
    except duckdb.InterruptException:
        raise
    except duckdb.Error as error:
        reason = str(error).partition("\n")[0]  # the lines after it show our query, not theirs
        raise TerminalError(
            f"agreement {agreement.id} ({agreement.origin}) cannot be counted: {reason}"
        ) from error


def parts_at(connection: DuckDBPyConnection, question: Question, at: datetime) -> dict[str, Parts]:
    """Return the parts of each of the agreement's windows, seen from a moment, in one pass."""
    ripe = _ripe_before(question, at)
    columns = []
    for label, (start, end) in _spans(question, at).items():
        inside = f"_t >= {start} AND _t < {end}"
        counted = f"{inside} AND _of AND NOT _out"
        for name, condition in (
            (PartValue.GOOD, f"{counted} AND _t < {ripe} AND _good"),
            (PartValue.TOTAL, f"{counted} AND _t < {ripe}"),
            (PartValue.PENDING, f"{counted} AND _t >= {ripe}"),
            (PartValue.EXCLUDED, f"{inside} AND _of AND _out"),
        ):
            columns.append(f"count(*) FILTER ({condition}) AS {quoted(f'{name} {label}')}")
    _use_zone(connection, question)
    row = connection.execute(f"SELECT {', '.join(columns)} FROM ({_rows(question)})").fetchone()  # noqa: S608  expressions were checked by the compiler
    counts = iter(row or ())
    return {
        label: Parts(
            good=next(counts), total=next(counts), pending=next(counts), excluded=next(counts)
        )
        for label in question.labels
    }


def parts_over(
    connection: DuckDBPyConnection, question: Question, moments: Sequence[datetime]
) -> dict[datetime, dict[str, Parts]]:
    """Return the parts of each window seen from each of many moments, in one pass.

    Every count of a span is a difference of two running counts, so one grouping of the rows by
    the edges of all spans answers all of them.
    """
    spans = {at: _spans(question, at) for at in moments}
    ripe = {at: _ripe_before(question, at) for at in moments}
    edges = {edge for by_label in spans.values() for span in by_label.values() for edge in span}
    running = _Running(connection, question, sorted(edges | set(ripe.values())))
    return {
        at: {label: _parts(running, *span, ripe[at]) for label, span in by_label.items()}
        for at, by_label in spans.items()
    }


def parts_between(
    connection: DuckDBPyConnection,
    question: Question,
    spans: Sequence[tuple[datetime, datetime]],
    at: datetime,
) -> tuple[Parts, ...]:
    """Return the parts of spans of time, start included and end not, seen from one moment.

    The question's windows play no part; rows that are younger than their maturity at that
    moment are pending.
    """
    edges = [(microseconds(start), microseconds(end)) for start, end in spans]
    ripe = _ripe_before(question, at)
    points = {ripe}.union(*edges)
    running = _Running(connection, question, sorted(points))
    return tuple(_parts(running, start, end, ripe) for start, end in edges)


def newest(
    connection: DuckDBPyConnection, source: str, question: Question, at: datetime
) -> float | None:
    """Return the anchor time of a source's newest row up to a moment, in Unix seconds."""
    _use_zone(connection, question)
    row = connection.execute(
        f"SELECT max(_t) FROM ({_rows(question, f'_source = {literal(source)}')}) "  # noqa: S608  expressions were checked by the compiler
        f"WHERE _t <= {microseconds(at)}"
    ).fetchone()
    return None if row is None or row[0] is None else row[0] / 1e6


class _Running:
    """Running counts (good, total, excluded) of all rows before an edge."""

    def __init__(
        self, connection: DuckDBPyConnection, question: Question, edges: list[int]
    ) -> None:
        _use_zone(connection, question)
        found = connection.execute(
            "SELECT edge, count(*) FILTER (_of AND NOT _out AND _good), "  # noqa: S608  expressions were checked by the compiler
            "count(*) FILTER (_of AND NOT _out), count(*) FILTER (_of AND _out) "
            f"FROM ({_rows(question)}) ASOF JOIN (SELECT unnest(?::BIGINT[]) AS edge) "
            "ON _t >= edge GROUP BY edge ORDER BY edge",
            [[_BEGIN, *edges]],
        ).fetchall()
        self._edges = [edge for edge, *_ in found]
        self._sums = [list(accumulate((row[i] for row in found), initial=0)) for i in range(1, 4)]

    def between(self, start: int, end: int) -> tuple[int, int, int]:
        """Return (good, total, excluded) of start ≤ t < end; both must be edges."""
        low, high = bisect_left(self._edges, start), bisect_left(self._edges, end)
        good, total, excluded = (sums[max(low, high)] - sums[low] for sums in self._sums)
        return good, total, excluded


def _parts(running: _Running, start: int, end: int, ripe: int) -> Parts:
    middle = min(max(start, ripe), end)
    good, total, early = running.between(start, middle)
    _, pending, late = running.between(middle, end)
    return Parts(good=good, total=total, pending=pending, excluded=early + late)


def _rows(question: Question, which: str | None = None) -> str:
    """Return the query of the rows' anchor time and conditions."""
    records = question.records
    of = " AND ".join(map(_holds, filter(None, (records.where, records.total))))
    out = " OR ".join(_holds(exclusion.sql) for exclusion in records.exclusions) or "false"
    return (
        f"SELECT epoch_us(CAST(({records.at}) AS TIMESTAMPTZ)) AS _t, "  # noqa: S608  expressions were checked by the compiler
        f"{of} AS _of, {out} AS _out, {_holds(records.good)} AS _good "
        f"FROM {quoted(records.table)} "
        f"WHERE {which or f'{quoted(SERVICE)} = {literal(question.service)}'}"
    )


def _holds(condition: str) -> str:
    return f"coalesce(CAST(({condition}) AS BOOLEAN), false)"


def _spans(question: Question, at: datetime) -> dict[str, tuple[int, int]]:
    zone = ZoneInfo(question.zone)
    found = {window.label: bounds(window, at, zone) for window in question.windows}
    return {
        label: (_BEGIN if start is None else microseconds(start), microseconds(end))
        for label, (start, end) in found.items()
    }


def _ripe_before(question: Question, at: datetime) -> int:
    """Return the instant before which rows are old enough: one exactly that old is."""
    return microseconds(at) - question.records.mature_after_seconds * 1_000_000 + 1


def _use_zone(connection: DuckDBPyConnection, question: Question) -> None:
    connection.execute(f"SET TimeZone = {literal(question.zone)}")
