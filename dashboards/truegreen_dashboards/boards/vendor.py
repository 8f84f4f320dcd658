"""The Vendor board: who keeps the terms, what will move in money, and which average hides what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.board import Board, Row
from truegreen_dashboards.boards import (
    vendor_contract,
    vendor_overview,
    vendor_process,
    vendor_steps,
)
from truegreen_dashboards.boards.answering import Answers
from truegreen_dashboards.boards.frame import MARKS, NOTED, TAGS, WHO, table_height
from truegreen_dashboards.boards.markdown import table
from truegreen_dashboards.boards.reading import reading
from truegreen_dashboards.panels import Panel, Text
from truegreen_dashboards.targets import Choice, Variable
from truegreen_definitions import names

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan, Vendor

__all__ = ["board"]


def board(plan: Plan) -> Board | None:
    """Return the Vendor board of a plan; None for a plan without vendors."""
    if not plan.vendors:
        return None
    rows = []
    if compared := vendor_overview.overview(plan):
        whole = "all vendors side by side, one of which is then chosen"
        rows.append(Row(key="overview", title="All vendors", panels=compared, whole=whole))
    contracts = [one for one in plan.contracts if one.vendor]
    if contracts:
        title = "This vendor's contract"
        rows.append(Row(key="contract", title=title, panels=vendor_contract.contract(plan)))
    if contracts or any(one.vendor for one in plan.agreements):
        title = "This vendor's agreements"
        rows.append(Row(key="agreements", title=title, panels=vendor_contract.agreements(plan)))
    if cases := vendor_process.process(plan):
        whole = "a delay is shared among all who took part in it"
        rows.append(Row(key="cases", title="Whose delays they were", panels=cases, whole=whole))
    if walked := vendor_steps.steps(plan):
        title, whole = "How quick vendors' steps are", "vendors are compared with each other"
        rows.append(Row(key="steps", title=title, panels=walked, whole=whole))
    rows.append(Row(key="people", title=WHO, panels=(Answers(plan=plan).vendors(),)))
    rows.append(Row(key="renewals", title="Renewals of all vendors", panels=(_renewals(plan),)))
    rows.append(reading(_READING, height=8))
    return Board(
        uid=names.BoardUid.VENDOR,
        title="Vendor: terms, money and minimums",
        description="Does a vendor keep its terms, and what will that move in money?",
        tags=TAGS,
        span="30d",
        refresh="5m",
        variables=(_variable(plan),),
        annotations=MARKS,
        noted=NOTED,
        rows=tuple(rows),
    )


def _variable(plan: Plan) -> Variable:
    bound = [one.vendor for one in plan.contracts if one.vendor]
    return Variable(
        name="vendor",
        title="Vendor",
        choices=tuple(Choice(value=one.name, title=one.title) for one in plan.vendors),
        default=(bound or [one.name for one in plan.vendors])[0],
    )


def _renewals(plan: Plan) -> Panel:
    return Text(
        key="renewals",
        title="When contracts renew",
        description="Day of each renewal, and the last day on which notice can be given.",
        width=24,
        height=table_height(len(plan.vendors), lines=1),
        body=table(
            ("Vendor", "Notice until", "Renews", "Contact", "Defined in"),
            map(_renewal, sorted(plan.vendors, key=_by_notice)),
        ),
    )


def _by_notice(one: Vendor) -> tuple[str, str]:
    day = one.notice_until or one.renewal
    return (day.isoformat() if day else "9999", one.name)


def _renewal(one: Vendor) -> tuple[str, ...]:
    notice, renewal = (
        "not declared" if day is None else day.isoformat()
        for day in (one.notice_until, one.renewal)
    )
    return (one.title, f"**{notice}**", f"**{renewal}**", one.contact, f"`{one.origin}`")


_READING = """\
A **significant minimum** is a floor under one agreement: below it a credit is due, whatever the \
average of the contract says. **Dilution** is what that average hides: the bar **all together** \
against the worst agreement.

A **credit** is what the vendor will owe us, a **reward** what it earns beyond the promise. While \
a period runs both are expected, with the bounds that its remaining days allow; after its end \
they settle, and then are final. Amounts of different currencies are never added up.
"""
