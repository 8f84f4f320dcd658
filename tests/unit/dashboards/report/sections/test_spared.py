"""What was prevented and saved in a month, of figures made by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from plans import SERVICE
from reviewed import company, review, rows, said, subject

from truegreen_dashboards.report.sections.in_short.cost import cost
from truegreen_dashboards.report.sections.spared import spared
from truegreen_definitions.plan import AvoidedRule, LossTerms
from truegreen_definitions.reviews import Estimated, Prevented, Saved

PREVENTED = Prevented(
    service="order-to-cash",
    channel="web",
    incident="INC-9",
    day="2026-10-07",
    vendor="paygate",
    currency="EUR",
    avoided=Estimated(lower=Decimal("100.00"), point=Decimal("442.31"), upper=Decimal("900.00")),
    cases=6,
    outages=4,
)
SAVED = Saved(
    service="order-to-cash",
    name="smaller-machines",
    kind="tuning",
    currency="EUR",
    amount=Decimal("120.00"),
)


def test_a_prevention_is_told_with_its_interval_and_the_cases_behind_it() -> None:
    """Day, fault and where it was, channel, amount, interval, own history; the earliest first."""
    own = replace(PREVENTED, vendor="", channel="app")
    early = replace(PREVENTED, day="2026-10-06")
    section = spared(subject(review(prevented=(PREVENTED, own, early))))
    money = ("442.31 EUR", "100.00 EUR to 900.00 EUR", "4 of 6 alike became outages")
    assert rows(section, "Outages that were prevented") == [
        ("6 October 2026", "INC-9 | at PayGate", "Order to cash | web", *money),
        ("7 October 2026", "INC-9 | at our own teams", "Order to cash | app", *money),
        ("7 October 2026", "INC-9 | at PayGate", "Order to cash | web", *money),
    ]


def test_a_saving_may_be_none_known_or_the_wrong_way() -> None:
    """What became dearer is told as that, and unknown costs are no saving of 0."""
    section = spared(
        subject(
            review(
                savings=(
                    SAVED,
                    replace(SAVED, kind="cloud", amount=Decimal("-30.50")),
                    replace(SAVED, amount=None),
                )
            )
        )
    )
    assert rows(section, "Infrastructure that was made cheaper") == [
        ("Order to cash", "smaller-machines | tuning", "120.00 EUR", ""),
        ("Order to cash", "smaller-machines | moved to a cloud", "-30.50 EUR", "DEARER"),
        (
            "Order to cash",
            "smaller-machines | tuning",
            "NOT KNOWN | no costs are known, or it came later",
            "",
        ),
    ]


def test_nothing_proven_and_nothing_declared_are_told_apart() -> None:
    """With a rule it is said that nothing is proven; without one that there is no rule."""
    assert "No service says when an outage counts as prevented" in said(spared(subject()))
    rule = AvoidedRule(stays_away_seconds=3600, least_cases=3)
    plan = company(replace(SERVICE, losses=LossTerms(avoided=rule)))
    assert "No remedy of this period is proven" in said(spared(subject(plan=plan)))


def test_the_first_page_never_sets_them_off_against_losses() -> None:
    """One fault on two channels is one outage; savings are netted among themselves alone."""
    made = review(
        prevented=(PREVENTED, replace(PREVENTED, channel="app")),
        savings=(SAVED, replace(SAVED, amount=Decimal("-30.50")), replace(SAVED, amount=None)),
    )
    found = list(cost(subject(made)))
    assert (
        "1 outage was prevented that would have cost about 884.62 EUR: an opinion from own "
        "history, not set off against any loss." in found
    )
    assert "Infrastructure cost 89.50 EUR less than before it was tuned or moved." in found
    dearer = review(savings=(replace(SAVED, amount=Decimal(-1)),))
    assert not any("Infrastructure" in one for one in cost(subject(dearer)))
