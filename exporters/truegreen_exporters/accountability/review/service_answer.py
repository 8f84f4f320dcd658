"""A service over the period that is reviewed and those before it, as plain data.

A period that the ledger holds is told as it was frozen, with what corrections have made of it
beside. One that it does not hold (it settles, or nothing closes by that unit) is counted from the
rows as they are known now, and says so. What Prometheus counts comes from pulled hours, else from
what the asker has learnt from Prometheus itself.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from itertools import dropwhile
from typing import TYPE_CHECKING, Any

from truegreen_definitions.plan import Records
from truegreen_definitions.units import percent
from truegreen_exporters.accountability.watermelon.followed import Followed
from truegreen_exporters.accountability.watermelon.history import Counts, Past, run_of
from truegreen_exporters.accountability.watermelon.score import score
from truegreen_exporters.asked import questions, value_questions
from truegreen_exporters.engines.engine import naming
from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.windows.periods import before, period_of, periods_between

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime, timedelta

    from truegreen_definitions.plan import Agreement, Plan, Service
    from truegreen_definitions.reviews import SignalCount
    from truegreen_exporters.accountability.watermelon.history import ClosedPeriod
    from truegreen_exporters.accountability.watermelon.standing import Judged
    from truegreen_exporters.accountability.watermelon.worth import Worth
    from truegreen_exporters.engines.engines import Engines
    from truegreen_exporters.store.ledger import Entry, Key
    from truegreen_exporters.store.signal_hours import SignalHours
    from truegreen_exporters.windows.periods import Period

__all__ = ["ENOUGH", "Rows", "service_answer"]

ENOUGH = 0.99
"""Share of a period that Prometheus must hold; a contract, too, tolerates 1 % by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Where the figures of a service are found.

    Attributes:
        frozen: The closed periods as they were frozen.
        latest: The newest revision of each.
        at: The moment it is seen from.
    """

    plan: Plan
    engine: Engines
    hours: SignalHours
    frozen: Mapping[Key, Entry]
    latest: Mapping[Key, Entry]
    at: datetime


def service_answer(
    rows: Rows,
    service: Service,
    unit: str,
    label: str,
    *,
    count: int,
    signals: Mapping[tuple[str, str], SignalCount],
) -> dict[str, Any]:
    """Return the shape of a `reviews.ReviewedService` as plain data.

    Args:
        rows: Where its figures are found.
        service: Of the plan.
        unit: `week`, `month` or `quarter`.
        label: The period that is reviewed.
        count: How many periods are told, itself included.
        signals: What Prometheus itself says, by agreement and period.

    Raises:
        ValueError: The label is none of that unit.
        TerminalError: An agreement's expressions fail on a row.
        CountError: A value cannot be measured.
    """
    last = period_of(label, unit, service.zone)
    first = before(last, count - 1, service.zone)
    otherwise = _Otherwise(rows, signals)
    past = Past(rows.plan, rows.frozen, rows.engine, rows.hours, otherwise)
    every = past.over(service.name, tuple(periods_between(first, last, service.zone)))
    found = tuple(dropwhile(_nothing_counted, every))
    settled = rows.at - past.settling(service.name)
    return {
        "service": service.name,
        "periods": [
            {
                "label": one.period.label,
                "start": one.period.start.isoformat(),
                "end": one.period.end.isoformat(),
                "settled": one.period.end <= settled,
                "state": str(one.verdict.state),
                "suspected": one.verdict.suspected,
                "depth": one.verdict.depth,
                "promises": [
                    _promise(judged, rows, otherwise, service.zone, one.period)
                    for judged in one.verdict.judged
                ],
            }
            for one in found
        ],
        "in_a_row": run_of(found),
        "score": _score(service, found),
        "worths": [_worth(one) for one in _worths(rows, service, found)],
        "watched": [*_watched(rows, service, found, past.settling(service.name))],
    }


def _nothing_counted(one: ClosedPeriod) -> bool:
    """Return whether a period is from before the service's first figure."""
    return all(judged.value is None and not judged.total for judged in one.verdict.judged)


