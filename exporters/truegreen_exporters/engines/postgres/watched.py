"""A PostgreSQL over many cycles: how often it is asked, and what is known while it is away.

What a cycle asks for the first time is asked at once. From then on it is asked again, all of it
together and as of one moment, in a thread of its own, every `every` of the source; a cycle takes
the answers of the last such round, and waits for nobody. While the server cannot be asked, the
last answers stay, and it is left alone for 5 s, 10 s, 20 s … up to a quarter of an hour. What
cycles have not asked for an hour, such as last month's periods, is asked no more.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from truegreen_exporters.engines.engine import CountError, UnreachableError
from truegreen_exporters.engines.postgres.engine import PostgresEngine
from truegreen_exporters.engines.postgres.session import Session
from truegreen_exporters.intake.feed import backoff_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence
    from datetime import datetime

    from truegreen_definitions.expressions.sql_relatives import Relative
    from truegreen_definitions.plan import SqlRead
    from truegreen_exporters.engines.advance import Advance
    from truegreen_exporters.engines.cases import CaseGroup, CaseQuestion
    from truegreen_exporters.engines.postgres.books import Books
    from truegreen_exporters.engines.question import Parts, Question
    from truegreen_exporters.engines.row_question import RowQuestion
    from truegreen_exporters.engines.value_question import Valued, ValueQuestion
    from truegreen_exporters.engines.volume_question import Bucket, VolumeQuestion
    from truegreen_exporters.intake.mapping import Mapping as RowMapping
    from truegreen_exporters.process.question import ProcessQuestion
    from truegreen_exporters.process.view import ProcessView

__all__ = ["WatchedPostgres"]

BOOKS_SECONDS = 900.0
FORGOTTEN_SECONDS = 3600.0

T = TypeVar("T")
_Ask: TypeAlias = "Callable[[PostgresEngine, datetime], Any]"


class WatchedPostgres:
    """Answers for the tables of one server, as of its last round.

    Attributes:
        fault: Why the server could not be asked the last time; empty where it could.

    Args:
        read: Where the server is, how often it is asked, and how long a statement may take.
        environment: Holds the secrets of its address.
        mappings: Its sources, by their tables.
        relative: What it is, where it is no PostgreSQL.
        clock: Returns seconds that only grow.
    """

    def __init__(
        self,
        read: SqlRead,
        environment: Mapping[str, str],
        mappings: Mapping[str, RowMapping],
        relative: Relative | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.fault = ""
        self.mappings = mappings
        self._read, self._environment, self._clock = read, environment, clock
        self._relative = relative
        self._asked: dict[Hashable, tuple[_Ask, float]] = {}
        self._answers: dict[Hashable, Any] = {}
        self._round: _Round | None = None
        self._failures = 0
        self._due = float("-inf")
        self._books_due = clock() + BOOKS_SECONDS

    @property
    def same(self) -> tuple[object, ...]:
        """What makes it the same as another, so that its answers go on to hold."""
        sources = tuple((one.source, one.table) for one in self.mappings.values())
        return self._read, self._relative, sources

    def look(self, at: datetime, *, wait: bool = False) -> bool:
        """Take the answers of a round that has ended; begin one that is due.

        Args:
            at: The moment that rows are seen from.
            wait: Whether to wait for the end of a round.

        Returns:
            Whether a round has ended, well or not.
        """
        if self._round is None and self._clock() >= self._due:
            if not self._asked:
                with suppress(UnreachableError):  # it is noted, and said by who looks
                    self._ask(("tables",), self._tables, at)
                return True
            self._round = _Round(self._engine, self._wanted(), at)
        if self._round is None or not self._round.ended(wait=wait):
            return False
        ended, self._round = self._round, None
        self._answers |= ended.answers
        self._note(ended.fault)
        return True

    def abandon(self) -> None:
        """Forget a round that goes on."""
        self._round = None

    def books(self, table: str, at: datetime) -> Books:
        """Return how many rows of a table's source count, and how many do not, with the reasons."""
        return self._ask(("books", table), lambda engine, _: engine.books(table), at)

    def advance(self, questions: tuple[Question, ...], at: datetime) -> Advance:
        """Return the parts of many questions, counted together."""
        key = ("advance", questions)
        return self._ask(key, lambda engine, at: engine.advance(questions, at), at)

    def parts_at(self, question: Question, at: datetime) -> dict[str, Parts]:
        """See `Engine`."""
        key = ("parts_at", question)
        return self._ask(key, lambda engine, at: engine.parts_at(question, at), at)

    def parts_over(
        self, question: Question, moments: Sequence[datetime]
    ) -> dict[datetime, dict[str, Parts]]:
        """See `Engine`; history is asked once."""
        return self._once(lambda engine: engine.parts_over(question, moments))

    def parts_between(
        self, question: Question, spans: Sequence[tuple[datetime, datetime]], at: datetime
    ) -> tuple[Parts, ...]:
        """See `Engine`; history is asked once."""
        return self._once(lambda engine: engine.parts_between(question, spans, at))

    def values_at(self, question: ValueQuestion, at: datetime) -> dict[str, Valued]:
        """See `Engine`."""
        key = ("values_at", question)
        return self._ask(key, lambda engine, at: engine.values_at(question, at), at)

    def value_query(self, question: ValueQuestion, span: tuple[int, int], at: datetime) -> str:
        """See `Engine`."""
        return self._once(lambda engine: engine.value_query(question, span, at))

    def value_rows(
        self, question: ValueQuestion, span: tuple[int, int], part: str, *, at: datetime, limit: int
    ) -> list[tuple[Any, ...]]:
        """See `Engine`."""
        return self._once(
            lambda engine: engine.value_rows(question, span, part, at=at, limit=limit)
        )

    def newest(self, source: str, question: Question, at: datetime) -> float | None:
        """See `Engine`."""
        key = ("newest", source, question)
        return self._ask(key, lambda engine, at: engine.newest(source, question, at), at)

    def volume(self, question: VolumeQuestion, span: tuple[int, int]) -> tuple[Bucket, ...]:
        """See `Engine`."""
        return self._once(lambda engine: engine.volume(question, span))

    def rows(self, question: RowQuestion) -> tuple[tuple[Any, ...], ...]:
        """See `Engine`."""
        return self._once(lambda engine: engine.rows(question))

    def cases_between(
        self, question: CaseQuestion, span: tuple[int, int], at: datetime
    ) -> tuple[CaseGroup, ...]:
        """See `Engine`."""
        return self._once(lambda engine: engine.cases_between(question, span, at))

    def cases_query(self, question: CaseQuestion, span: tuple[int, int], at: datetime) -> str:
        """See `Engine`."""
        return self._once(lambda engine: engine.cases_query(question, span, at))

    def cases_lost(
        self, question: CaseQuestion, place: int, span: tuple[int, int], at: datetime
    ) -> tuple[int, int]:
        """See `Engine`."""
        return self._once(lambda engine: engine.cases_lost(question, place, span, at))

    def process(self, question: ProcessQuestion, at: datetime) -> ProcessView:
        """See `Engine`."""
        return self._once(lambda engine: engine.process(question, at))

    def query_of(self, question: Question, span: tuple[int, int], at: datetime) -> str:
        """See `Engine`."""
        return self._once(lambda engine: engine.query_of(question, span, at))

    def rows_of(
        self, question: Question, span: tuple[int, int], part: str, *, at: datetime, limit: int
    ) -> tuple[list[str], list[list[str | None]]]:
        """See `Engine`."""
        return self._once(lambda engine: engine.rows_of(question, span, part, at=at, limit=limit))

    def _wanted(self) -> dict[Hashable, _Ask]:
        """Return what is asked again; books seldom, because they read every row."""
        self._forget()
        books = self._clock() >= self._books_due
        if books:
            self._books_due = self._clock() + BOOKS_SECONDS
        return {key: ask for key, (ask, _) in self._asked.items() if books or not _is_books(key)}

    def _forget(self) -> None:
        """Let go of what was not asked for while other things were."""
        newest = max(last for _, last in self._asked.values())
        old = [k for k, (_, last) in self._asked.items() if newest - last > FORGOTTEN_SECONDS]
        for key in old:
            del self._asked[key]
            self._answers.pop(key, None)

    def _engine(self) -> tuple[Session, PostgresEngine]:
        session = Session(self._read, self._environment, self._relative)
        return session, PostgresEngine(session, self.mappings)

    def _tables(self, engine: PostgresEngine, _: datetime) -> None:
        for table in self.mappings:
            engine.in_place(table)

    def _ask(self, key: Hashable, ask: Callable[[PostgresEngine, datetime], T], at: datetime) -> T:
        """Return the last answer; ask what was never asked."""
        if key not in self._answers:
            self._answers[key] = self._once(lambda engine: _answer(ask, engine, at))
        self._asked[key] = ask, self._clock()
        found = self._answers[key]
        if isinstance(found, CountError):
            raise found
        answer: T = found
        return answer

    def _once(self, ask: Callable[[PostgresEngine], T]) -> T:
        """Ask at once, where the server can be asked."""
        if self.fault:
            raise UnreachableError(self.fault)
        session, engine = self._engine()
        try:
            with session:
                found = ask(engine)
        except UnreachableError as error:
            self._note(str(error))
            raise
        self._note("")
        return found

    def _note(self, fault: str) -> None:
        self.fault = fault
        self._failures = self._failures + 1 if fault else 0
        wait = backoff_seconds(self._failures) if fault else self._read.every_seconds
        self._due = self._clock() + wait


