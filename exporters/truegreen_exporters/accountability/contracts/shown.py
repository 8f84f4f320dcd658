"""What the exporter shows of contracts: the last period as it is settled, the running one expected.

The last period is exact and says whether it is final; the running one is an estimate with bounds
(`exposure`). Where the pool is a share of an invoice, the running period's is taken as the last
one's until its own charges are more; while no invoice is known at all, no money is shown: nothing
is better than something wrong.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.errors import TerminalError
from truegreen_definitions.names import BoundValue, LineValue, PartValue
from truegreen_exporters.accountability.contracts.betabinomial import dispersion
from truegreen_exporters.accountability.contracts.exposure import exposure_of
from truegreen_exporters.accountability.contracts.facts import days_of, facts_of
from truegreen_exporters.accountability.contracts.outlook import outlook
from truegreen_exporters.accountability.contracts.settlement import Book, look_back, pool_of
from truegreen_exporters.accountability.contracts.statement import State
from truegreen_exporters.again import Again
from truegreen_exporters.store import StoreError
from truegreen_exporters.windows.periods import before, period_at, periods_between

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from decimal import Decimal

    from truegreen_definitions.plan import Contract, Plan
    from truegreen_exporters.accountability.contracts.estimate import Estimate
    from truegreen_exporters.accountability.contracts.exposure import Exposure
    from truegreen_exporters.accountability.contracts.facts import Books
    from truegreen_exporters.accountability.contracts.settlement import Facts
    from truegreen_exporters.accountability.contracts.statement import Statement
    from truegreen_telemetry.samples import GaugeFamily, SampleStore

__all__ = ["ShownContracts", "exposure_at"]

AGAIN_SECONDS = 30.0
"""Contracts are settled anew once in so many seconds: money does not move faster."""


Faults = dict[str, tuple[str, ...]]
_NONE: tuple[str, ...] = ()


def _id(contract: str) -> str:
    return f"contract {contract}"


class ShownContracts:
    """Settles the contracts of a plan, and shows what came of it.

    Args:
        store: Holds the samples.
        plan: Whose contracts.
    """

    def __init__(self, store: SampleStore, plan: Plan) -> None:
        self._names = tuple(contract.name for contract in plan.contracts)
        self._penalty = store.gauge(names.PENALTY)
        self._reward = store.gauge(names.REWARD)
        self._risk = store.gauge(names.CONTRACT_AT_RISK)
        self._lines = store.gauge(names.CONTRACT_LINE)
        self._closed = store.gauge(names.CONTRACT_CLOSED)
        self._events = store.gauge(names.CONTRACT_EVENTS)
        self._bounds = store.gauge(names.CONTRACT_BOUND)
        self._misses = store.gauge(names.CONTRACT_MISS)
        self._again = Again(AGAIN_SECONDS)
        self._clear()

    @property
    def ids(self) -> frozenset[str]:
        """What each contract is called where something is said about it."""
        return frozenset(map(_id, self._names))

    def show(self, open_books: Callable[[datetime], Books], at: datetime) -> Faults:
        """Show every contract where that is due; return what was settled, and why it was not.

        Args:
            open_books: Returns the books as seen from a moment.
            at: The moment.
        """
        if not self._names or not self._again.due(at):
            return {}
        self._clear()
        books, faults = open_books(at), dict.fromkeys(map(_id, self._names), _NONE)
        for contract in books.plan.contracts:
            try:
                settled = exposure_at(books, contract)
            except (TerminalError, StoreError) as error:
                faults[_id(contract.name)] = (str(error),)
                continue
            self._show(contract, *settled)
        return faults

    def _clear(self) -> None:
        families = (self._penalty, self._reward, self._risk, self._lines, self._closed)
        for family in (*families, self._events, self._bounds, self._misses):
            family.clear()

    def _show(
        self, contract: Contract, last: Statement, running: Facts, exposure: Exposure
    ) -> None:
        who = (contract.vendor, contract.client, contract.name)
        unit, ended = contract.period, f"prev_{contract.period}"
        self._closed.child(*who, ended).set(last.state is State.CLOSED)
        if contract.invoice_share is None or last.at_risk is not None:
            self._show_last(contract, last)
        self._judged_by(contract, ended, last)
        pool = pool_of(contract, running)
        if contract.invoice_share is None or pool is not None:
            _set(self._risk, pool, *who, unit, contract.currency)
            for family, found in (
                (self._penalty, exposure.penalty),
                (self._reward, exposure.reward),
            ):
                _set_estimate(family, found, *who, unit, contract.currency)
        self._judged_by(contract, unit, Book(contract).enter(running))
        for one in exposure.misses:
            where = one.agreement.partition("/")[::2]
            self._misses.child(*who, one.line, *where, unit).set(one.probability)

    def _show_last(self, contract: Contract, last: Statement) -> None:
        who, ended = (contract.vendor, contract.client, contract.name), f"prev_{contract.period}"
        money = (ended, contract.currency)
        reward = -last.sum_of(LineValue.REWARD)
        _set(self._risk, last.at_risk, *who, *money)
        _set(self._penalty, last.sum_of() + reward, *who, *money, "")
        _set(self._reward, reward, *who, *money, "")
        for line in last.lines:
            where = line.agreement.partition("/")[::2]
            _set(self._lines, line.amount, *who, line.kind, *where, *money)

    def _judged_by(self, contract: Contract, window: str, statement: Statement) -> None:
        """Show the counts behind each line that has some, and the bound it must reach."""
        who = (contract.vendor, contract.client, contract.name)
        for line in statement.lines:
            if line.counted is None:
                continue
            where = (line.kind, *line.agreement.partition("/")[::2])
            for part in PartValue:
                gauge = self._events.child(*who, *where, line.counted.kind, part, window)
                gauge.set(getattr(line.counted, part))
            if line.bound is not None:
                self._bounds.child(*who, *where).set(float(line.bound))


def exposure_at(books: Books, contract: Contract) -> tuple[Statement, Facts, Exposure]:
    """Return the last period's statement, what is known of the running one, and what to expect.

    Raises:
        TerminalError: An agreement's expressions fail on a row.
        StoreError: Hours or charges cannot be read.
    """
    zone, unit = contract.zone, contract.period
    running = period_at(books.at, unit, zone)
    first = before(running, look_back(contract) + 1, zone)
    *settled, now = facts_of(books, contract, tuple(periods_between(first, running, zone)))
    book = Book(contract)
    for facts in settled:
        book.enter(facts)
    last = settled[-1]
    known = [one for one in (now.invoice, last.invoice) if one is not None]
    now = replace(now, invoice=max(known, default=None))
    days = days_of(books, contract, last.period.start)
    views = {
        agreement: outlook(
            counted,
            last.counted.get(agreement),
            running,
            last.period,
            at=books.at,
            lot=dispersion(days.get(agreement, ())),
        )
        for agreement, counted in now.counted.items()
    }
    return book.statements[-1], now, exposure_of(book, now, views, books.at)


def _set(family: GaugeFamily, amount: Decimal | None, *labels: str) -> None:
    if amount is not None:
        family.child(*labels).set(float(amount))


def _set_estimate(family: GaugeFamily, found: Estimate, *labels: str) -> None:
    for bound in BoundValue:
        _set(family, getattr(found, bound), *labels, bound)
