"""The scorecard of vendors, and what contracts move, of statements made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from plans import CONTRACT
from reviewed import DESK, company, review, rows, said, subject

from truegreen_dashboards.report.sections.vendors import vendors
from truegreen_definitions.names import LineValue
from truegreen_definitions.reviews import Booked, Loss, ReviewedContract, Statement, StatementLine

CREDIT = StatementLine(
    kind=LineValue.CREDIT,
    agreement="order-to-cash/csat",
    verdict="missed",
    amount=Decimal("200.00"),
    arithmetic="40 % of 1,000.00 EUR x 0.5",
)
KEPT = replace(CREDIT, verdict="met", amount=Decimal(0))
MINIMUM = replace(
    CREDIT, kind=LineValue.MINIMUM, agreement="order-to-cash/availability", amount=Decimal("250.00")
)
REWARD = replace(CREDIT, kind=LineValue.REWARD, verdict="earned", amount=Decimal("-60.00"))


def statement(*lines: StatementLine, **others: Any) -> Statement:
    """Return October's."""
    whole: dict[str, Any] = {
        "period": "2026-10",
        "start": datetime(2026, 10, 1, tzinfo=UTC),
        "end": datetime(2026, 11, 1, tzinfo=UTC),
        "state": "closed",
        "at_risk": Decimal("1000.00"),
        "net": sum((one.amount for one in lines), Decimal(0)),
        "lines": lines,
        "notes": (),
        "reviewed": True,
    }
    return Statement(**(whole | others))


def settled(*statements: Statement, fault: str = "") -> ReviewedContract:
    """Return the help desk's contract."""
    return ReviewedContract(contract=CONTRACT.name, statements=statements, fault=fault)


def loss(vendor: str, point: str) -> Loss:
    """Return an outage that a vendor answers for."""
    part = Booked(
        incident="INC-1",
        step="pay",
        vendor=vendor,
        severity="",
        lower=Decimal(1),
        point=Decimal(point),
        upper=Decimal(900),
    )
    return Loss(
        service="order-to-cash",
        channel="web",
        episode="INC-1",
        state="booked",
        start=datetime(2026, 10, 5, 12, tzinfo=UTC),
        end=datetime(2026, 10, 5, 13, tzinfo=UTC),
        currency="EUR",
        revision=0,
        digest="d",
        deferred=Decimal(0),
        portions=(part,),
    )


def test_the_scorecard_counts_lines_and_adds_up_money() -> None:
    """One of two service levels is missed, the minimum too; what is owed is less the reward."""
    plan = company(
        vendors=(
            replace(DESK, renewal=date(2027, 3, 1), notice_until=date(2026, 12, 31)),
            *company().vendors[1:],
        )
    )
    made = review(
        contracts=(settled(statement(CREDIT, KEPT, MINIMUM, REWARD)),),
        losses=(loss("paygate", "120.50"), loss("paygate", "29.50"), loss("", "77.00")),
    )
    assert rows(vendors(subject(made, plan)), "Scorecard") == [
        (
            "Deskworks | desk@deskworks.example",
            "MISSED | 0 of 1",
            "MISSED | 1 of 2",
            "390.00 EUR",
            "nothing booked",
            "1 March 2027 | notice until 31 December 2026",
        ),
        (
            "PayGate | noc@paygate.example",
            "no contract",
            "no contract",
            "no contract",
            "150.00 EUR",
            "not said",
        ),
    ]


def test_no_data_is_not_kept() -> None:
    """A line that nothing was counted for is neither met nor missed on the scorecard."""
    unknown = replace(CREDIT, verdict="no data", amount=Decimal(0))
    (desk, _) = rows(
        vendors(subject(review(contracts=(settled(statement(unknown)),)))), "Scorecard"
    )
    assert desk[1:4] == ("none agreed", "NO DATA | of 1", "0.00 EUR")


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (statement(MINIMUM), "Deskworks owes us 250.00 EUR, of 1,000.00 EUR at risk."),
        (statement(REWARD), "We owe Deskworks 60.00 EUR, of 1,000.00 EUR at risk."),
        (statement(KEPT, at_risk=None), "Nobody owes anything."),
        (
            statement(CREDIT, state="settling", notes=("2 hours are not known",)),
            (
                "Deskworks owes us 200.00 EUR, of 1,000.00 EUR at risk; the period is settling, it "
                "may change. 2 hours are not known."
            ),
        ),
    ],
)
def test_penalties_and_rewards_end_in_a_sentence(found: Statement, sentence: str) -> None:
    """Who owes whom how much, of what was at risk, and whether that is final."""
    assert sentence in said(vendors(subject(review(contracts=(settled(found),)))))


def test_every_line_of_a_statement_is_told_with_how_it_comes_about() -> None:
    """Term, agreement, verdict, amount with its sign and arithmetic, in the statement's order."""
    made = review(contracts=(settled(statement(CREDIT, REWARD)),))
    assert rows(vendors(subject(made)), "Help desk 2016, 2026-10") == [
        (
            "Service level",
            "order-to-cash/csat",
            "MISSED",
            "200.00 EUR",
            "40 % of 1,000.00 EUR x 0.5",
        ),
        (
            "Reward",
            "order-to-cash/csat",
            "EARNED",
            "-60.00 EUR",
            "40 % of 1,000.00 EUR x 0.5",
        ),
    ]


def test_what_could_not_be_settled_says_why_and_owes_nothing() -> None:
    """A fault stands in place of an amount, on the scorecard and below."""
    section = vendors(subject(review(contracts=(settled(fault="no invoice is known"),))))
    assert rows(section, "Scorecard")[0][3] == "not settled"
    assert "It could not be settled: no invoice is known." in said(section)
