"""What a contract is settled by: the counts of its agreements in each period, from the store.

A period is closed once it cannot change by what was promised: `max(lateness, maturity)` after its
end, when its records are frozen and no more of its hours are missing than the contract tolerates.
A part of a month is no verdict about the month; a month that waits for ever is none either.

What Prometheus counts is taken as it was known when the period closed; hours that are filled
later restate it, as late rows do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from truegreen_definitions.plan import Agreement, Records, Signal
from truegreen_definitions.plan.closed import promised_of
from truegreen_exporters.accountability.contracts.overruns_known import overruns_known
from truegreen_exporters.accountability.contracts.overruns_pulled import overruns_pulled
from truegreen_exporters.accountability.contracts.settlement import Facts
from truegreen_exporters.accountability.contracts.statement import Counted, State
from truegreen_exporters.accountability.watermelon.standing import (
    judged_share,
    judged_value,
    not_counted,
)
from truegreen_exporters.accountability.watermelon.verdict import verdict
from truegreen_exporters.asked import questions, value_questions
from truegreen_exporters.closing.turning import WATCHED
from truegreen_exporters.engines.engine import naming
from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.windows.periods import closed_before

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal

    from truegreen_definitions.names import WatermelonValue
    from truegreen_definitions.plan import Contract, Measurement, Plan
    from truegreen_exporters.accountability.overruns import Overruns
    from truegreen_exporters.accountability.watermelon.standing import Judged
    from truegreen_exporters.engines.engines import Engines
    from truegreen_exporters.engines.question import Parts, Question
    from truegreen_exporters.store.charges import Charged, Charges
    from truegreen_exporters.store.ledger import Entry, Key
    from truegreen_exporters.store.overrun_hours import OverrunHours
    from truegreen_exporters.store.signal_hours import HourSums, SignalHours
    from truegreen_exporters.windows.periods import Period

__all__ = ["Books", "days_of", "facts_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Where facts are found, and the moment they are seen from.

    Attributes:
        engine: Counts the records.
        closed: Which revision of each closed period holds; others are counted.
        hours: Adds up what Prometheus counted.
        overruns: Adds up whose overruns Prometheus tells of.
        charges: Adds up what was charged.
        at: The moment: rows younger than their maturity are pending then.
        restated: Whether hours that came after a period had closed count.
    """

    plan: Plan
    engine: Engines
    closed: Mapping[Key, Entry]
    hours: SignalHours
    overruns: OverrunHours
    charges: Charges
    at: datetime
    restated: bool = False


def facts_of(
    books: Books, contract: Contract, periods: Sequence[Period], invoice: Decimal | None = None
) -> tuple[Facts, ...]:
    """Return what is known of each period: its frozen number, or what the rows say now.

    Counted are the agreements of every service that the contract names, because a gate may ask
    for them; those that Prometheus counts by the hours that were pulled, if any were.

    Args:
        books: Where they are found.
        contract: Names them, and the zone of its periods.
        periods: Which ones, in order.
        invoice: What is charged for each period, where no table says so.

    Raises:
        TerminalError: An agreement's expressions fail on a row.
        StoreError: Hours or charges cannot be read.
    """
    finding = _Finding(books, contract, tuple(periods))
    for agreement, question in questions(books.plan):
        if agreement.service in contract.services:
            finding.count(agreement, question)
    for agreement in books.plan.agreements:
        if agreement.service in contract.services and isinstance(agreement.parts, Signal):
            finding.add_hours(agreement)
    return tuple(finding.facts(place, invoice) for place in range(len(periods)))


def days_of(
    books: Books, contract: Contract, start: datetime
) -> dict[str, tuple[tuple[int, int], ...]]:
    """Return good and all events of each day from an instant to the present, by agreement.

    Raises:
        TerminalError: An agreement's expressions fail on a row.
        StoreError: Hours cannot be read.
    """
    count = (books.at - start) // timedelta(days=1)
    edges = [start + timedelta(days=day) for day in range(count + 1)]
    spans = list(pairwise([*edges, books.at]))
    found: dict[str, tuple[tuple[int, int], ...]] = {}
    for agreement, question in questions(books.plan):
        if agreement.service in contract.services:
            with naming(agreement):
                parts = books.engine.parts_between(question, spans, books.at)
            found[agreement.id] = tuple((one.good, one.total) for one in parts)
    for agreement in books.plan.agreements:
        if agreement.service in contract.services and isinstance(agreement.parts, Signal):
            sums = books.hours.between(agreement.id, spans)
            found[agreement.id] = tuple((one.good, one.total) for one in sums if one is not None)
    return found


