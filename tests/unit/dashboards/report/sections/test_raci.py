"""Who does what, as declared and as it follows from the owner."""

from __future__ import annotations

from dataclasses import replace

from plans import SERVICE
from reviewed import RACI, company, rows, subject

from truegreen_dashboards.report.sections.raci import raci


def test_declared_roles_stand_in_their_columns() -> None:
    """Teams and vendors by their titles, other roles as they are written, the vendor's step."""
    found = rows(raci(subject(plan=company(replace(SERVICE, raci=RACI)))))
    assert found == [
        (
            "Order to cash | led by head-of-retail",
            "head-of-retail",
            "Checkout team",
            "PayGate, legal",
            "board",
            "PayGate (Pay)",
        )
    ]


def test_without_one_the_owner_is_accountable_and_the_rest_is_not_said() -> None:
    """Nobody is made responsible who was not declared so."""
    plan = company(replace(SERVICE, process_lead="", steps=SERVICE.steps[:1]))
    assert rows(raci(subject(plan=plan))) == [
        ("Order to cash", "Checkout team | its owner", "not said", "not said", "not said", "none")
    ]
