"""Mutation of journeys: what assertions see, and what they do not."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pages import pages
from raw_servers import secure, serving, trusting
from shopping import CARD, orders_in, plan_for, shop

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.plan import Assertion, BrowserVisit, DataRows, Request
from truegreen_synthetics.http.responses import Response
from truegreen_synthetics.mutants import mutants_of, page_mutants
from truegreen_synthetics.mutation import mutate, mutate_and_tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from truegreen_definitions.plan import Plan


@pytest.fixture(scope="module")
def open_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The URL of a shop and its file of orders."""
    orders = tmp_path_factory.mktemp("shop") / "orders.jsonl"
    with shop(orders) as (url, _):
        yield url, orders


def quick(url: str) -> Plan:
    """Return the shop's plan with a patience of a quarter second."""
    plan = plan_for(url)
    (journey,) = plan.journeys
    levels = {"satisfied_seconds": 0.15, "tolerated_seconds": 0.3, "timeout_seconds": 3.0}
    steps = tuple(replace(step, **levels) for step in journey.steps)  # type: ignore[arg-type]
    return replace(plan, journeys=(replace(journey, steps=steps),))


def test_mutants_are_one_change_each() -> None:
    """Every leaf of the answer is taken out and changed once; the answer itself stays."""
    body = {"a": 1, "b": {"c": "x", "d": [True, False]}, "e": None}
    answer = Response(200, {}, json.dumps(body).encode())
    found = {one.what: one.spoil(answer) for one in mutants_of(answer, 0.0)}
    assert found["status 500"].status == 500
    assert found["empty body"].body == b""
    assert found["$.b.c missing"].document() == {**body, "b": {"d": [True, False]}}
    assert found["$.a changed"].document() == {**body, "a": -2}
    assert found["$.b.d[0] changed"].document() == {**body, "b": {"c": "x", "d": [False, False]}}
    assert found["$.e changed"].document() == {**body, "e": "mutant"}
    assert len(found) == 2 + 2 * 4 + 1
    assert json.loads(answer.body) == body


