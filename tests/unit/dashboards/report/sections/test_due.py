"""Definitions to review and notices to give, seen from 15 November 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from plans import SERVICE, VENDOR
from reviewed import DESK, company, rows, said, subject

from truegreen_dashboards.report.sections.due import due

PAYGATE = replace(VENDOR, notice_until=date(2026, 11, 30), renewal=date(2027, 2, 15))


def test_days_of_the_next_quarter_stand_in_their_order_and_past_ones_are_overdue() -> None:
    """A review that is past is overdue; the 92nd day from today is told, the 93rd is not."""
    plan = company(
        replace(SERVICE, review_due=date(2026, 11, 14)),
        vendors=(replace(DESK, renewal=date(2027, 2, 16)), PAYGATE),
    )
    assert rows(due(subject(plan=plan))) == [
        (
            "14 November 2026",
            "Review of what Order to cash promises | shop.yaml:7",
            "Checkout team",
            "OVERDUE",
        ),
        (
            "30 November 2026",
            "Last day of notice to PayGate | shop.yaml:7",
            "Checkout team",
            "in 15 days",
        ),
        (
            "15 February 2027",
            "The contract with PayGate renews | shop.yaml:7",
            "Checkout team",
            "in 92 days",
        ),
    ]


def test_what_is_due_today_is_not_overdue() -> None:
    """The day itself is still to come."""
    plan = company(replace(SERVICE, review_due=date(2026, 11, 15)), vendors=())
    assert rows(due(subject(plan=plan)))[0][-1] == "in 0 days"


def test_a_service_that_nobody_reviews_is_named() -> None:
    """Without a day there is no row, and a sentence that says what to write."""
    told = said(due(subject(plan=company(replace(SERVICE, review_due=None), vendors=()))))
    assert "Nothing is due within the next quarter." in told
    assert "No review is planned for Order to cash (review: of a Service)" in told
