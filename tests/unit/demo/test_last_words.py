"""The demo's last five lines say what is so, and of what nobody tells that it is unknown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from plans import PLAN

from truegreen_demo.last_words import last_words
from truegreen_demo.summary import Row, Servers

OTHER = Row(
    service="Enrolment",
    sla="met",
    xla="breached: csat",
    alert="ticket: csat",
    watermelon="WATERMELON (30d)",
    since="10:00:00",
    owner="hr",
)
MELON = Row(
    service=PLAN.services[0].title,
    sla="met",
    xla="breached: pay-felt now",
    alert="page: pay-felt",
    watermelon="WATERMELON (2m)",
    since="10:12:03",
    owner="checkout-team",
)


class Answers(Servers):
    """Servers that answer from a dict of metric to series."""

    answers: dict[str, list[dict[str, Any]]] = {}  # noqa: RUF012  one test's, set before use

    def query(self, expr: str, at: object = None) -> list[dict[str, Any]]:
        """Return the series of the metric that the expression reads."""
        return next((found for metric, found in self.answers.items() if metric in expr), [])


def answers(**found: list[dict[str, Any]]) -> Answers:
    """Return servers that know these metrics."""
    servers = Answers(prometheus="", alertmanager="")
    servers.__class__.answers = found
    return servers


def _series(value: str, **labels: str) -> dict[str, Any]:
    return {"metric": labels, "value": [0, value]}


def test_five_lines_about_the_service_that_is_worst_off() -> None:
    """SLA, XLA, watermelon, money and vendor, amounts in their own currency, the largest first."""
    other = replace(PLAN.services[0], name="enrolment", title="Enrolment")
    plan = replace(PLAN, services=(other, *PLAN.services))
    vendor = PLAN.vendors[0]
    less_rewards, less_penalties = (
        f"- (sum by (vendor, currency) (xla_{one}" for one in ("reward", "penalty")
    )
    servers = answers(
        value_at_risk=[_series("2.5", currency="USD"), _series("83.4", currency="EUR")],
        xla_loss=[_series("6312", currency="EUR")],
        **{
            less_rewards: [
                _series("12000.5", currency="EUR", vendor=vendor.name),
                _series("99000", currency="EUR"),
            ],
            less_penalties: [_series("31.4", currency="USD", vendor=vendor.name)],
        },
    )
    assert last_words(plan, (OTHER, MELON), servers).splitlines() == [
        f"SLA         {MELON.service}: met",
        f"XLA         {MELON.service}: breached: pay-felt now",
        "WATERMELON  WATERMELON (2m), since 10:12:03",
        (
            "MONEY       up to 83.40 EUR a minute at risk; up to 2.50 USD a minute at risk; "
            "6,312.00 EUR booked as lost last month"
        ),
        (
            f"VENDOR      {vendor.title} owes 12,000.50 EUR for last month; "
            f"{vendor.title} is owed 31.40 USD for last month"
        ),
    ]


def test_what_no_series_tells_is_not_made_up() -> None:
    """Without answers there are five lines still, and none of them has an amount."""
    told = last_words(PLAN, (replace(MELON, watermelon="no", since=""),), answers())
    assert told.splitlines()[2:] == [
        "WATERMELON  no",
        "MONEY       nothing was at risk, and no loss is booked",
        "VENDOR      no vendor owes anything for last month",
    ]
