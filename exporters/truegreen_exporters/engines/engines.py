"""All engines of a plan: each question goes to where the rows of its table are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from truegreen_exporters.engines.engine import CountError, Engine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from truegreen_exporters.engines.advance import Advance
    from truegreen_exporters.engines.cases import CaseGroup, CaseQuestion
    from truegreen_exporters.engines.duckdb import DuckDbEngine
    from truegreen_exporters.engines.question import Parts, Question
    from truegreen_exporters.engines.row_question import RowQuestion
    from truegreen_exporters.engines.value_question import Valued, ValueQuestion
    from truegreen_exporters.engines.volume_question import Bucket, VolumeQuestion
    from truegreen_exporters.process.question import ProcessQuestion
    from truegreen_exporters.process.view import ProcessView

__all__ = ["Elsewhere", "Engines"]


class Elsewhere(Engine, Protocol):
    """Counts the rows of tables that are not in the store."""

    def advance(self, questions: tuple[Question, ...], at: datetime) -> Advance:
        """Return the parts of many questions, counted together, as seen from a moment."""


class Engines:
    """The engine of the record store, and those of tables whose rows stay elsewhere.

    Args:
        local: Counts what is in the store.
        elsewhere: Counts the rows of a table where they stand, by the table.
    """

    def __init__(
        self, local: DuckDbEngine, elsewhere: Mapping[str, Elsewhere] | None = None
    ) -> None:
        self.local = local
        self.elsewhere = dict(elsewhere or {})

    def of(self, tables: Iterable[str]) -> Engine:
        """Return the engine of some tables.

        Raises:
            CountError: They are in several places.
        """
        found = {id(one): one for one in (self.elsewhere.get(t, self.local) for t in tables)}
        if len(found) != 1:
            raise CountError(f"tables {', '.join(sorted(set(tables)))} are not in one place")
        (one,) = found.values()
        return one

    def as_known(self, at: datetime) -> Engines:
        """Return the engines that count the rows as they were known at a moment.

        A database that keeps its own rows knows what is known now, and that stands for both.
        """
        return Engines(self.local.as_known(at), self.elsewhere)

    def parts_at(self, question: Question, at: datetime) -> dict[str, Parts]:
        """See `Engine`."""
        return self.of([question.records.table]).parts_at(question, at)

    def parts_over(
        self, question: Question, moments: Sequence[datetime]
    ) -> dict[datetime, dict[str, Parts]]:
        """See `Engine`."""
        return self.of([question.records.table]).parts_over(question, moments)

    def parts_between(
        self, question: Question, spans: Sequence[tuple[datetime, datetime]], at: datetime
    ) -> tuple[Parts, ...]:
        """See `Engine`."""
        return self.of([question.records.table]).parts_between(question, spans, at)

    def values_at(self, question: ValueQuestion, at: datetime) -> dict[str, Valued]:
        """See `Engine`."""
        return self.of([question.values.table]).values_at(question, at)

    def value_query(self, question: ValueQuestion, span: tuple[int, int], at: datetime) -> str:
        """See `Engine`."""
        return self.of([question.values.table]).value_query(question, span, at)

    def value_rows(
        self, question: ValueQuestion, span: tuple[int, int], part: str, *, at: datetime, limit: int
    ) -> list[tuple[Any, ...]]:
        """See `Engine`."""
        engine = self.of([question.values.table])
        return engine.value_rows(question, span, part, at=at, limit=limit)

    def volume(self, question: VolumeQuestion, span: tuple[int, int]) -> tuple[Bucket, ...]:
        """See `Engine`."""
        return self.of([question.table]).volume(question, span)

    def rows(self, question: RowQuestion) -> tuple[tuple[Any, ...], ...]:
        """See `Engine`."""
        return self.of([question.table]).rows(question)

    def cases_between(
        self, question: CaseQuestion, span: tuple[int, int], at: datetime
    ) -> tuple[CaseGroup, ...]:
        """See `Engine`."""
        return self.of(_tables(question)).cases_between(question, span, at)

    def cases_query(self, question: CaseQuestion, span: tuple[int, int], at: datetime) -> str:
        """See `Engine`."""
        return self.of(_tables(question)).cases_query(question, span, at)

    def cases_lost(
        self, question: CaseQuestion, place: int, span: tuple[int, int], at: datetime
    ) -> tuple[int, int]:
        """See `Engine`."""
        return self.of(_tables(question)).cases_lost(question, place, span, at)

    def process(self, question: ProcessQuestion, at: datetime) -> ProcessView:
        """See `Engine`."""
        return self.of([question.process.table]).process(question, at)

    def newest(self, source: str, question: Question, at: datetime) -> float | None:
        """See `Engine`."""
        return self.of([question.records.table]).newest(source, question, at)

    def query_of(self, question: Question, span: tuple[int, int], at: datetime) -> str:
        """See `Engine`."""
        return self.of([question.records.table]).query_of(question, span, at)

    def rows_of(
        self, question: Question, span: tuple[int, int], part: str, *, at: datetime, limit: int
    ) -> tuple[list[str], list[list[str | None]]]:
        """See `Engine`."""
        engine = self.of([question.records.table])
        return engine.rows_of(question, span, part, at=at, limit=limit)


def _tables(question: CaseQuestion) -> list[str]:
    return [question.sla.records.table, *(one.records.table for one in question.xlas)]
