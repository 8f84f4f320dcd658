"""Answers of a record store to people who ask where a number comes from.

Every answer is plain data for JSON, bounded in size, and read in one statement or from one
snapshot, so that an exporter that goes on reading changes nothing half way. Times are ISO 8601
in UTC. Asked is by (question, parameters); a question's docstring names its parameters.
"""

from __future__ import annotations

from contextlib import nullcontext
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from truegreen_definitions.errors import TerminalError, UsageError
from truegreen_exporters.placed import engines_of
from truegreen_exporters.reading.asked import Asked
from truegreen_exporters.reading.questions import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime

    from truegreen_definitions.plan.codec import LoadedPlan
    from truegreen_exporters.store import Connection

__all__ = ["Answers"]


class Answers:
    """Answers of one store.

    Args:
        connection: Returns a connection of the caller's own to the store.
        loaded: Returns the plan that the store is counted by.
        clock: Returns the present, with a zone.
        environment: Holds the secrets of databases in which rows stay.
    """

    def __init__(
        self,
        connection: Callable[[], Connection],
        loaded: Callable[[], LoadedPlan],
        clock: Callable[[], datetime],
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._connection = connection
        self._loaded = loaded
        self._clock = clock
        self._environment = environment

    def ask(
        self,
        question: str,
        parameters: Mapping[str, str],
        bounding: Callable[[Connection], AbstractContextManager[object]] = nullcontext,
    ) -> dict[str, Any]:
        """Return the answer to a question.

        Args:
            question: One of `QUESTIONS`.
            parameters: Its own, and `plan`: the digest of the plan that the asker reads by.
            bounding: Ends what takes too long of a connection.

        Raises:
            UsageError: There is no such question, or a parameter does not fit.
            TerminalError: The store is counted by another plan, or it cannot be answered.
            CountError: The rows cannot be counted.
        """
        answer = QUESTIONS.get(question)
        if answer is None:
            raise UsageError(f"there is no question {question!r}: ask {', '.join(QUESTIONS)}")
        loaded = self._loaded()
        given = parameters.get("plan", loaded.digest)
        if given != loaded.digest:
            raise TerminalError(
                f"the exporter counts by the plan {loaded.digest[:12]}, and the one given is "
                f"{given[:12]}: build, let it take over plan.json, and ask again"
            )
        connection = self._connection()
        try:
            with bounding(connection):
                asked = Asked(connection, loaded, self._clock(), dict(parameters))
                local = asked.engine.local
                with engines_of(local, loaded.plan, self._environment) as asked.engine:
                    found = answer(asked)
        finally:
            connection.close()
        return {"plan": loaded.digest, **found}
