"""The pages of the service catalogue."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import plans
import pytest

from truegreen_dashboards.catalogue.emitter import CATALOGUE
from truegreen_dashboards.catalogue.pages import page, page_paths
from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.plan import CriticalPeriod, KnownIssue, Outcome, Raci, TransactionValue

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan

VOID = {"meta", "link", "br"}


class Words(HTMLParser):
    """The text of a page; refuses tags that do not close."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note an open tag and where it leads."""
        if tag not in VOID:
            self.open.append(tag)
        self.links += [value for name, value in attributes if name == "href" and value]

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.words.append(data)


def read(text: str) -> tuple[str, list[str]]:
    """Return the words and links of a page that is well formed."""
    parser = Words()
    parser.feed(text)
    parser.close()
    assert parser.open == []
    return re.sub(r"\\s+", " ", " ".join(parser.words)), parser.links


FULL = replace(
    plans.SERVICE,
    priority=1,
    outcome=Outcome(kind="revenue", goal="protect revenue"),
    raci=Raci(responsible="checkout-team", accountable="head-of-retail", consulted=("paygate",)),
    critical_periods=(CriticalPeriod(calendar="month-end-close", factor=Decimal("1.5")),),
    values=(
        TransactionValue(
            channel="web",
            currency="EUR",
            per_transaction=Decimal("84.20"),
            table="",
            amount="",
            margin=Decimal("0.31"),
        ),
    ),
    known_issues=(
        KnownIssue(
            id="KI-7",
            title="retries <time out>",
            plan="move to async",
            owner="paygate",
            due=date(2026, 12, 15),
            funding="approved",
        ),
    ),
)
PLAN = replace(plans.PLAN, services=(FULL,))


def test_everything_about_a_service_is_on_its_page() -> None:
    """Outcome, worth, promises, steps, parties and known issues are said in titles."""
    words, links = read(page(PLAN, "order-to-cash.html"))
    for said in (
        "protect revenue",
        "84.20 EUR a transaction , margin 31%",
        "Checkout team",
        "PayGate",
        "retries <time out>",
        "move to async",
        "2026-12-15",
        "top process 1",
        *(one.title for one in PLAN.agreements),
        *(step.title for step in FULL.steps),
    ):
        assert said.replace(" ,", ",") in words.replace(" ,", ","), said
    assert "/d/xla-service?var-service=order-to-cash" in links


def test_every_promise_says_what_it_covers_and_how_much(acme_plan: Plan) -> None:
    """Shares and values alike are promised, and a promise about a part of the events says which."""
    (own,) = (one for one in acme_plan.services if one.name == "order-to-cash")
    part = tuple(
        replace(one, scope="region = 'eu' < 1") if one.id == "order-to-cash/csat" else one
        for one in acme_plan.agreements
    )
    words, links = read(page(replace(acme_plan, agreements=part), f"{own.name}.html"))
    assert "at least 85 %" in words
    assert "at most 3d" in words
    assert "only where region = 'eu' < 1" in re.sub(r"\s+", " ", words)
    assert "Cost of an order" in words, "what it costs is measured"
    assert f"{acme_plan.policy.boards_url}/d/xla-finance" in links


def test_pages_lead_only_to_pages_there_are(acme_plan: Plan) -> None:
    """Links of the example company's pages name files of the catalogue, a board or a runbook."""
    paths = page_paths(acme_plan)
    promised = (*acme_plan.agreements, *acme_plan.measurements)
    runbooks = {one.alerting.runbook for one in promised} - {""}
    assert len(runbooks) > 5
    found = {
        link for path in paths if path.endswith(".html") for link in read(page(acme_plan, path))[1]
    }
    assert runbooks <= found
    for path in paths:
        if path.endswith(".html"):
            _, links = read(page(acme_plan, path))
            assert all(
                link in {*paths, *runbooks} or link.startswith(("/d/xla-service", "/d/xla-finance"))
                for link in links
            )


def test_a_bare_service_has_a_page() -> None:
    """What nobody declared is left out or said to be missing, never an empty cell."""
    bare = replace(plans.PLAN, agreements=(), journeys=(), teams=(), vendors=())
    words, _ = read(page(bare, "order-to-cash.html"))
    assert "Nothing is promised yet." in words
    assert "None is known." in words
    assert "No service is declared yet." in read(page(replace(bare, services=()), "index.html"))[0]


def test_the_index_puts_top_processes_first() -> None:
    """Within a domain services stand by priority, then by criticality."""
    second = replace(plans.SERVICE, name="b", title="Second", priority=2)
    critical = replace(plans.SERVICE, name="c", title="Critical", criticality=5, priority=None)
    least = replace(plans.SERVICE, name="a", title="Least", criticality=1, priority=None)
    services = (least, second, critical, replace(FULL, title="First"))
    words, _ = read(page(replace(plans.PLAN, services=services), "index.html"))
    found = [words.index(title) for title in ("First", "Second", "Critical", "Least")]
    assert found == sorted(found)


def test_an_unknown_page_is_refused() -> None:
    """A name that is no service's has no page."""
    with pytest.raises(KeyError):
        page(plans.PLAN, "nobody.html")


def test_the_build_has_every_page_and_the_same_bytes() -> None:
    """Each file is an artefact below `catalogue/`, and a second build changes none."""
    made = CATALOGUE.emit(PLAN, BuildInfo())
    assert {one.path for one in made} == {f"catalogue/{path}" for path in page_paths(PLAN)}
    assert made == CATALOGUE.emit(PLAN, BuildInfo(revision="4f2c"))


def test_an_address_of_the_boards_stands_before_links() -> None:
    """With a Policy that says where boards are, the button works from any host."""
    policy = replace(plans.POLICY, boards_url="https://grafana.example")
    _, links = read(page(replace(PLAN, policy=policy), "order-to-cash.html"))
    assert "https://grafana.example/d/xla-service?var-service=order-to-cash" in links
