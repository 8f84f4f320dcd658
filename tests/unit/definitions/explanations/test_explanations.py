"""What follows from a definition, held against the rules and boards themselves."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from truegreen_dashboards.emitter import BOARDS
from truegreen_definitions.artifacts import Artifact, BuildInfo
from truegreen_definitions.catalog import build_catalog
from truegreen_definitions.catalog.loader import read_folder, read_library
from truegreen_definitions.emitters.rules import rule_groups, rules_path
from truegreen_definitions.emitters.rules.rule import Alert, Recording
from truegreen_definitions.explanations import explain, json_text, known_ids, text
from truegreen_definitions.explanations.boards import board_lines
from truegreen_definitions.plan import Dependency, Records
from truegreen_definitions.units import parse_window

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from truegreen_definitions.explanations import Explanation
    from truegreen_definitions.plan import Plan


@pytest.fixture(scope="module")
def explained(acme_plan: Plan, root: Path) -> Callable[[str], tuple[Explanation, ...]]:
    """Explains an id of the example company, with its boards."""
    catalog, _ = build_catalog(read_folder(root / "definitions" / "acme"), read_library())
    boards = tuple(BOARDS.emit(acme_plan, BuildInfo()))
    return lambda wanted: explain(acme_plan, wanted, catalog.indicators, boards)


def _facts(found: Explanation) -> dict[str, tuple[str, ...]]:
    return {fact.name: fact.lines for fact in found.facts}


def test_every_id_is_explained(
    acme_plan: Plan, explained: Callable[[str], tuple[Explanation, ...]], root: Path
) -> None:
    """Each id that is offered stands for something, which is defined on a line of a file."""
    catalog, _ = build_catalog(read_folder(root / "definitions" / "acme"), read_library())
    ids = known_ids(acme_plan, catalog.indicators)
    assert {"order-to-cash", "order-to-cash/pay", "buy-something", "csat", "paygate"} <= set(ids)
    for one in ids:
        found = explained(one)
        assert found
        assert all(explanation.origin.line > 0 for explanation in found)


def test_a_promise_tells_what_backs_it_and_what_it_backs(acme_plan: Plan) -> None:
    """Dependencies are told with their promises, what is left of them, and from the other side."""
    month = parse_window("month")
    backed = (
        Dependency(on="shopfast", by="vendor", objective=Decimal("0.9995"), window=month),
        Dependency(on="order-to-cash/pay-felt", by="us", objective=Decimal("0.99"), window=month),
    )
    agreements = tuple(
        replace(one, depends_on=backed) if one.name == "availability" else one
        for one in acme_plan.agreements
    )
    plan = replace(acme_plan, agreements=agreements)
    (above,) = explain(plan, "order-to-cash/availability", {}, ())
    assert _facts(above)["depends on"] == (
        "shopfast: 99.95% over month",
        "order-to-cash/pay-felt: 99% over month",
        "they back 98.9505% over 30d, 99% where they fail at the same moments",
    )
    (vendor,) = explain(plan, "shopfast", {}, ())
    assert _facts(vendor)["promises to"] == ("order-to-cash/availability: 99.95% over month",)
    (below,) = explain(plan, "order-to-cash/pay-felt", {}, ())
    assert _facts(below)["needed by"] == ("order-to-cash/availability: 99.9% over 30d, SLA",)


def test_an_agreement_names_all_its_rules(
    acme_plan: Plan, explained: Callable[[str], tuple[Explanation, ...]]
) -> None:
    """Every recorded metric and every alert of every agreement is named, and nothing else."""
    for agreement in acme_plan.agreements:
        service = acme_plan.service(agreement.service)
        facts = _facts(explained(agreement.id)[0])
        groups = rule_groups(acme_plan, service)
        own = [
            (group.name, rule)
            for group in groups
            for rule in group.rules
            if (rule.labels.get("service"), rule.labels.get("agreement"))
            == (agreement.service, agreement.name)
        ]
        metrics = {rule.metric.name for _, rule in own if isinstance(rule, Recording)}
        assert {line.split(" ")[0] for line in facts["series"]} == metrics
        alerts = [rule for _, rule in own if isinstance(rule, Alert)]
        assert [line.split(" ")[0] for line in facts["alerts"]] == [str(a.name) for a in alerts]
        assert not any("{{" in line for line in facts["alerts"])
        files = {rules_path(service), *(f"group {name}" for name, _ in own)}
        assert set(facts["rules"]) == files
        assert facts["good"] == (agreement.parts.good,)
        measured = "records" if isinstance(agreement.parts, Records) else "signal"
        assert facts["measured by"][0].startswith(measured)


def test_every_agreement_is_on_a_board(
    acme_plan: Plan, explained: Callable[[str], tuple[Explanation, ...]]
) -> None:
    """Each agreement names boards that show it, one of them opened at its service."""
    for agreement in acme_plan.agreements:
        boards = _facts(explained(agreement.id)[0])["boards"]
        assert any(f"var-service={agreement.service})" in line for line in boards)


def test_webhooks_are_not_shown_whole(
    acme_plan: Plan, explained: Callable[[str], tuple[Explanation, ...]]
) -> None:
    """The path of a webhook may hold a secret, so only its host is shown."""
    for team in acme_plan.teams:
        (found,) = explained(team.name)
        shown = text(found)
        urls = [way.webhook for way in (team.page, team.ticket) if way and way.webhook]
        assert all(url not in shown for url in urls)


def test_text_and_json_say_the_same(
    explained: Callable[[str], tuple[Explanation, ...]],
) -> None:
    """Every line of the JSON stands in the text, below the name of its fact."""
    found = explained("order-to-cash/pay-felt")
    (document,) = json.loads(json_text(found))["explanations"]
    shown = text(found[0])
    assert (document["id"], document["what"]) == ("order-to-cash/pay-felt", "agreement")
    for name, lines in document["facts"].items():
        assert f"  {name}:" in shown
        assert all(part in shown for line in lines for part in line.splitlines())
    assert document["facts"]["accountable"] == ["PayGate (paygate), noc@paygate.example"]


def _board(expr: str, variables: tuple[str, ...] = ()) -> Artifact:
    board = {
        "uid": "b",
        "title": "Board",
        "templating": {"list": [{"name": name} for name in variables]},
        "panels": [{"title": "row", "panels": [{"title": "P", "targets": [{"expr": expr}]}]}],
    }
    return Artifact(path="grafana/b.json", text=json.dumps(board))


@pytest.mark.parametrize(
    ("expr", "shows"),
    [
        ("sum(m)", True),
        ('m{service="$service"}', True),
        ('m{service="shop",window!="1h"}', True),
        ('m{service=~"sho.*"}', True),
        ('m{service="other"}', False),
        ('m{service!="shop"}', False),
        ('m{service!~"s.*"}', False),
        ("mm or other:m", False),
        ('x{service="shop"} / m{service="other"}', False),
        ('x{service="other"} / m{service="shop"}', True),
    ],
)
def test_a_panel_shows_what_its_query_selects(expr: str, shows: bool) -> None:  # noqa: FBT001
    """A series is shown where a selector of its metric lets its labels through."""
    lines = list(board_lines([_board(expr)], ["m"], {"service": "shop"}))
    assert lines == (["Board (/d/b): P"] if shows else [])


def test_a_board_is_opened_at_the_service() -> None:
    """The path sets the variable of a board that has one."""
    board = _board("m", ("service",))
    assert list(board_lines([board], ["m"], {"service": "a b"})) == [
        "Board (/d/b?var-service=a%20b): P"
    ]


def test_a_board_of_another_domain_is_not_named(
    acme_plan: Plan, explained: Callable[[str], tuple[Explanation, ...]]
) -> None:
    """Whoever opens a board that is named finds the service among those it can be set to."""
    boards = [
        json.loads(one.text)
        for one in BOARDS.emit(acme_plan, BuildInfo())
        if one.path.startswith("grafana/") and one.path.endswith(".json")
    ]
    listed = {
        board["uid"]: {option["value"] for option in variable["options"]}
        for board in boards
        for variable in board["templating"]["list"]
        if variable["name"] == "service"
    }
    assert len(set(map(frozenset, listed.values()))) > 1, "the example has boards of domains"
    for agreement in acme_plan.agreements:
        lines = _facts(explained(agreement.id)[0])["boards"]
        opened = [uid for uid in listed if any(f"(/d/{uid}?" in line for line in lines)]
        assert opened
        assert all(agreement.service in listed[uid] for uid in opened)


def test_a_channel_names_formula_and_inputs(
    explained: Callable[[str], tuple[Explanation, ...]], root: Path
) -> None:
    """The line of a channel, what its orders are, and each number that money at risk is made of."""
    (found,) = explained("order-to-cash/app")
    facts = _facts(found)
    lines = (root / "definitions" / "acme" / found.origin.path).read_text().splitlines()
    assert lines[found.origin.line - 1].strip() == "- channel: app"
    assert "channel = 'app'" in facts["transactions"][0]
    assert "  pay-felt: bad share x 60%; its budget is 1%" in facts["value at risk"]
    assert "critical factor = 1.5 in month-end-close, else 1" in facts["value at risk"]
    assert facts["reported in"] == ("EUR, as it is",)
    assert "xla:value_at_risk:per_minute" in facts["series"]
    assert "xla_expected_value_per_minute" in facts["exported"]


def test_a_term_is_explained_in_money(explained: Callable[[str], tuple[Explanation, ...]]) -> None:
    """What an agreement costs by a contract is told tier by tier, by hand: 8000 x 50% x 50%."""
    (found,) = explained("deskworks-2026/open-enrolment/stays-closed")
    facts = _facts(found)
    assert facts["credits"] == (
        "below 97%: 2,000.00 EUR, 25% of the pool",
        "below 90%: 4,000.00 EUR, 50% of the pool",
    )
    assert facts["missed again"] == ("x 1.5",)
    assert "xla_contract_line" in facts["exported"]
