"""Gathers a review: asks a record store, or the exporter that holds it, and types the answers."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter

from truegreen_definitions.errors import TruegreenError, UsageError
from truegreen_definitions.plan import Signal
from truegreen_definitions.reviews import (
    REVIEWED_UNITS,
    Outcome,
    Review,
    ReviewedContract,
    ReviewedService,
    SignalCount,
    Told,
    Warned,
)
from truegreen_definitions.suggestions import suggestion
from truegreen_exporters.accountability.review.contracts import (
    reviewed_contract,
    statement_span,
)
from truegreen_exporters.accountability.review.losses import reviewed_losses
from truegreen_exporters.accountability.review.standing_money import (
    at_stake,
    prevented,
    running,
    savings,
)
from truegreen_exporters.reading.reader import open_reader
from truegreen_exporters.windows.periods import before, period_at, period_of, periods_between

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from truegreen_definitions.plan import Contract, Plan, Service, TransactionValue
    from truegreen_definitions.plan.codec import LoadedPlan
    from truegreen_definitions.reviews import AtStake, Running, SignalAnswers
    from truegreen_exporters.reading.reader import Reader
    from truegreen_exporters.windows.periods import Period

__all__ = ["PERIODS", "gather"]

PERIODS = 6
"""How many periods are told: the one that is reviewed, and those before it."""

_SERVICE = TypeAdapter(ReviewedService)
T = TypeVar("T")


def gather(
    loaded: LoadedPlan,
    state: Path,
    *,
    unit: str,
    label: str = "",
    services: tuple[str, ...] = (),
    at: datetime | None = None,
    signals: SignalAnswers | None = None,
) -> Review:
    """Return what is known of a period.

    Args:
        loaded: The plan.
        state: The state file of the records.
        unit: One of `reviews.REVIEWED_UNITS`.
        label: The period; empty for the last one that had ended so long ago that rows which
            come as late as the Policy allows are in.
        services: Names of services; empty for all of the company.
        at: The moment it is seen from; None: now.
        signals: Asks Prometheus; None: it is not asked.

    Raises:
        UsageError: There is no such period or service, or the period has not begun.
        TerminalError: The file cannot be read, or the exporter that holds it has another plan.
    """
    plan, moment = loaded.plan, at or datetime.now(UTC)
    known = {one.name: one for one in plan.services}
    for name in services:
        if name not in known:
            raise UsageError(f"there is no service {name!r}: {suggestion(name, known)}")
    wanted = tuple(one for one in plan.services if not services or one.name in services)
    asked = _Asked(plan, unit, label or _last(plan, unit, moment), moment)
    spans = [asked.span(zone) for zone in sorted({one.zone for one in wanted})]
    _refuse_future(spans, moment)  # before anything is read
    with open_reader(state, loaded) as reader:
        return _Gathering(reader, asked, signals).review(wanted)


@dataclass(frozen=True, slots=True)
class _Asked:
    plan: Plan
    unit: str
    label: str
    at: datetime

    def span(self, zone: str) -> Period:
        """Return the period in a zone."""
        try:
            return period_of(self.label, self.unit, zone)
        except ValueError as error:
            raise UsageError(f"--period: {error}") from error


def _last(plan: Plan, unit: str, at: datetime) -> str:
    if unit not in REVIEWED_UNITS:
        raise UsageError(f"a review is of a {', '.join(REVIEWED_UNITS)}, not of a {unit}")
    zone = plan.services[0].zone if plan.services else "UTC"
    settled = at - timedelta(seconds=plan.policy.lateness_seconds)
    return before(period_at(settled, unit, zone), 1, zone).label


def _refuse_future(spans: list[Period], at: datetime) -> None:
    if spans and all(span.start > at for span in spans):
        first = min(span.start for span in spans)
        raise UsageError(
            f"--period: {spans[0].label} has not begun at {at:%Y-%m-%dT%H:%M:%SZ}, so there is "
            f"nothing to review: it begins at {first:%Y-%m-%dT%H:%M:%SZ}"
        )


def _not_over(spans: Iterable[Period], at: datetime) -> tuple[Told, ...]:
    """Return that the period is not over yet; nothing where it is."""
    last = max((span.end for span in spans), default=at)
    if last <= at:
        return ()
    why = f"it is not over before {last:%Y-%m-%dT%H:%M:%SZ}: all of this is what is known so far"
    return (Told(about="the whole period", why=why),)


class _Gathering:
    """What was found so far, and what could not be told."""

    def __init__(self, reader: Reader, asked: _Asked, signals: SignalAnswers | None) -> None:
        self._reader, self._asked, self._signals = reader, asked, signals
        self._missing: list[Told] = []
        self._counted: list[SignalCount] = []

    def review(self, services: tuple[Service, ...]) -> Review:
        """Return the review of some services, and of all contracts that are about them."""
        asked = self._asked
        entries = self._losses() if any(one.values for one in services) else []
        contracts = [
            one for one in asked.plan.contracts if any(_concerns(one, each) for each in services)
        ]
        spared = [
            found
            for one in services
            if one.losses is not None and (one.losses.avoided or one.losses.savings)
            for found in self._spared(one)
        ]
        return Review(
            unit=asked.unit,
            label=asked.label,
            at=asked.at,
            services=tuple(found for one in services for found in self._service(one)),
            contracts=tuple(map(self._contract, contracts)),
            losses=tuple(
                loss
                for one in services
                for loss in reviewed_losses(entries, one, asked.span(one.zone))
            ),
            outcomes=tuple(found for one in services for found in self._outcome(one)),
            at_stake=tuple(
                self._at_stake(one, value)
                for one in services
                for value in one.values
                if value.table and value.at
            ),
            running=tuple(found for one in contracts for found in self._running(one)),
            prevented=tuple(one for found in spared for one in prevented(found)),
            savings=tuple(one for found in spared for one in savings(found)),
            signals=tuple(self._counted),
            missing=(
                *_not_over((asked.span(one.zone) for one in services), asked.at),
                *self._missing,
            ),
        )

    def _service(self, service: Service) -> tuple[ReviewedService, ...]:
        last = self._asked.span(service.zone)
        first = before(last, PERIODS - 1, service.zone)
        mine = [
            self._count(agreement.id, period)
            for agreement in self._asked.plan.agreements
            if agreement.service == service.name and isinstance(agreement.parts, Signal)
            for period in periods_between(first, last, service.zone)
        ]
        parameters = {
            "service": service.name,
            "unit": last.unit,
            "period": last.label,
            "count": str(PERIODS),
            "signals": json.dumps([asdict(one) for one in mine if one is not None]),
        }
        found = self._ask(f"service {service.title}", "review", parameters)
        return () if found is None else (_SERVICE.validate_python(found),)

    def _count(self, agreement: str, period: Period) -> SignalCount | None:
        found = self._signalled(
            f"{agreement} in {period.label}",
            lambda signals: signals.counted(agreement, period.label, period.start, period.end),
        )
        self._counted += [] if found is None else [found]
        return found

    def _contract(self, contract: Contract) -> ReviewedContract:
        span = self._asked.span(contract.zone)
        first, last = statement_span(contract, span, PERIODS)
        about = {"deed": "simulate", "who": contract.name, "from": first, "to": last}
        try:
            found = self._reader.ask("contract", {**about, "at": self._asked.at.isoformat()})
        except TruegreenError as error:
            return ReviewedContract(contract=contract.name, statements=(), fault=str(error))
        return reviewed_contract(contract, found["document"], span)

    def _at_stake(self, service: Service, value: TransactionValue) -> AtStake:
        about = f"{service.name}/{value.channel}"
        found = self._ask(f"what is expected of {about}", "channel", {"channel": about})
        return at_stake(
            service,
            value,
            None if found is None else found["expected"],
            self._at_risk(service, value),
        )

    def _at_risk(self, service: Service, value: TransactionValue) -> float | None:
        return self._signalled(
            f"money at risk of {service.title}",
            lambda signals: signals.at_risk(
                service.name, value.channel, value.currency, self._asked.at
            ),
        )

    def _signalled(self, about: str, asked: Callable[[SignalAnswers], T | None]) -> T | None:
        """Return what Prometheus answers; one that fails is not asked a hundred times."""
        if self._signals is None:
            return None
        try:
            return asked(self._signals)
        except TruegreenError as error:
            self._missing.append(Told(about=about, why=str(error)))
            self._signals = None
            return None

    def _running(self, contract: Contract) -> tuple[Running, ...]:
        about = f"the running period of contract {contract.name}"
        found = self._ask(about, "exposure", {"who": contract.name})
        return () if found is None else (running(found),)

    def _spared(self, service: Service) -> tuple[dict[str, Any], ...]:
        span = self._asked.span(service.zone)
        asked = {"service": service.name, "unit": span.unit, "period": span.label}
        found = self._ask(f"what {service.title} was spared", "prevented", asked)
        return () if found is None else (found,)

    def _losses(self) -> list[dict[str, Any]]:
        found = self._ask("the ledger of losses", "losses", {})
        return [] if found is None else found["losses"]

    def _outcome(self, service: Service) -> tuple[Outcome, ...]:
        if service.outcome is None or not service.outcome.measure:
            return ()
        found = self._ask(f"outcome of {service.title}", "outcomes", {"service": service.name})
        return () if found is None else (_outcome(service.name, found),)

    def _ask(self, about: str, question: str, asked: dict[str, str]) -> dict[str, Any] | None:
        try:
            return self._reader.ask(question, {**asked, "at": self._asked.at.isoformat()})
        except TruegreenError as error:
            self._missing.append(Told(about=about, why=str(error).partition("\n")[0]))
            return None


def _concerns(contract: Contract, service: Service) -> bool:
    """Return whether a contract is about a service: by its terms, or by a step of its vendor."""
    steps = {step.vendor for step in service.steps}
    return service.name in contract.services or bool(contract.vendor and contract.vendor in steps)


def _outcome(service: str, found: dict[str, Any]) -> Outcome:
    names = ("indicator", "lag", "lower", "point", "upper")
    return Outcome(
        service=service,
        measure=found["outcome"],
        every=found["every"],
        periods=found["periods"],
        tested=found["tested"],
        published=tuple(
            Warned(**{name: one[name] for name in names}) for one in found["published"]
        ),
        warning=tuple(one["indicator"] for one in found["leading"] if one["warns"]),
    )
