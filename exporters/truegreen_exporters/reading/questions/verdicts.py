"""What a service was: green or a watermelon, and what moves its outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from truegreen_definitions.errors import UsageError
from truegreen_exporters.accountability.outcomes.document import document as outcome_document
from truegreen_exporters.accountability.watermelon.document import document
from truegreen_exporters.closing.turning import WATCHED
from truegreen_exporters.store.ledger import Ledger
from truegreen_exporters.store.signal_hours import SignalHours

if TYPE_CHECKING:
    from truegreen_exporters.reading.asked import Asked

__all__ = ["outcomes", "watermelon"]


def watermelon(asked: Asked) -> dict[str, Any]:
    """`service`, `unit` (month), `at`, `restated`: its closed periods, and its SLAs' worth."""
    plan = asked.loaded.plan
    unit = asked.word("unit", "month")
    if unit not in WATCHED:
        raise UsageError(f"unit is {unit!r}: it is {', '.join(WATCHED)}")
    ledger = Ledger(asked.connection, asked.known_at)
    return document(
        plan,
        asked.service(),
        unit,
        closed=ledger.latest() if asked.word("restated", "") else ledger.frozen(),
        engine=asked.engine,
        hours=SignalHours(asked.connection, plan),
        at=asked.at,
    )


def outcomes(asked: Asked) -> dict[str, Any]:
    """`service`, `at`: what moves its outcome."""
    service = asked.service()
    if service.outcome is None or not service.outcome.measure:
        raise UsageError(f"{service.name} measures no outcome: add `outcome: {{measure: …}}` to it")
    return outcome_document(asked.loaded.plan, service, service.outcome, asked.engine, asked.at)
