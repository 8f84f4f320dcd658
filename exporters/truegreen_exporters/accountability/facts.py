"""What a contract is settled by: the counts of its agreements in each period, from the store."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from truegreen_definitions.plan import Records, Signal
from truegreen_exporters.accountability.settlement import Facts
from truegreen_exporters.accountability.statement import Counted, State
from truegreen_exporters.asked import questions
from truegreen_exporters.closing import WATCHED
from truegreen_exporters.engines.engine import naming
from truegreen_exporters.windows.periods import closed_before

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal

    from truegreen_definitions.plan import Contract, Plan
    from truegreen_exporters.engines.engine import Engine
    from truegreen_exporters.store.ledger import Entry, Key
    from truegreen_exporters.store.signal_hours import SignalHours
    from truegreen_exporters.windows.periods import Period

__all__ = ["facts_of"]


def facts_of(
    engine: Engine,
    closed: Mapping[Key, Entry],
    plan: Plan,
    contract: Contract,
    periods: Sequence[Period],
    *,
    hours: SignalHours,
    at: datetime,
    invoice: Decimal | None = None,
) -> tuple[Facts, ...]:
    """Return what is known of each period: its frozen number, or what the rows say now.

    Counted are the agreements of every service that the contract names, because a gate may ask
    for them; those that Prometheus counts by the hours that were pulled, if any were. A period
    of which hours are missing does not close: part of a month is no verdict about the month.

    Args:
        engine: Counts the records.
        closed: Which revision of each closed period holds; others are counted.
        plan: Holds the agreements.
        contract: Names them, and the zone of its periods.
        periods: Which ones, in order.
        hours: Adds up what Prometheus counted.
        at: The moment it is seen from: younger rows than their maturity are pending.
        invoice: What the vendor charges for a period.

    Raises:
        TerminalError: An agreement's expressions fail on a row.
    """
    named = [measure.agreement for measure in contract.measures]
    named += [minimum.agreement for minimum in contract.significant_minimums]
    services = {agreement.partition("/")[0] for agreement in named}
    settling = timedelta(seconds=_settling_seconds(plan, services))
    counted: list[dict[str, Counted]] = [{} for _ in periods]
    spans = [(period.start, period.end) for period in periods]
    unfrozen: set[str] = set()
    watched = closed_before(at - settling, contract.period, contract.zone, WATCHED[contract.period])
    unfrozen_for_good = {period.label for period in periods} - {one.label for one in watched}
    for agreement, question in questions(plan):
        if agreement.service not in services:
            continue
        with naming(agreement):
            parts = engine.parts_between(question, spans, at)
        for period, known, one in zip(periods, counted, parts, strict=True):
            entry = closed.get((agreement.id, contract.zone, period.label))
            if entry is None:
                unfrozen.add(period.label)
            said = one if entry is None else entry
            known[agreement.id] = Counted(
                good=said.good,
                total=said.total,
                pending=said.pending,
                promised=agreement.objective,
                kind=agreement.kind,
            )
    for agreement in plan.agreements:
        if agreement.service not in services or not isinstance(agreement.parts, Signal):
            continue
        for known, sums in zip(counted, hours.between(agreement.id, spans), strict=True):
            if sums is not None:
                known[agreement.id] = Counted(
                    good=sums.good,
                    total=sums.total,
                    pending=0,
                    promised=agreement.objective,
                    kind=agreement.kind,
                    unknown_hours=sums.unknown_hours,
                )
    waiting = unfrozen - unfrozen_for_good
    return tuple(
        Facts(
            period=period,
            state=_state(
                period,
                settling,
                at,
                final=period.label not in waiting and not _short(contract, known),
            ),
            counted=known,
            invoice=invoice,
        )
        for period, known in zip(periods, counted, strict=True)
    )


def _settling_seconds(plan: Plan, services: set[str]) -> int:
    """Return how long after its end a period may change: by lateness, or until rows are ripe."""
    mature = [
        agreement.parts.mature_after_seconds
        for agreement in plan.agreements
        if agreement.service in services and isinstance(agreement.parts, Records)
    ]
    return max(plan.policy.lateness_seconds, *mature, 0)


def _short(contract: Contract, known: Mapping[str, Counted]) -> bool:
    """Return whether hours are missing of what the contract judges by; a reward asks for all."""
    named = {measure.agreement for measure in contract.measures}
    named |= {minimum.agreement for minimum in contract.significant_minimums}
    return any(
        counted.unknown_hours > 0
        for agreement, counted in known.items()
        if contract.reward is not None or agreement in named
    )


def _state(period: Period, settling: timedelta, at: datetime, *, final: bool) -> State:
    if at < period.end:
        return State.RUNNING
    return State.CLOSED if final and at >= period.end + settling else State.SETTLING
