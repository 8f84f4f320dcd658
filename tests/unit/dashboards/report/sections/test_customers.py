"""The customers who fared worst, of a month made by hand."""

from __future__ import annotations

from dataclasses import replace

from plans import QUICK
from reviewed import company, month, promise, review, rows, said, subject

from truegreen_dashboards.report.sections.customers import customers
from truegreen_definitions.plan import Values
from truegreen_definitions.reviews import Watched

FULL = promise("customers-served", "missed", 0.9375, good=150, total=160)


def test_only_what_judges_customers_one_by_one_is_told() -> None:
    """150 of 160 customers are 93.8 %, 10 failed; a promise about rows is not of this table."""
    found = subject(review(month(promise("csat", "met", 0.9), FULL)))
    assert rows(customers(found)) == [
        (
            "Order to cash",
            "Customers served well | order-to-cash/customers-served",
            "93.8 % | 10 of 160 failed (6.2 %)",
            "at least 95 %",
            "MISSED",
        )
    ]


def test_a_worst_tenth_that_is_only_watched_is_told_of_this_month() -> None:
    """Nothing is promised of it, so it has no verdict; the month before is not told."""
    assert isinstance(QUICK.parts, Values)
    slowest = replace(
        QUICK,
        id="order-to-cash/slowest",
        title="The slowest tenth",
        bound=None,
        parts=replace(QUICK.parts, per="customer", each="mean", at_least=3),
    )
    made = review(month())
    told = tuple(
        Watched(measure=slowest.id, period=label, value=value, lower=None, upper=None, total=9)
        for label, value in (("2026-09", 60.0), ("2026-10", 90_000.0))
    )
    made = replace(made, services=(replace(made.services[0], watched=told),))
    found = subject(made, company(measurements=(slowest,)))
    assert rows(customers(found)) == [
        ("Order to cash", "The slowest tenth | order-to-cash/slowest", "1d 1h", "nothing", "")
    ]


def test_without_one_it_is_said_that_an_average_may_hide_them() -> None:
    """Where nobody looks at single customers the section says so, and what would."""
    blind = said(customers(subject(review(month(promise("csat", "met", 0.9))))))
    assert "an average may hide those who fare worst" in blind
    assert "customers-served" in blind
