"""What counts an agreement's records: the one interface that every engine has.

Everything above asks an `Engine` and knows no database; what a database refuses arrives as one of
the errors below.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from truegreen_definitions.errors import RetryableError, TerminalError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from truegreen_definitions.plan import Agreement, Measurement
    from truegreen_exporters.engines.cases import CaseGroup, CaseQuestion
    from truegreen_exporters.engines.question import Parts, Question
    from truegreen_exporters.engines.row_question import RowQuestion
    from truegreen_exporters.engines.value_question import Valued, ValueQuestion
    from truegreen_exporters.engines.volume_question import Bucket, VolumeQuestion
    from truegreen_exporters.process.question import ProcessQuestion
    from truegreen_exporters.process.view import ProcessView

__all__ = ["CountError", "Engine", "Interrupted", "UnreachableError", "naming"]


class CountError(RetryableError):
    """An agreement's expressions fail on a row, or its rows cannot be reached."""


class UnreachableError(CountError):
    """The database that keeps the rows cannot be asked, or not in time."""


class Interrupted(RetryableError):  # noqa: N818  it is asked for, not an error
    """A statement was ended because another thread asked for it."""


class Engine(Protocol):
    """Counts rows where they are kept; every method raises `CountError` or `Interrupted`."""

    def parts_at(self, question: Question, at: datetime) -> dict[str, Parts]:
        """Return the parts of each of the agreement's windows, seen from a moment, in one pass."""

    def parts_over(
        self, question: Question, moments: Sequence[datetime]
    ) -> dict[datetime, dict[str, Parts]]:
        """Return the parts of each window seen from each of many moments, in one pass."""

    def parts_between(
        self, question: Question, spans: Sequence[tuple[datetime, datetime]], at: datetime
    ) -> tuple[Parts, ...]:
        """Return the parts of spans of time, start included and end not, seen from one moment.

        The question's windows play no part; rows that are younger than their maturity at that
        moment are pending.
        """

    def values_at(self, question: ValueQuestion, at: datetime) -> dict[str, Valued]:
        """Return a measure over each of its windows, seen from a moment."""

    def value_query(self, question: ValueQuestion, span: tuple[int, int], at: datetime) -> str:
        """Return the query of a measure's parts over a span, to be shown; zones as `query_of`."""

    def value_rows(
        self, question: ValueQuestion, span: tuple[int, int], part: str, *, at: datetime, limit: int
    ) -> list[tuple[Any, ...]]:
        """Return (time in microseconds, value, lower part, key) of some rows, the newest first.

        Args:
            question: Says what is measured.
            span: Start and end, in microseconds.
            part: `counted`, `pending` or `excluded`.
            at: The moment it is seen from.
            limit: How many rows at most.
        """

    def volume(self, question: VolumeQuestion, span: tuple[int, int]) -> tuple[Bucket, ...]:
        """Return the transactions of a channel in `[start, end)`, bucket by bucket, in order.

        Buckets begin at whole multiples of their length since 1970; empty ones are not named.

        Args:
            question: Which rows.
            span: Start and end, in Unix seconds.
        """

    def rows(self, question: RowQuestion) -> tuple[tuple[Any, ...], ...]:
        """Return what is asked of each row of a service, in the order of the columns."""

    def cases_between(
        self, question: CaseQuestion, span: tuple[int, int], at: datetime
    ) -> tuple[CaseGroup, ...]:
        """Return the cases of a span, in microseconds, by kind and by what the SLA says."""

    def cases_query(self, question: CaseQuestion, span: tuple[int, int], at: datetime) -> str:
        """Return the query of `cases_between`, to be shown to people."""

    def cases_lost(
        self, question: CaseQuestion, place: int, span: tuple[int, int], at: datetime
    ) -> tuple[int, int]:
        """Return (rows of the XLA at a place in a span, those that are of no case of the SLA)."""

    def process(self, question: ProcessQuestion, at: datetime) -> ProcessView:
        """Return how cases went through a process, seen from a moment."""

    def query_of(self, question: Question, span: tuple[int, int], at: datetime) -> str:
        """Return the query that gives good, total, pending and excluded of a span, to be shown.

        Times without a zone are of the question's zone, which who runs it has to set.
        """

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

    def newest(self, source: str, question: Question, at: datetime) -> float | None:
        """Return the anchor time of a source's newest row up to a moment, in Unix seconds."""


@contextmanager
def naming(what: Agreement | Measurement) -> Iterator[None]:
    """Turn a failure to count into one that names what is counted; an interruption stays one.

    Raises:
        TerminalError: Its expressions fail on a row.
    """
    try:
        yield
    except CountError as error:
        kind = "measure" if what.parts.truth == "values" else "agreement"
        reason = str(error).partition("\n")[0]  # the lines after it show our query, not theirs
        raise TerminalError(
            f"{kind} {what.id} ({what.origin}) cannot be counted: {reason}"
        ) from error