def test_gaps_are_what_no_assertion_is_about(
    open_shop: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Statuses, delays and asserted fields are seen; a field nobody asks for is a gap."""
    monkeypatch.setenv("TEST_CARD", CARD)
    verdicts = mutate(quick(open_shop[0]), "buy-something", writes=True)
    seen = {(one.step, one.what): one.seen for one in verdicts}
    for step in ("browse", "checkout", "pay"):
        assert seen[step, "status 500"]
        assert seen[step, "empty body"]
        assert seen[step, "later than tolerated"]
    assert seen["browse", "$.items[0].sku missing"]
    assert seen["checkout", "$.total missing"]
    assert seen["pay", "$.state changed"]
    assert not all(seen.values())
    robots = [one for one in orders_in(open_shop[1]).values() if one["synthetic"]]
    # Also where a mutant hid or changed the order's id.
    assert robots
    assert {one["state"] for one in robots} == {"cancelled"}


def test_an_assertion_closes_its_gap(
    open_shop: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taking an assertion away opens exactly the gap that it closed."""
    monkeypatch.setenv("TEST_CARD", CARD)
    plan = quick(open_shop[0])
    (journey,) = plan.journeys
    bare = replace(journey.steps[0], asserts=(), extract=())
    closed = replace(
        bare,
        asserts=(
            Assertion(
                subject="json",
                path="$.items[0].sku",
                operator="matches",
                operand='"^[a-z]+-[0-9]+$"',
            ),
        ),
    )
    found = {}
    for name, step in (("bare", bare), ("closed", closed)):
        one = replace(plan, journeys=(replace(journey, steps=(step,), cleanup=()),))
        found[name] = {v.what for v in mutate(one, "buy-something") if not v.seen}
    assert found["bare"] - found["closed"] == {
        "$.items[0].sku missing",
        "$.items[0].sku changed",
        "empty body",
    }
    assert found["closed"] < found["bare"]


def test_pages_of_a_browser_are_spoiled_on_their_way(tool: Callable[[str], str]) -> None:
    """A page's status, delay and words are seen where an assertion is about them, and only there.

    What a step opens in a browser goes through the proxy like every other answer.
    """
    pytest.importorskip("playwright")
    tool("chromium")
    with pages() as site:
        plan = plan_for(site.url)
        (journey,) = plan.journeys
        visit = BrowserVisit(path="/paid", gestures=())
        levels = {"satisfied_seconds": 5.0, "tolerated_seconds": 5.0, "timeout_seconds": 60.0}
        some = Assertion(subject="size", path="", operator="gt", operand="3")
        step = replace(journey.steps[0], action=visit, asserts=(some,), extract=(), **levels)  # type: ignore[arg-type]
        one = replace(plan, journeys=(replace(journey, steps=(step,), cleanup=()),))
        verdicts = mutate(one, journey.name, sandbox=os.geteuid() != 0)
    assert {v.what: v.seen for v in verdicts} == {
        "status 500": True,
        "empty page": True,  # the step asks for four characters
        "other words on the page": False,  # and not for any words
        "later than tolerated": True,
    }


def test_other_words_leave_what_makes_a_page_as_it_is() -> None:
    """Only texts that a person reads are exchanged: no tag, comment, script, style or title."""
    kept = b"<title>A</title><!-- b --><script>if (c < 1) {}</script><style>p {}</style>"
    page = Response(200, {"content-type": "text/html"}, kept + b"<p title='d'>e <b>f</b>\n</p>")
    (found,) = (one for one in page_mutants(0.0) if one.what.startswith("other words"))
    assert found.spoil(page).body == kept + b"<p title='d'>mutant<b>mutant</b>\n</p>"
    picture = Response(200, {"content-type": "image/svg+xml"}, b"<text>g</text>")
    assert all(one.spoil(picture) is picture for one in page_mutants(0.0))


def test_a_journey_that_is_not_green_is_not_mutated(
    open_shop: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A journey that fails as it is says so; one that is not there too."""
    monkeypatch.setenv("TEST_CARD", CARD)
    plan = quick(open_shop[0])
    (journey,) = plan.journeys
    never = replace(journey.steps[0], satisfied_seconds=1e-9, tolerated_seconds=1e-9)
    slow = replace(plan, journeys=(replace(journey, steps=(never,), cleanup=()),))
    with pytest.raises(TerminalError, match="as it is: it is slower than tolerated"):
        mutate(slow, "buy-something")
    with pytest.raises(TerminalError, match="no journey 'nothing'"):
        mutate(quick(open_shop[0]), "nothing")
    with pytest.raises(TerminalError, match="add --writes where that is allowed"):
        mutate(plan, "buy-something")


def test_a_certificate_that_ends_soon_is_a_mutant_over_tls(
    certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an assertion about the certificate nothing sees it; with one the mutant is seen."""
    context = trusting(certificates, "good")
    monkeypatch.setattr("truegreen_synthetics.fault_proxy.trusted_by_default", lambda: context)
    plan = quick("http://127.0.0.1:1")
    (journey,) = plan.journeys
    found = {}
    soon = Assertion(subject="certificate", path="", operator="ge", operand="86400")
    for asserts in ((), (soon,)):
        with serving(*[secure(certificates, "good")] * 20) as server:
            url = server.url.replace("http://127.0.0.1", "https://localhost")
            ask = Request(method="GET", path="/", json="", headers=())
            step = replace(journey.steps[0], action=ask, asserts=asserts, extract=())
            one = replace(journey, target=url, steps=(step,), cleanup=())
            verdicts = mutate(replace(plan, journeys=(one,)), "buy-something")
        found[bool(asserts)] = {v.what: v.seen for v in verdicts}
    what = "a certificate that ends within a day"
    assert found[False][what] is False
    assert found[True][what] is True


def test_the_result_is_told_with_its_share(
    open_shop: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first line has the share, the others a gap each."""
    monkeypatch.setenv("TEST_CARD", CARD)
    plan = quick(open_shop[0])
    (journey,) = plan.journeys
    one = replace(plan, journeys=(replace(journey, steps=journey.steps[:1], cleanup=()),))
    all_seen, text = mutate_and_tell(one, "buy-something")
    head, *gaps = text.splitlines()
    assert not all_seen
    assert head.startswith("buy-something: ")
    assert "mutants were seen (" in head
    assert all(gap.startswith("  browse: nothing sees $") for gap in gaps)


def test_a_journey_with_rows_is_mutated_with_its_first_row(open_shop: tuple[str, Path]) -> None:
    """What its requests take from rows has a value in every run."""
    plan = quick(open_shop[0])
    ask = Request(method="GET", path="/${page}", json="", headers=())
    step = replace(plan.journeys[0].steps[0], action=ask)
    rows = DataRows(columns=("page",), rows=(("products",), ("nowhere",)), csv="")
    one = replace(plan.journeys[0], steps=(step,), cleanup=(), data=rows)
    assert mutate(replace(plan, journeys=(one,)), "buy-something")
