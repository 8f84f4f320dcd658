"""The SLAs of a service whose cases can be followed, over a span of time: asks the records."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from truegreen_exporters.accountability.watermelon.worth import Lost, worth
from truegreen_exporters.asked import questions
from truegreen_exporters.engines.cases import CaseQuestion
from truegreen_exporters.engines.engine import naming

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from truegreen_definitions.plan import Agreement, Plan
    from truegreen_exporters.accountability.watermelon.worth import Worth
    from truegreen_exporters.engines.engine import Engine
    from truegreen_exporters.engines.question import Question

__all__ = ["Followed"]


class Followed:
    """Follows cases.

    Args:
        plan: Says which.
        engine: Has their rows.
    """

    def __init__(self, plan: Plan, engine: Engine) -> None:
        self._engine = engine
        self._services = {one.name: one.cases for one in plan.services if one.cases is not None}
        self._asked: dict[tuple[str, str], tuple[Agreement, Question]] = {
            (agreement.service, agreement.name): (agreement, replace(question, windows=()))
            for agreement, question in questions(plan)
            if agreement.service in self._services
        }

    def of(self, service: str, span: tuple[int, int], at: datetime) -> tuple[Worth, ...]:
        """Return what each SLA of a service is worth over a span, in microseconds since 1970.

        Args:
            service: Its name; without declared cases there is nothing to return.
            span: Start, and the end that is not part of it.
            at: The moment it is seen from: younger rows than their maturity do not count.

        Raises:
            TerminalError: An agreement's expressions fail on a row.
        """
        found = []
        for sla, asked, ids in self._questions(service):
            with naming(sla):
                groups = self._engine.cases_between(asked, span, at)
                lost = [
                    Lost(xla=ids[place], rows=rows, lost=of_none)
                    for place in asked.asked
                    for rows, of_none in (self._engine.cases_lost(asked, place, span, at),)
                ]
            found.append(worth(sla.id, ids, groups, lost, asked.mix))
        return tuple(found)

    def queries(self, service: str, span: tuple[int, int], at: datetime) -> dict[str, str]:
        """Return the query that counts the cases of each SLA, to be shown."""
        return {
            sla.id: self._engine.cases_query(asked, span, at)
            for sla, asked, _ in self._questions(service)
        }

    def _questions(self, service: str) -> Iterator[tuple[Agreement, CaseQuestion, list[str]]]:
        """Yield each SLA that can be followed, what is asked of it, and the ids of the XLAs."""
        cases = self._services.get(service)
        if cases is None:
            return
        xlas = [self._asked[service, name] for name in cases.bad]
        for name in cases.slas:
            sla, question = self._asked[service, name]
            asked = CaseQuestion(
                sla=question,
                xlas=tuple(question for _, question in xlas),
                by=cases.by,
                mix=cases.mix,
            )
            yield sla, asked, [xla.id for xla, _ in xlas]
