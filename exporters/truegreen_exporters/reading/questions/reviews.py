"""The question of a report: a service over the period that is reviewed, and those before it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from truegreen_definitions.errors import UsageError
from truegreen_definitions.reviews import REVIEWED_UNITS, SignalCount
from truegreen_exporters.accountability.review.service_answer import Rows, service_answer
from truegreen_exporters.store.ledger import Ledger
from truegreen_exporters.store.signal_hours import SignalHours

if TYPE_CHECKING:
    from truegreen_exporters.reading.asked import Asked

__all__ = ["review"]

MOST_PERIODS = 60


def review(asked: Asked) -> dict[str, Any]:
    """`service`, `unit`, `period`, `count`, `at`, `known_at`: it over periods, for a report.

    And `signals`: a list of `reviews.SignalCount` as JSON, what Prometheus itself says.
    """
    plan, service = asked.loaded.plan, asked.service()
    unit, count = asked.word("unit"), asked.word("count", "6")
    if unit not in REVIEWED_UNITS:
        raise UsageError(f"unit is {unit!r}: it is {', '.join(REVIEWED_UNITS)}")
    if not count.isdecimal() or not 0 < int(count) <= MOST_PERIODS:
        raise UsageError(f"count is {count!r}: it is a number from 1 to {MOST_PERIODS}")
    ledger = Ledger(asked.connection, asked.known_at)
    rows = Rows(
        plan=plan,
        engine=asked.engine,
        hours=SignalHours(asked.connection, plan),
        frozen=ledger.frozen(),
        latest=ledger.latest(),
        at=asked.at,
    )
    try:
        told = [SignalCount(**one) for one in json.loads(asked.word("signals", "[]"))]
        signals = {(one.agreement, one.period): one for one in told}
        return service_answer(
            rows, service, unit, asked.word("period"), count=int(count), signals=signals
        )
    except (TypeError, ValueError) as error:
        raise UsageError(f"what is asked of the review cannot be read: {error}") from error