class _Finding:
    """What was found so far, by period."""

    def __init__(self, books: Books, contract: Contract, periods: tuple[Period, ...]) -> None:
        self._books, self._contract, self._periods = books, contract, periods
        self._spans = [(period.start, period.end) for period in periods]
        self._counted: list[dict[str, Counted]] = [{} for _ in periods]
        self._asked = _asked_of(books.plan, contract)
        self._begun = _begun(books.closed, contract.zone)
        self._unfrozen: set[str] = set()
        self._settling = timedelta(seconds=_settling_seconds(books.plan, self._asked))
        count = WATCHED[contract.period]
        settled = books.at - self._settling
        watched = closed_before(settled, contract.period, contract.zone, count)
        self._watched = {one.label for one in watched}

    def count(self, agreement: Agreement, question: Question) -> None:
        """Count an agreement's records in every period, where no frozen number holds."""
        with naming(agreement):
            parts = self._books.engine.parts_between(question, self._spans, self._books.at)
        for period, known, one in zip(self._periods, self._counted, parts, strict=True):
            entry = self._books.closed.get((agreement.id, self._contract.zone, period.label))
            if entry is None and self._waited_for(agreement, period, one):
                self._unfrozen.add(period.label)
            said = one if entry is None else entry
            known[agreement.id] = Counted(
                good=said.good,
                total=said.total,
                pending=said.pending,
                promised=agreement.objective,
                kind=agreement.kind,
                excluded=said.excluded,
            )

    def _waited_for(self, agreement: Agreement, period: Period, parts: Parts) -> bool:
        """Return whether a period that is not frozen will be.

        None is from before the first row, and none that nobody's contract or window asks for:
        terms that are only tried out freeze nothing.
        """
        plan, contract = self._books.plan, self._contract
        own = plan.service(agreement.service).zone == contract.zone and any(
            counted.window.unit == contract.period for counted in agreement.windows
        )
        signed = any(
            (one.zone, one.period) == (contract.zone, contract.period)
            and agreement.service in one.services
            for one in plan.contracts
        )
        begun = self._begun.get(agreement.id)
        exists = any(parts) or (begun is not None and begun <= microseconds(period.start))
        return agreement.id in self._asked and exists and (own or signed)

    def add_hours(self, agreement: Agreement) -> None:
        """Add up an agreement's hours in every period of which any are known."""
        for period, known in zip(self._periods, self._counted, strict=True):
            sums = self._sums(agreement.id, period)
            if sums is not None:
                known[agreement.id] = Counted(
                    good=sums.good,
                    total=sums.total,
                    pending=0,
                    promised=agreement.objective,
                    kind=agreement.kind,
                    unknown_hours=sums.unknown_hours,
                )

    def _sums(self, agreement: str, period: Period) -> HourSums | None:
        """Return hours as they were known when the period closed, if enough were; else as now."""
        hours, span, closed = self._books.hours, (period.start, period.end), self._closed(period)
        if closed is not None:
            (then,) = hours.between(agreement, [span], known_at=closed)
            if then is not None and then.unknown_hours <= self._tolerated(period):
                return then
        return hours.between(agreement, [span])[0]

    def facts(self, place: int, invoice: Decimal | None) -> Facts:
        """Return what was found of a period."""
        period, known = self._periods[place], self._counted[place]
        overruns = self._overruns(period)
        late = notes = (*self._late(period, known), *self._late_overruns(period, overruns))
        waits = period.label in self._unfrozen and period.label in self._watched
        charged = self._charged(period)
        if charged is not None:
            invoice = charged.amount
            notes += tuple(
                [f"{charged.foreign:,} charges in another currency are left out"]
                * bool(charged.foreign)
            )
        return Facts(
            period=period,
            state=self._state(period, final=not waits and not late),
            counted=known,
            invoice=invoice,
            overruns=overruns,
            watermelons=self._watermelons(period, known),
            notes=notes,
        )

    def _charged(self, period: Period) -> Charged | None:
        """Return the invoice as it was known when the period closed, if it was; else as now."""
        charges, closed = self._books.charges, self._closed(period)
        if closed is not None:
            then = charges.of(self._contract, period, known_at=closed)
            if then is not None and then.rows:
                return then
        return charges.of(self._contract, period)

    def _overruns(self, period: Period) -> tuple[Overruns, ...]:
        books, closed = self._books, self._closed(period)
        now = (books.engine, self._seen(period))  # what is open overruns no longer than that
        seen: tuple[tuple[Engines, datetime], ...] = (now,)
        known: tuple[datetime | None, ...] = (None,)
        if closed is not None:
            seen, known = ((books.engine.as_known(closed), closed), now), (closed, None)
        return (
            *overruns_known(books.plan, self._contract, period, seen),
            *overruns_pulled(
                books.plan,
                self._contract,
                period,
                books.overruns,
                seen=known,
                missing=self._tolerated(period),
            ),
        )

    def _watermelons(
        self, period: Period, known: Mapping[str, Counted]
    ) -> tuple[tuple[str, WatermelonValue], ...]:
        """Return what the SLAs of each service say against its XLAs, where a gate asks for it.

        A service that has not both can be no watermelon.
        """
        reward, found = self._contract.reward, []
        if reward is None or "no_watermelon" not in reward.gates:
            return ()
        for service in self._contract.services:
            promised = tuple(promised_of(self._books.plan, service))
            if {one.kind for one in promised} == {"sla", "xla"}:
                judged = [self._judged(one, period, known) for one in promised]
                found.append((service, verdict(judged).state))
        return tuple(found)

    def _judged(
        self, one: Agreement | Measurement, period: Period, known: Mapping[str, Counted]
    ) -> Judged:
        if isinstance(one, Agreement):
            counted = known.get(one.id)
            if counted is None:
                return not_counted(one, "not counted")
            return judged_share(one, counted.good, counted.total)
        question = dict(value_questions(self._books.plan))[one]
        span = (microseconds(period.start), microseconds(period.end))
        asked = replace(question, windows=(), fixed=((period.label, span),))
        found = self._books.engine.values_at(asked, self._seen(period))
        return judged_value(one, found[period.label])

    def _seen(self, period: Period) -> datetime:
        """Return the moment a period is seen from: none after it has closed."""
        return min(self._books.at, period.end + self._settling)

    def _closed(self, period: Period) -> datetime | None:
        """Return when a period closed, where it is taken as it was known then; None: as now."""
        closes = period.end + self._settling
        return None if self._books.restated or closes > self._books.at else closes

    def _state(self, period: Period, *, final: bool) -> State:
        at = self._books.at
        if at < period.end:
            return State.RUNNING
        return State.CLOSED if final and at >= period.end + self._settling else State.SETTLING

    def _late(self, period: Period, known: Mapping[str, Counted]) -> tuple[str, ...]:
        """Return the agreements that lack more hours than are tolerated."""
        if self._books.at < period.end:
            return ()
        tolerated = self._tolerated(period)
        return tuple(
            f"{agreement} lacks {counted.unknown_hours:,} hours, {tolerated:,} may be missing: "
            "the period waits for them"
            for agreement, counted in sorted(known.items())
            if counted.unknown_hours > tolerated and agreement in self._asked
        )

    def _late_overruns(self, period: Period, overruns: Sequence[Overruns]) -> tuple[str, ...]:
        """Return the services of whose overruns more hours are missing than is tolerated."""
        if self._books.at < period.end:
            return ()
        tolerated = self._tolerated(period)
        return tuple(
            f"overruns of {one.service} ({one.origin}) lack {one.unknown_hours:,} hours, "
            f"{tolerated:,} may be missing: the period waits for them"
            for one in overruns
            if one.unknown_hours > tolerated
        )

    def _tolerated(self, period: Period) -> int:
        hours = (period.end - period.start) // timedelta(hours=1)
        return int(self._contract.missing_hours * hours)


def _asked_of(plan: Plan, contract: Contract) -> frozenset[str]:
    """Return the agreements that a period waits for: all where the gates of a reward may ask."""
    if contract.reward is None:
        return frozenset(contract.agreements)
    return frozenset(one.id for one in plan.agreements if one.service in contract.services)


def _begun(closed: Mapping[Key, Entry], zone: str) -> dict[str, int]:
    """Return when the first closed period of each agreement began, in microseconds since 1970."""
    found: dict[str, int] = {}
    for (agreement, where, _), entry in closed.items():
        if where == zone:
            found[agreement] = min(entry.start, found.get(agreement, entry.start))
    return found


def _settling_seconds(plan: Plan, asked: frozenset[str]) -> int:
    """Return how long after its end a period may change: by lateness, or until rows are ripe."""
    mature = [
        agreement.parts.mature_after_seconds
        for agreement in plan.agreements
        if agreement.id in asked and isinstance(agreement.parts, Records)
    ]
    return max(plan.policy.lateness_seconds, *mature, 0)
