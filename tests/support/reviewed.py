"""A review made by hand, beside the hand-made plan: one service, one month, few figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from plans import AVAILABILITY, CONTRACT, CSAT, PAY_FELT, PLAN, QUICK, SERVICE, TEAM, VENDOR

from truegreen_dashboards.report.model import Heading, Points, Section, Sentence, Table
from truegreen_dashboards.report.subject import Receipts, Subject
from truegreen_definitions.plan import Judged, KnownIssue, Raci, Records
from truegreen_definitions.reviews import Promise, Review, ReviewedPeriod, ReviewedService

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_definitions.plan import Plan, Service

__all__ = [
    "AT",
    "DESK",
    "ISSUE",
    "RACI",
    "SERVED",
    "company",
    "month",
    "promise",
    "review",
    "rows",
    "said",
    "subject",
    "words",
]

AT = datetime(2026, 11, 15, 12, tzinfo=UTC)

assert isinstance(CSAT.parts, Records)
SERVED = replace(
    CSAT,
    id="order-to-cash/customers-served",
    name="customers-served",
    title="Customers served well",
    sampling="census",
    objective=Decimal("0.95"),
    parts=replace(
        CSAT.parts, per="customer", each=Judged(share=Decimal("0.9"), at_least=3), min_sample=1
    ),
)
"""A promise that counts customers, each judged by their own rows."""

ISSUE = KnownIssue(
    id="KI-7",
    title="The app hangs after paying",
    plan="capture later",
    owner="paygate",
    due=date(2026, 12, 1),
    funding="approved",
)
RACI = Raci(
    responsible="checkout-team",
    accountable="head-of-retail",
    consulted=("paygate", "legal"),
    informed=("board",),
)
DESK = replace(VENDOR, name="desk", title="Deskworks", contact="desk@deskworks.example")


def company(service: Service = SERVICE, **changes: Any) -> Plan:
    """Return the plan: one service, three promises over rows, a vendor's contract."""
    whole: dict[str, Any] = {
        "services": (service,),
        "teams": (TEAM,),
        "vendors": (DESK, VENDOR),
        "agreements": (AVAILABILITY, CSAT, SERVED, PAY_FELT),
        "measurements": (QUICK,),
        "contracts": (CONTRACT,),
    }
    return replace(PLAN, **(whole | changes))


def promise(agreement: str, standing: str, value: float | None = None, **others: Any) -> Promise:
    """Return a promise of the order service in the month; `agreement` is its name there."""
    whole: dict[str, Any] = {
        "agreement": f"{SERVICE.name}/{agreement}",
        "kind": "xla",
        "standing": standing,
        "spent": None,
        "shown": "0 of 0",
        "value": value,
        "basis": "" if value is None else "counted",
    }
    return Promise(**(whole | others))


def month(*promises: Promise, label: str = "2026-10", state: str = "green") -> ReviewedPeriod:
    """Return October, or another month of 2026."""
    number = int(label[5:])
    return ReviewedPeriod(
        label=label,
        start=datetime(2026, number, 1, tzinfo=UTC),
        end=datetime(2026, number + 1, 1, tzinfo=UTC),
        settled=True,
        state=state,
        suspected=False,
        depth=None,
        promises=promises,
    )


def review(*periods: ReviewedPeriod, **others: Any) -> Review:
    """Return the review of October, of the order service over some months."""
    service = ReviewedService(
        service=SERVICE.name,
        periods=periods,
        in_a_row=0,
        score=None,
        worths=(),
        watched=(),
    )
    whole: dict[str, Any] = {
        "unit": "month",
        "label": "2026-10",
        "at": AT,
        "services": (service,),
        "contracts": (),
        "losses": (),
        "outcomes": (),
        "at_stake": (),
        "running": (),
        "prevented": (),
        "savings": (),
        "signals": (),
        "missing": (),
    }
    return Review(**(whole | others))


def subject(found: Review | None = None, plan: Plan | None = None) -> Subject:
    """Return what a section is made of."""
    receipts = Receipts(plan="plan.json", state="records.duckdb", digest=f"{0:064x}")
    return Subject(plan or company(), found or review(), receipts)


def rows(section: Section, caption: str = "") -> list[tuple[str, ...]]:
    """Return the cells of a table as words: colour word, text and what stands under it."""
    table = next(
        one
        for one in section.blocks
        if isinstance(one, Table) and (not caption or one.caption == caption)
    )
    return [
        tuple(" | ".join(filter(None, (cell.word, cell.text, cell.small))) for cell in row)
        for row in table.rows
    ]


def words(blocks: Iterable[object]) -> list[str]:
    """Return what the sentences, points and headings among blocks say."""
    found: list[str] = []
    for one in blocks:
        if isinstance(one, (Sentence, Heading)):
            found.append(one.text)
        elif isinstance(one, Points):
            found += one.texts
        elif isinstance(one, Table) and not one.rows:
            found.append(one.empty)
    return found


def said(section: Section) -> str:
    """Return all of it that is prose, in one line."""
    return " ".join(words(section.blocks))
