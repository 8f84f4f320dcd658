"""A question to a record store: its parameters, read and checked, and what it is asked of."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from truegreen_definitions.errors import UsageError
from truegreen_definitions.suggestions import suggestion
from truegreen_exporters.asked import questions, value_questions
from truegreen_exporters.engines.duckdb import DuckDbEngine
from truegreen_exporters.engines.engines import Engines

if TYPE_CHECKING:
    from truegreen_definitions.plan import Measurement, Service, TransactionValue
    from truegreen_definitions.plan.codec import LoadedPlan
    from truegreen_exporters.engines.question import Question
    from truegreen_exporters.engines.value_question import ValueQuestion
    from truegreen_exporters.store import Connection

__all__ = ["MOST_ROWS", "Asked"]

MOST_ROWS = 200
MOST_WINDOWS = 10_000


class Asked:
    """A question: its parameters, read and checked, and what it is asked of.

    Attributes:
        engine: Counts rows as they are known, or as they were with `known_at`.
    """

    def __init__(
        self,
        connection: Connection,
        loaded: LoadedPlan,
        now: datetime,
        parameters: dict[str, str],
    ) -> None:
        self.connection = connection
        self.loaded = loaded
        self._now = now
        self._parameters = parameters
        self.engine = Engines(DuckDbEngine(connection, self.known_at))

    def word(self, name: str, default: str | None = None) -> str:
        """Return a parameter."""
        value = self._parameters.get(name, default)
        if value is None:
            raise UsageError(f"the parameter {name} is missing")
        return value

    @property
    def at(self) -> datetime:
        """The moment from which it is asked: `at`, else the present."""
        return self._instant("at") or self._now

    @property
    def known_at(self) -> datetime | None:
        """The moment whose knowledge is asked for, if any."""
        return self._instant("known_at")

    @property
    def limit(self) -> int:
        """How many rows at most: `limit`, else 20."""
        text = self.word("limit", "20")
        if not text.isdecimal() or not 0 < int(text) <= MOST_ROWS:
            raise UsageError(f"limit is {text!r}: it is a number from 1 to {MOST_ROWS}")
        return int(text)

    @property
    def windows(self) -> int:
        """How many past windows: `windows`, else 24."""
        text = self.word("windows", "24")
        if not text.isdecimal() or int(text) > MOST_WINDOWS:
            raise UsageError(f"windows is {text!r}: it is a number up to {MOST_WINDOWS:,}")
        return int(text)

    def amount(self, name: str) -> Decimal | None:
        """Return an amount of money, if it is given."""
        text = self._parameters.get(name)
        try:
            return None if text is None else Decimal(text)
        except InvalidOperation as error:
            raise UsageError(f"{name} is {text!r}: write a number such as 84.20") from error

    def agreement(self) -> tuple[str, Question]:
        """Return the agreement that is asked for by its id, and what is counted of it."""
        wanted = self.word("agreement")
        known = {one.id: question for one, question in questions(self.loaded.plan)}
        if wanted not in known:
            raise UsageError(
                f"no agreement {wanted!r} is counted from records: "
                f"{suggestion(wanted, list(known))}"
            )
        return wanted, known[wanted]

    def measure(self) -> tuple[Measurement, ValueQuestion]:
        """Return the measure that is asked for by its id, and what is asked of its rows."""
        wanted = self.word("measure")
        known = {one.id: (one, question) for one, question in value_questions(self.loaded.plan)}
        if wanted not in known:
            raise UsageError(f"there is no measure {wanted!r}: {suggestion(wanted, list(known))}")
        return known[wanted]

    def channel(self) -> tuple[Service, TransactionValue]:
        """Return the channel that is asked for by `service/channel`, with its service."""
        wanted = self.word("channel")
        known = {
            f"{service.name}/{value.channel}": (service, value)
            for service in self.loaded.plan.services
            for value in service.values
            if value.table and value.at
        }
        if wanted not in known:
            raise UsageError(
                f"nothing is expected of a channel {wanted!r}: {suggestion(wanted, list(known))}"
            )
        return known[wanted]

    def service(self) -> Service:
        """Return the service that is asked for by its name."""
        wanted = self.word("service")
        known = {one.name: one for one in self.loaded.plan.services}
        if wanted not in known:
            raise UsageError(f"there is no service {wanted!r}: {suggestion(wanted, list(known))}")
        return known[wanted]

    def _instant(self, name: str) -> datetime | None:
        text = self._parameters.get(name)
        if text is None:
            return None
        try:
            found = datetime.fromisoformat(text)
        except ValueError as error:
            raise UsageError(f"{name} is {text!r}: write it as 2026-10-01T00:00:00Z") from error
        return found if found.tzinfo else found.replace(tzinfo=UTC)
