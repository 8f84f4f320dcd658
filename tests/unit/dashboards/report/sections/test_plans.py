"""Known issues and the state of their plans, seen from 15 November 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from plans import SERVICE
from reviewed import ISSUE, company, rows, said, subject

from truegreen_dashboards.report.sections.plans import plans

if TYPE_CHECKING:
    from truegreen_definitions.plan import KnownIssue

NO_OWNER = replace(ISSUE, owner="")


@pytest.mark.parametrize(
    ("issue", "status"),
    [
        (ISSUE, "ON PLAN"),
        (replace(ISSUE, due=date(2026, 11, 15)), "ON PLAN"),
        (replace(ISSUE, due=date(2026, 11, 14)), "OVERDUE"),
        (replace(NO_OWNER, due=date(2026, 11, 14)), "OVERDUE"),
        (NO_OWNER, "NO PLAN"),
        (replace(ISSUE, plan=""), "NO PLAN"),
        (replace(ISSUE, due=None), "NO DAY SET"),
    ],
)
def test_the_status_is_the_worst_that_is_true(issue: KnownIssue, status: str) -> None:
    """Past its day, without plan or owner, without a day, or on plan: in this order."""
    found = rows(plans(subject(plan=company(replace(SERVICE, known_issues=(issue,))))))
    assert found[0][5] == status


def test_every_word_of_an_issue_is_told() -> None:
    """Service, issue with its id and line, plan, the owner's title, day, funding; or their lack."""
    bare = replace(ISSUE, id="KI-8", title="Slow", plan="", owner="", due=None, funding="")
    found = rows(plans(subject(plan=company(replace(SERVICE, known_issues=(ISSUE, bare))))))
    assert found == [
        (
            "Order to cash",
            "The app hangs after paying | KI-7 · shop.yaml:7",
            "capture later",
            "PayGate",
            "1 December 2026",
            "ON PLAN",
            "approved",
        ),
        (
            "Order to cash",
            "Slow | KI-8 · shop.yaml:7",
            "none yet",
            "nobody",
            "not said",
            "NO PLAN",
            "not said",
        ),
    ]


def test_no_issue_is_no_claim_that_all_is_well() -> None:
    """It is said that none is written down, not that there is none."""
    assert "No issue is written down" in said(plans(subject()))