def _is_books(key: Hashable) -> bool:
    return isinstance(key, tuple) and key[0] == "books"


def _answer(ask: _Ask, engine: PostgresEngine, at: datetime) -> Any:  # noqa: ANN401  whatever was asked
    """Return an answer, or the error that a statement of its own ends with."""
    try:
        return ask(engine, at)
    except UnreachableError:
        raise
    except CountError as error:
        return error


class _Round:
    """All that is asked, asked again in a thread of its own, in one transaction.

    Attributes:
        answers: By what was asked; what was not come to is not among them.
        fault: Why the server could not be asked; empty where it could.
    """

    def __init__(
        self,
        engine: Callable[[], tuple[Session, PostgresEngine]],
        asked: Mapping[Hashable, _Ask],
        at: datetime,
    ) -> None:
        self.answers: dict[Hashable, Any] = {}
        self.fault = ""
        self._new, self._wanted, self._at = engine, asked, at
        # A daemon: nothing that waits for others may hold up the end of the process.
        self._thread = threading.Thread(target=self._run, name="postgres-round", daemon=True)
        self._thread.start()

    def ended(self, *, wait: bool) -> bool:
        """Return whether it is over."""
        if wait:
            self._thread.join()
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            session, engine = self._new()
            with session:
                for key, ask in self._wanted.items():
                    self.answers[key] = _answer(ask, engine, self._at)
        except UnreachableError as error:
            self.fault = str(error)
        except Exception as error:  # noqa: BLE001  told, and the round is over
            self.fault = f"it cannot be asked: {type(error).__name__}; please report this"
