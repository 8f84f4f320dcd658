"""Sums of money over steps, vendors and days are the total, to the last digit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import plans
from hypothesis import given, settings
from hypothesis import strategies as st

from truegreen_definitions.names import LineValue, MethodValue, OriginValue
from truegreen_definitions.plan import LatencyShare
from truegreen_definitions.vendor_share import overrun, shares
from truegreen_exporters.accountability.contracts.settlement import Facts, settle
from truegreen_exporters.accountability.contracts.statement import Counted, State
from truegreen_exporters.accountability.losses.allocation import split
from truegreen_exporters.accountability.overruns import Overruns, Share
from truegreen_exporters.accountability.showback.shown import shown_back
from truegreen_exporters.store.costs import CostSum
from truegreen_exporters.windows.periods import period_of

VENDORS = {"browse": "", "checkout": "shopfast", "pay": "paygate", "ship": "swiftship"}
STEPS = tuple(VENDORS)
DAYS = st.lists(st.integers(0, 10**9), min_size=1, max_size=31)
WEIGHTS = st.lists(st.integers(0, 10**6), min_size=len(STEPS), max_size=len(STEPS))


@settings(max_examples=60)
@given(days=DAYS, weights=WEIGHTS, currency=st.sampled_from(["EUR", "JPY", "KWD"]))
def test_the_ledger(days: list[int], weights: list[int], currency: str) -> None:
    """Losses of days, shared among steps, come to the same by day, by step and by vendor."""
    unit = {"EUR": Decimal("0.01"), "JPY": Decimal(1), "KWD": Decimal("0.001")}[currency]
    by_step: dict[str, Decimal] = defaultdict(Decimal)
    by_vendor: dict[str, Decimal] = defaultdict(Decimal)
    for day in days:
        parts = split(day * unit, [Fraction(one) for one in weights], currency)
        for step, part in zip(STEPS, parts, strict=True):
            by_step[step] += part
            by_vendor[VENDORS[step]] += part
    total = sum(days) * unit
    assert sum(by_step.values()) == sum(by_vendor.values()) == total


_COUNTS = st.tuples(st.integers(0, 400), st.integers(0, 400)).map(
    lambda pair: (min(pair), max(pair))
)
_EXCESS = st.lists(
    st.lists(st.integers(-(10**9), 10**11), min_size=len(STEPS), max_size=len(STEPS)), max_size=12
)


def _overruns(cases: list[list[int]], method: MethodValue) -> Overruns:
    sums = [0] * len(STEPS)
    for excess in cases:
        sums = [a + b for a, b in zip(sums, shares(excess, 0, method), strict=True)]
    late = [overrun(excess, 0) for excess in cases]
    return Overruns(
        service="order-to-cash",
        method=method,
        origin=OriginValue.RECORDS,
        overrun=sum(late),
        shares=tuple(
            Share(step=step, vendor=VENDORS[step], microseconds=part)
            for step, part in zip(STEPS, sums, strict=True)
        ),
        unattributed=0,
        cases=len(cases),
        over=sum(one > 0 for one in late),
        open=0,
    )


def _of_vendor(found: Overruns, vendor: str) -> int:
    return sum(share.microseconds for share in found.shares if share.vendor == vendor)


@settings(max_examples=40)
@given(
    months=st.lists(st.tuples(_COUNTS, _COUNTS), min_size=1, max_size=6),
    cases=_EXCESS,
    method=st.sampled_from(MethodValue),
)
def test_contracts(months: list[Any], cases: list[list[int]], method: MethodValue) -> None:
    """Lines are the statement, statements are the sum; days of overruns are those of the month."""
    whole = _overruns(cases, method)
    days = [_overruns([one], method) for one in cases]
    assert whole.overrun == sum(one.overrun for one in days)
    vendors = dict.fromkeys(VENDORS.values())
    assert whole.overrun == sum(_of_vendor(whole, vendor) for vendor in vendors)
    for vendor in vendors:
        assert _of_vendor(whole, vendor) == sum(_of_vendor(one, vendor) for one in days)
    terms = replace(
        plans.CONTRACT,
        vendor="paygate",
        cap=Decimal(700),
        earn_back_periods=1,
        latency_share=LatencyShare(method=method.value, per_hour=Decimal("17.31")),
    )
    facts = [
        Facts(
            period=period_of(f"2026-{number:02}", "month", terms.zone),
            state=State.CLOSED,
            counted={
                agreement: Counted(good=g, total=t, pending=0, promised=Decimal("0.9"), kind="xla")
                for agreement, (g, t) in zip(terms.agreements, counts, strict=True)
            },
            invoice=None,
            overruns=(whole,),
            watermelons=(),
            notes=(),
        )
        for number, counts in enumerate(months, start=1)
    ]
    statements = settle(terms, facts)
    for one in statements:
        parts = [one.sum_of(kind) for kind in LineValue]
        assert sum(parts) == sum(line.amount for line in one.lines) == one.sum_of()
        assert all(
            type(line.amount) is Decimal and line.amount % Decimal("0.01") == 0
            for line in one.lines
        )
        assert one.sum_of() - one.sum_of(LineValue.REWARD) <= Decimal(700)


_LINES = st.lists(
    st.tuples(
        st.sampled_from(["", "order-to-cash", "other"]),
        st.sampled_from(["", "Retail", "Corporate"]),
        st.sampled_from(["", "cloud", "labour"]),
        st.integers(0, 30),
        st.decimals("-1e6", "1e6", places=12, allow_nan=False),
        st.sampled_from(["EUR", "USD"]),
    ),
    max_size=40,
)


@settings(max_examples=60)
@given(lines=_LINES)
def test_showback(lines: list[tuple[Any, ...]]) -> None:
    """Costs of days come to those of the month, by service, unit and part, and to the bill."""
    start, units = datetime(2026, 10, 1, tzinfo=UTC), {"order-to-cash": "Retail"}
    bill: dict[str, Decimal] = defaultdict(Decimal)
    by_day: dict[datetime, list[CostSum]] = defaultdict(list)
    for service, unit, part, day, amount, currency in lines:
        bill[currency] += amount
        by_day[start + timedelta(days=day)].append(
            CostSum(
                service=service,
                business_unit=unit,
                component=part,
                currency=currency,
                amount=amount,
            )
        )
    month = shown_back([one for sums in by_day.values() for one in sums], units)
    added: dict[Any, Decimal] = defaultdict(Decimal)
    for sums in by_day.values():
        for key, amount in shown_back(sums, units).items():
            added[key] += amount
    assert added == month
    for currency, total in bill.items():
        assert sum(amount for key, amount in month.items() if key[-1] == currency) == total
