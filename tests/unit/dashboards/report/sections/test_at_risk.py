"""What is at risk at the moment a report is seen from, of figures made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from plans import CONTRACT, SERVICE, WEB
from reviewed import company, month, promise, review, rows, said, subject

from truegreen_dashboards.report.sections.at_risk import at_risk
from truegreen_dashboards.report.sections.in_short.cost import cost
from truegreen_definitions.names import LineValue
from truegreen_definitions.reviews import AtStake, Estimated, Likely, Running

EXPECTED = Estimated(lower=Decimal("1.5"), point=Decimal("2.004"), upper=Decimal("2.5"))
STAKE = AtStake(
    service="order-to-cash",
    channel="web",
    currency="EUR",
    expected=EXPECTED,
    basis="margin",
    at_risk=1.3712,
)
RUNNING = Running(
    contract=CONTRACT.name,
    period="2026-11",
    end=datetime(2026, 12, 1, tzinfo=UTC),
    at_risk=Decimal(1000),
    penalty=Estimated(lower=Decimal(0), point=Decimal(180), upper=Decimal(200)),
    reward=Estimated(lower=Decimal(0), point=Decimal(0), upper=Decimal(0)),
    latency_paced=False,
    misses=(
        Likely(line=LineValue.MINIMUM, agreement="order-to-cash/availability", probability=0.5),
        Likely(line=LineValue.CREDIT, agreement="order-to-cash/csat", probability=0.9),
        Likely(line=LineValue.MINIMUM, agreement="order-to-cash/csat", probability=0.2),
        Likely(line=LineValue.CREDIT, agreement="order-to-cash/pay-felt", probability=0.49),
    ),
)


def test_a_channel_is_told_with_what_it_is_worth_and_what_of_it_is_at_risk() -> None:
    """Expected with its interval; at risk, nothing and not known are three different words."""
    section = at_risk(
        subject(
            review(
                at_stake=(
                    STAKE,
                    replace(STAKE, at_risk=0.0),
                    replace(STAKE, channel="app", expected=None, basis="", at_risk=None),
                )
            )
        )
    )
    caption = "Sales, as seen on 15 November 2026 at 12:00 UTC"
    worth = ("2.00 EUR | margin", "1.50 EUR to 2.50 EUR")
    assert rows(section, caption) == [
        ("Order to cash", "web", *worth, "AT RISK | 1.37 EUR"),
        ("Order to cash", "web", *worth, "NOTHING | no promise behind it is degraded"),
        (
            "Order to cash",
            "app",
            "too little history",
            "",
            "NOT KNOWN | only Prometheus knows (--prometheus URL)",
        ),
    ]


def test_a_running_period_is_told_with_what_is_missed_more_likely_than_not() -> None:
    """Each agreement once by its worst line, the likeliest first; 49 % is not told."""
    section = at_risk(subject(review(running=(RUNNING,))))
    assert rows(section, "Periods of contracts that run") == [
        (
            "Deskworks | Help desk 2016",
            "2026-11 | until 1 December 2026",
            "1,000.00 EUR",
            "180.00 EUR | 0.00 EUR to 200.00 EUR",
            "0.00 EUR",
            "Customer satisfaction (90 %); Requests answered without a server error (50 %)",
        )
    ]


def test_a_penalty_that_grows_by_latency_says_at_which_pace() -> None:
    """Its upper bound is what is expected itself, so the report says what that rests on."""
    owed = Estimated(lower=Decimal("79.72"), point=Decimal("109.71"), upper=Decimal("109.71"))
    paced = replace(RUNNING, penalty=owed, latency_paced=True)
    (row,) = rows(at_risk(subject(review(running=(paced,)))), "Periods of contracts that run")
    assert row[3] == "109.71 EUR | 79.72 EUR to 109.71 EUR, latency at its pace so far"


def test_without_an_invoice_no_money_is_told() -> None:
    """A share of an unknown invoice is neither 0 nor guessed."""
    bare = replace(RUNNING, at_risk=None, penalty=None, reward=None, misses=())
    (row,) = rows(at_risk(subject(review(running=(bare,)))), "Periods of contracts that run")
    assert row[2:] == (*["no invoice is known"] * 3, "nothing")


def test_where_nothing_has_a_value_it_is_said() -> None:
    """No channel is no zero: the section says what is not declared."""
    assert "nobody knows what is at risk" in said(at_risk(subject()))


def test_the_first_page_adds_it_up_by_currency_and_calls_it_no_loss() -> None:
    """1.3712 and 0.6288 EUR are 2.00 EUR; dollars stand beside; what nobody knows is left out."""
    plan = company(replace(SERVICE, values=(WEB,)))
    stakes = (
        STAKE,
        replace(STAKE, at_risk=0.6288),
        replace(STAKE, currency="USD", at_risk=3.0),
        replace(STAKE, at_risk=None),
    )
    made = review(month(promise("csat", "met", 0.9)), at_stake=stakes)
    assert (
        "As this is written 2.00 EUR and 3.00 USD of sales are at risk each minute; not lost."
        in list(cost(subject(made, plan)))
    )
    quiet = review(month(promise("csat", "met", 0.9)), at_stake=(replace(STAKE, at_risk=0.0),))
    assert not any("at risk" in one for one in cost(subject(quiet, plan)))
