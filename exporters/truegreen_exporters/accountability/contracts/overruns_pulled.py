"""The overruns that a contract's share of latency is charged by, from hours of Prometheus.

journey      What robots' runs came to, split run by run by the probe itself.
histogram    What is above tolerated of a step by its application's histogram: an estimate, and
             nothing quick is set against it.

Who answers for a step is as the plan says now; of a step that it knows no more, the share is
nobody's. Hours are taken as they were known when a period closed, if enough were, else as now.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.emitters.rules.overruns import steps_told
from truegreen_definitions.names import MethodValue, OriginValue, OverrunValue
from truegreen_exporters.accountability.overruns import Overruns, Share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from truegreen_definitions.plan import Contract, Plan, Service
    from truegreen_exporters.store.overrun_hours import OverrunHours, OverrunSums
    from truegreen_exporters.windows.periods import Period

__all__ = ["overruns_pulled"]

MICROSECONDS = 1_000_000


def overruns_pulled(
    plan: Plan,
    contract: Contract,
    period: Period,
    hours: OverrunHours,
    *,
    seen: Sequence[datetime | None],
    missing: int,
) -> tuple[Overruns, ...]:
    """Return what runs and histograms tell of a period, by service.

    Args:
        plan: Its journeys and histograms.
        contract: Names the vendor, the method and, if it does, the origin.
        period: In which the runs ended.
        hours: As they were pulled.
        seen: Moments at which the hours are looked at as they were known; None: as they are.
        missing: How many hours may be missing for an earlier moment to do.

    Raises:
        StoreError: The hours cannot be read.
    """
    share = contract.latency_share
    if share is None or not contract.vendor or not hours.pulled:
        return ()
    method, span = MethodValue(share.method), (period.start, period.end)
    found = []
    for service in plan.services:
        theirs = {step.name for step in service.steps if step.vendor == contract.vendor}
        for origin, steps in _told(plan, service) if theirs else ():
            if share.origin not in ("", origin) or theirs.isdisjoint(steps):
                continue
            sums = None
            for known_at in seen:
                sums = hours.between(service.name, origin, span, known_at)
                if sums is not None and sums.unknown_hours <= missing:
                    break
            found.append(_overruns(service, origin, steps, method, sums))
    return tuple(found)


def _told(plan: Plan, service: Service) -> Iterator[tuple[OriginValue, tuple[str, ...]]]:
    """Yield the steps that runs tell of, then those that only a histogram does."""
    by_runs, by_histograms = steps_told(plan, service)
    for origin, known in (
        (OriginValue.JOURNEY, by_runs),
        (OriginValue.HISTOGRAM, by_histograms),
    ):
        if known:
            yield origin, tuple(step.name for step in service.steps if step.name in known)


def _overruns(
    service: Service,
    origin: OriginValue,
    steps: Sequence[str],
    method: MethodValue,
    sums: OverrunSums | None,
) -> Overruns:
    vendors = {step.name: step.vendor for step in service.steps}
    part = OverrunValue.SHARE if origin is OriginValue.JOURNEY else OverrunValue.STEP
    split = method if part is OverrunValue.SHARE else ""
    shares = dict.fromkeys(steps, 0)
    nobody = runs = over = unknown = 0
    if sums is not None:
        for (told, step, by), seconds in sums.amounts.items():
            if (told, by) == (part, split):
                if step in shares:
                    shares[step] += _microseconds(seconds)
                else:
                    nobody += _microseconds(seconds)
        nobody += _microseconds(sums.of(OverrunValue.NOBODY, method))
        counted = [
            amount for (told, _, _), amount in sums.amounts.items() if told == OverrunValue.RUNS
        ]
        runs, over = _whole(sum(counted, Decimal(0))), _whole(sums.of(OverrunValue.OVER))
        unknown = sums.unknown_hours
    return Overruns(
        service=service.name,
        method=method,
        origin=origin,
        overrun=sum(shares.values()) + nobody,
        shares=tuple(
            Share(step=step, vendor=vendors[step], microseconds=late)
            for step, late in shares.items()
        ),
        unattributed=nobody,
        cases=runs,
        over=over,
        open=0,
        unknown_hours=unknown,
    )


def _microseconds(seconds: Decimal) -> int:
    return _whole(seconds * MICROSECONDS)


def _whole(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_EVEN))
