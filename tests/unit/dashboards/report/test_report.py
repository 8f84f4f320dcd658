"""The report of the example company's October, as bytes, in a browser, and with hostile words."""

from __future__ import annotations

import html as entities
import os
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from page_audit import judged
from pydantic import TypeAdapter

from truegreen_dashboards.report.compose import compose
from truegreen_dashboards.report.html import drawn, html
from truegreen_dashboards.report.model import Charts
from truegreen_dashboards.report.subject import Receipts, Subject
from truegreen_definitions.reviews import Review, SignalCount

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from truegreen_definitions.plan import Plan

FOLDER = "tests/golden/report/acme-2026-10"
HOSTILE = "</title></svg><script>alert(1)</script>\"'&\x07\u202e"


@pytest.fixture(scope="module")
def october(root: Path) -> Review:
    """What the exporter found of October."""
    text = (root / FOLDER / "review.json").read_bytes()
    return TypeAdapter(Review).validate_json(text)


def subject(plan: Plan, review: Review) -> Subject:
    """Return what a report is made of."""
    receipts = Receipts(plan="build/plan.json", state="records.duckdb", digest=f"{0:064x}")
    return Subject(plan, review, receipts)


def words(page: str) -> str:
    """Return the text of a page, in one line."""
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return " ".join(entities.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_the_month_is_written_as_it_was_looked_at(
    acme_plan: Plan, october: Review, root: Path
) -> None:
    """Page and charts have the bytes of the golden files, twice."""
    report = compose(subject(acme_plan, october))
    found = {"report.html": html(report)}
    for section in report.sections:
        blocks = (one for one in section.blocks if isinstance(one, Charts))
        for place, chart in enumerate(chart for one in blocks for chart in one.charts):
            found[f"{section.key}-{place + 1}.svg"] = drawn(chart).svg(alone=True)
    golden = root / FOLDER / "expected"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.mkdir(exist_ok=True)
        for old in golden.iterdir():
            old.unlink()
        for name, text in found.items():
            (golden / name).write_text(text)
    assert found == {one.name: one.read_text() for one in golden.iterdir()}
    assert html(compose(subject(acme_plan, october))) == found["report.html"]
    for name, text in found.items():
        if name.endswith(".svg"):
            assert ET.fromstring(text).tag.endswith("svg")


def test_the_first_page_says_it_in_plain_sentences(acme_plan: Plan, october: Review) -> None:
    """What happened, what it cost, what is done about it, what nobody knows."""
    (first,) = re.findall(
        r'<section id="in-short">(.*?)</section>',
        html(compose(subject(acme_plan, october))),
        flags=re.DOTALL,
    )
    said = words(first)
    for sentence in (
        "Open enrolment was a watermelon for the third month in a row: its contract was met, and",
        "people were let down. Tickets stay closed: 88.7 %, promised at least 97 %; ",
        "Order to cash kept 5 of the 5 promises that can be judged; 3 cannot be.",
        "1 outage cost 1,510.93 EUR in sales that never came back (with 95 %: 367.96 EUR to",
        "to 2,653.91 EUR). Accountable: PayGate for 1,510.93 EUR.",
        "By their contracts vendors owe us: Deskworks 6,000.00 EUR and SwiftShip 2,864.73 USD.",
        "Plan: move to async capture; PayGate answers; no day is set; funding approved.",
        "Paying feels quick: counted by Prometheus, and no source pulls its hours,",
        "and Prometheus was not asked",
    ):
        assert sentence in said


def test_whatever_is_known_of_a_service_stands_in_it(acme_plan: Plan, october: Review) -> None:
    """Every promise, measure, contract, outage, issue, step and party is named."""
    said = words(html(compose(subject(acme_plan, october))))
    named = [one.title for one in acme_plan.agreements]
    named += [one.title for one in acme_plan.measurements]
    named += [one.title for one in (*acme_plan.vendors, *acme_plan.contracts)]
    named += [one.episode for one in october.losses]
    named += [issue.id for one in acme_plan.services for issue in one.known_issues]
    named += [step.title for one in acme_plan.services for step in one.steps if step.vendor]
    for one in october.services:
        for promise in one.periods[-1].promises:
            named += [promise.agreement, promise.digest[:16]]
    for name in named:
        assert name in said


def test_what_is_hostile_is_only_text(acme_plan: Plan, october: Review) -> None:
    """Names, plans and facts full of markup stay words: no element and no rule comes of them."""
    service = replace(
        acme_plan.services[1],
        title=HOSTILE,
        owner=HOSTILE,
        known_issues=tuple(
            replace(one, title=HOSTILE, plan=HOSTILE, due=date(2026, 1, 1))
            for one in acme_plan.services[1].known_issues
        ),
    )
    plan = replace(
        acme_plan,
        services=(acme_plan.services[0], service),
        agreements=tuple(replace(one, title=HOSTILE) for one in acme_plan.agreements),
        contracts=tuple(replace(one, title=HOSTILE) for one in acme_plan.contracts),
        vendors=tuple(replace(one, title=HOSTILE, contact=HOSTILE) for one in acme_plan.vendors),
    )
    review = replace(
        october,
        services=october.services[1:],
        losses=tuple(replace(one, episode=HOSTILE) for one in october.losses),
        contracts=tuple(replace(one, fault=HOSTILE) for one in october.contracts[:1]),
    )
    receipts = Receipts(plan=HOSTILE, state=HOSTILE, digest="d")
    report = compose(Subject(plan, review, receipts))
    page = html(report)
    assert "<script" not in page
    assert page.count("<title>") == page.count("</title>")
    assert page.count("</style>") == 1
    assert "alert(1)" in words(page)
    for section in report.sections:
        for block in section.blocks:
            for chart in block.charts if isinstance(block, Charts) else ():
                ET.fromstring(drawn(chart).svg(alone=True))


def test_what_is_missing_is_said(acme_plan: Plan, october: Review) -> None:
    """A service without figures, a contract without settlement and an empty ledger have words."""
    empty = replace(
        october,
        services=tuple(replace(one, periods=(), watched=(), worths=()) for one in october.services),
        contracts=tuple(
            replace(one, statements=(), fault="the invoice is not known")
            for one in october.contracts
        ),
        losses=(),
        outcomes=(),
    )
    said = words(html(compose(subject(acme_plan, empty))))
    for sentence in (
        "Open enrolment: nothing was counted in this period.",
        "NO FIGURES",
        "No loss is proven",
        "could not be settled: the invoice is not known.",
        "No outage of this period is in the ledger of losses.",
        "No promise and no measure looks at single customers",
    ):
        assert sentence in said


def test_money_goes_the_way_the_contract_says(acme_plan: Plan, october: Review) -> None:
    """A reward is what we owe the vendor, a credit to a client what we owe them, unsettled so."""
    deskworks, northwind, _, swiftship = october.contracts
    review = replace(
        october,
        contracts=(
            replace(
                deskworks,
                statements=(replace(deskworks.statements[-1], net=Decimal("-2000.00")),),
            ),
            replace(
                northwind,
                statements=(
                    replace(northwind.statements[-1], net=Decimal("600.00"), state="settling"),
                ),
            ),
            replace(swiftship, statements=(replace(swiftship.statements[-1], reviewed=False),)),
        ),
    )
    said = words(html(compose(subject(acme_plan, review))))
    for sentence in (
        "We owe vendors more in rewards than they owe in credits: Deskworks 2,000.00 EUR.",
        "Vendors owe us nothing others are owed 2,000.00 EUR",
        "We owe our client northwind 600.00 EUR.",
        "Some contracts still settle for this period, so these amounts may change.",
        "We owe Deskworks 2,000.00 EUR",
        "It settles by month: none ended in this period.",
    ):
        assert sentence in said


def test_what_prometheus_said_is_named(acme_plan: Plan, october: Review) -> None:
    """Where it was asked, the report says of how much of the period it holds counts."""
    told = SignalCount(
        agreement="order-to-cash/pay-felt", period="2026-10", good=1, total=2, known=0.25
    )
    said = words(html(compose(subject(acme_plan, replace(october, signals=(told,))))))
    assert "of this period it holds: order-to-cash/pay-felt 25 %" in said


def test_axe_finds_nothing_serious(
    acme_plan: Plan, october: Review, tool: Callable[[str], str], tmp_path: Path
) -> None:
    """In the browser nothing bars who sees or moves otherwise, but for what is planted there."""
    tool("chromium")
    page = html(compose(subject(acme_plan, october)))
    planted = '<main><p id="planted" style="color:#ccc;background:#fff">pale</p>'
    (found,) = judged(page.replace("<main>", planted), tmp_path)
    assert found["id"] == "color-contrast"
    assert [one["target"] for one in found["nodes"]] == [["#planted"]]