class _Otherwise:
    """Counts what neither the ledger nor the pulled hours know."""

    def __init__(self, rows: Rows, signals: Mapping[tuple[str, str], SignalCount]) -> None:
        self._rows, self._signals = rows, signals
        self._asked = {agreement.id: question for agreement, question in questions(rows.plan)}

    def __call__(self, agreement: Agreement, period: Period) -> Counts | None:
        if isinstance(agreement.parts, Records):
            with naming(agreement):
                (parts,) = self._rows.engine.parts_between(
                    self._asked[agreement.id], [(period.start, period.end)], self._rows.at
                )
            return Counts(good=parts.good, total=parts.total)
        said = self._signals.get((agreement.id, period.label))
        if said is None:
            return None
        known = "" if said.known >= ENOUGH else f"Prometheus holds {said.known:.0%} of the period"
        return Counts(good=round(said.good), total=round(said.total), unknown=known)

    def basis(self, agreement: str, zone: str, period: Period) -> str:
        """Return where the figure of an agreement comes from, see `reviews.Basis`."""
        if agreement in self._asked:
            frozen = (agreement, zone, period.label) in self._rows.frozen
            return "frozen" if frozen else "counted"
        measured = {one.id for one in self._rows.plan.measurements}
        if agreement in measured:
            return "measured"
        (sums,) = self._rows.hours.between(agreement, [(period.start, period.end)])
        return "prometheus" if sums is None else "hours"


def _promise(
    judged: Judged, rows: Rows, otherwise: _Otherwise, zone: str, period: Period
) -> dict[str, Any]:
    plain = asdict(judged)
    del plain["share"]
    key = (judged.agreement, zone, period.label)
    entry, now = rows.frozen.get(key), rows.latest.get(key)
    known = judged.value is not None or bool(judged.total)
    return {
        **plain,
        "standing": str(judged.standing),
        "basis": otherwise.basis(judged.agreement, zone, period) if known else "",
        "revision": now.revision if now else 0,
        "digest": entry.digest if entry else "",
        "restated": _restated(entry, now),
    }


def _restated(entry: Entry | None, now: Entry | None) -> str:
    if entry is None or now is None or now.counts == entry.counts or not now.total:
        return ""
    share = (Decimal(now.good) / now.total).quantize(Decimal("0.000001"))
    return f"{now.good:,} of {now.total:,} = {percent(share)}"


def _score(service: Service, found: tuple[ClosedPeriod, ...]) -> dict[str, Any] | None:
    if service.score is None or not found:
        return None
    plain = asdict(score(service.score, found[-1].verdict.judged))
    return {name: plain[name] for name in ("points", "vetoed", "bounded_by", "unknown")}


def _worths(rows: Rows, service: Service, found: tuple[ClosedPeriod, ...]) -> tuple[Worth, ...]:
    if not found:
        return ()
    span = microseconds(found[0].period.start), microseconds(found[-1].period.end)
    return Followed(rows.plan, rows.engine).of(service.name, span, rows.at)


def _watched(
    rows: Rows, service: Service, found: tuple[ClosedPeriod, ...], settling: timedelta
) -> Iterator[dict[str, Any]]:
    """Yield what is measured and not promised, in each period."""
    if not found:
        return
    spans = tuple(
        (one.period.label, (microseconds(one.period.start), microseconds(one.period.end)))
        for one in found
    )
    at = min(rows.at, found[-1].period.end + settling)
    for measurement, question in value_questions(rows.plan):
        if measurement.service == service.name and measurement.bound is None:
            asked = replace(question, windows=(), fixed=spans)
            for label, valued in rows.engine.values_at(asked, at).items():
                told = {name: getattr(valued, name) for name in ("value", "lower", "upper")}
                yield {
                    "measure": measurement.id,
                    "period": label,
                    **told,
                    "total": valued.total,
                }


def _worth(one: Worth) -> dict[str, Any]:
    table, lift = one.table, one.lift
    return {
        "sla": one.sla,
        "verdict": str(one.verdict),
        "bad_met": table.met_bad,
        "of_met": table.met_good + table.met_bad,
        "bad_missed": table.missed_bad,
        "of_missed": table.missed_good + table.missed_bad,
        "lift": None if lift is None else (lift.lower, lift.point, lift.upper),
        "traps": one.traps,
    }
