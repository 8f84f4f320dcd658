"""Every board against the metric contract and the plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import plans
import promql_parser as pp
import pytest
import yaml

from truegreen_dashboards.boards import boards
from truegreen_dashboards.boards.domains import folders
from truegreen_dashboards.boards.families import FAMILIES
from truegreen_dashboards.lint import faults
from truegreen_dashboards.lint.labels import filled, result_labels
from truegreen_dashboards.panels import Table, Text
from truegreen_definitions import names
from truegreen_definitions.plan.codec import digest

if TYPE_CHECKING:
    from pathlib import Path

    from truegreen_dashboards.panels import Panel
    from truegreen_definitions.plan import Agreement, Measurement, Plan

BOARDS = boards(plans.PLAN)


def test_the_linter_finds_nothing(acme_plan: Plan) -> None:
    """Boards of a small plan and of the example company keep every rule."""
    assert faults(BOARDS) == ()
    assert faults(boards(acme_plan)) == ()


def test_no_click_leads_to_a_board_that_is_left_out() -> None:
    """A company without vendors and contracts has no Vendor board, and no link to one."""
    alone = boards(replace(plans.PLAN, vendors=(), contracts=()))
    assert names.BoardUid.VENDOR not in {board.uid for board in alone}
    assert faults(alone) == ()


def selectors(expr: str) -> list[pp.VectorSelector]:
    """Every selector of a query."""
    found: list[pp.VectorSelector] = []

    def visit(node: pp.Expr) -> bool:
        if isinstance(node, pp.VectorSelector):
            found.append(node)
        return True

    pp.walk(pp.parse(expr), visit)
    return found


def shown_on(agreement: Agreement, panel: Panel) -> bool:
    """Whether a panel has a series by agreement whose selector this agreement matches."""
    own = {
        names.SERVICE: agreement.service,
        names.AGREEMENT: agreement.name,
        names.KIND: agreement.kind,
        names.WINDOW: agreement.window.label,
    }
    for target in panel.targets:
        expr = filled(target.expr, service=agreement.service)
        if names.AGREEMENT not in (result_labels(expr) or ()):
            continue
        for selector in selectors(expr):
            wanted = {one.name: one.value for one in selector.matchers.matchers}
            same = all(own.get(name, value) == value for name, value in wanted.items())
            if selector.name == names.STATE_OF.name and same:
                return True
    return False


@pytest.mark.parametrize("uid", ["xla-exec", "xla-service"])
def test_every_agreement_is_shown(uid: str, acme_plan: Plan) -> None:
    """The state of every agreement of a plan stands on both boards about them."""
    panels = next(board.panels for board in boards(acme_plan) if board.uid == uid)
    missing = [
        agreement.id
        for agreement in acme_plan.agreements
        if not any(shown_on(agreement, panel) for panel in panels)
    ]
    assert acme_plan.agreements
    assert not missing


def values_on(measurement: Measurement, panel: Panel) -> bool:
    """Whether a panel has the value of a measure, promised or watched."""
    who = names.AGREEMENT if measurement.bound is not None else names.MEASURE
    for target in panel.targets:
        for selector in selectors(filled(target.expr, service=measurement.service)):
            named = [one for one in selector.matchers.matchers if one.name == who]
            if selector.name == names.WINDOW_VALUE.name and any(
                measurement.name in one.value.split("|") for one in named
            ):
                return True
    return False


def test_every_measure_is_shown(acme_plan: Plan) -> None:
    """The value of every measure of a plan stands on the board of its service."""
    whole = replace(plans.PLAN, measurements=(plans.QUICK, plans.LIKED, plans.BACKLOG))
    for plan in (acme_plan, whole):
        panels = next(board.panels for board in boards(plan) if board.uid == "xla-service")
        assert plan.measurements
        for one in plan.measurements:
            assert any(values_on(one, panel) for panel in panels), one.id
    assert faults(boards(whole)) == ()


def rows_of(plan: Plan, uid: str) -> set[str]:
    """The keys of the rows of a board."""
    return {row.key for board in boards(plan) if board.uid == uid for row in board.rows}


def test_rows_follow_the_indicators_in_use() -> None:
    """A plan without journeys or records has no rows about them, and still sound boards."""
    about = {"now", "processes", "reading"}
    assert rows_of(plans.PLAN, "xla-ops") == about | {"sources", "probes", "people"}
    idle = replace(plans.PLAN, journeys=(), sources=())
    assert rows_of(idle, "xla-ops") == about
    assert faults(boards(idle)) == ()
    bare = replace(plans.PLAN, journeys=(), agreements=(plans.AVAILABILITY,))
    rows = rows_of(bare, "xla-service")
    assert rows == {"verdict", "promises", "people", "reading"}
    whole = rows | {"steps", "records", "measures-support"}
    assert rows_of(plans.PLAN, "xla-service") == whole


def test_every_board_says_how_to_read_it(acme_plan: Plan) -> None:
    """The last row of every board explains its words, for who sees it for the first time."""
    for board in boards(acme_plan):
        [text] = [panel for panel in board.rows[-1].panels if panel.key == "reading"]
        assert isinstance(text, Text)
        assert len(text.body) > 300, board.uid


def test_every_board_tells_the_plan_that_runs_and_the_one_it_was_built_from(
    acme_plan: Plan,
) -> None:
    """Each shows every process's revision from the series, a domain's board the company's plan."""
    every = (*boards(acme_plan), *(one for it in folders(acme_plan) for one in it.boards))
    assert len(every) == 5 + len({one.domain for one in acme_plan.services})
    for board in every:
        panels = {panel.key: panel for panel in board.rows[-1].panels}
        running, text = panels["running-plan"], panels["reading"]
        assert isinstance(running, Table)
        assert {"revision", "digest", "component"} < {one.source for one in running.columns}
        assert names.PLAN_INFO.name in running.targets[0].expr
        assert isinstance(text, Text)
        assert f"`{digest(acme_plan)[:12]}`" in text.body
        assert [one.name for one in board.annotations] == ["Pages", "Definitions"]
        assert [one.tag for one in board.noted] == ["deployment", "incident"]


def test_every_board_says_who_answers_where_it_is_written_and_what_to_do(acme_plan: Plan) -> None:
    """Owner or party with its contact, the line of a definition, and a runbook or a command."""
    told = {}
    for board in boards(acme_plan):
        [text] = [panel for panel in board.panels if panel.key == "people"]
        assert isinstance(text, Text)
        told[board.uid] = text.body + "\n".join(one.body for one in text.sections)
    (shop,) = (one for one in acme_plan.services if one.name == "order-to-cash")
    felt = next(one for one in acme_plan.agreements if one.id == "order-to-cash/pay-felt")
    assert felt.alerting.runbook
    for uid in ("xla-exec", "xla-service", "xla-vendor", "xla-finance"):
        assert "Checkout team" in told[uid], uid
        assert f"]({felt.alerting.runbook})" in told[uid], uid
    for uid in ("xla-exec", "xla-service", "xla-finance"):
        assert f"`{shop.origin}`" in told[uid], uid
    for one in acme_plan.contracts:
        assert f"`{one.origin}`" in told["xla-finance"]
        assert (f"`{one.origin}`" in told["xla-vendor"]) == bool(one.vendor)
        assert f"truegreen contract explain {one.party}" in told["xla-finance"]
    for it in (*acme_plan.sources, *acme_plan.journeys):
        assert f"{it.name} |" in told["xla-ops"]
        assert f"`{it.origin}`" in told["xla-ops"]
    assert (
        "| Source ticket-export | **Checkout team**, **People and benefits** |" in told["xla-ops"]
    )
    assert "| Source billing | nobody is told: no promise is judged by it |" in told["xla-ops"]
    for vendor in acme_plan.vendors:
        assert f"### {vendor.title}\n\nContact **{vendor.contact}**" in told["xla-vendor"]


def test_each_family_of_indicators_has_its_row() -> None:
    """A family's row has its measures and its promises, shares too; a table of our own the last."""
    tables = {family.title: min(family.tables) for family in FAMILIES} | {"Other measures": "mine"}
    measures = {
        title: replace(plans.BACKLOG, name=table, parts=replace(plans.BACKLOG.parts, table=table))
        for title, table in tables.items()
    }
    shares = {
        title: replace(
            plans.CSAT,
            id=f"order-to-cash/of-{table}",
            name=f"of-{table}",
            parts=replace(plans.CSAT.parts, table=table),
        )
        for title, table in tables.items()
    }
    shared, measured = tuple(shares.values()), tuple(measures.values())
    for agreements, measurements in ((shared, measured), (shared, ()), ((), measured)):
        plan = replace(plans.PLAN, agreements=agreements, measurements=measurements)
        [board] = [one for one in boards(plan) if one.uid == "xla-service"]
        rows = {row.title: row for row in board.rows if row.key.startswith("measures-")}
        assert list(rows) == list(tables)
        for title, row in rows.items():
            assert any(shown_on(shares[title], one) for one in row.panels) == bool(agreements)
            assert any(values_on(measures[title], one) for one in row.panels) == bool(measurements)
        assert faults(boards(plan)) == ()
    said = "Support and effort, Adoption and self-service, Change and leading indicators, Security"
    assert list(tables)[:6] == [*said.split(", "), "Automation", "Cost"]


def test_every_table_of_the_event_model_is_of_one_family(root: Path) -> None:
    """The families name the library's tables, each once, and no other."""
    library = (root / "definitions" / "library" / "tables").glob("*.yaml")
    known = {
        document["metadata"]["name"]
        for path in library
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))
        if document
    }
    named = [table for family in FAMILIES for table in family.tables]
    assert sorted(named) == sorted(known)


def test_a_stranger_finds_what_is_broken_what_it_costs_since_when_and_whose(
    acme_plan: Plan,
) -> None:
    """The Executive board answers the four questions, and leads on to vendor and money."""
    executive = next(board for board in boards(acme_plan) if board.uid == "xla-exec")
    panels = {panel.key: panel for panel in executive.panels}
    broken = panels["broken"]
    assert isinstance(broken, Table)
    assert [column.title for column in broken.columns] == [
        "Service", "Broken promise", "Since", "Broken for", "Budget left", "Owner", "Vendor",
    ]  # fmt: skip
    assert broken.quiet == "NOTHING IS BROKEN"
    assert {column.link.board for column in broken.columns if column.link} == {"xla-vendor"}
    for key, board in (("at-risk", "xla-finance"), ("risk-by-service", "xla-service")):
        link = panels[key].link
        assert link is not None
        assert link.board == board


def of_vendor(name: str, plan: Plan) -> Plan:
    """A plan in which this vendor has all steps; empty for our own teams."""
    services = tuple(
        replace(one, steps=tuple(replace(step, vendor=name) for step in one.steps))
        for one in plan.services
    )
    return replace(plan, services=services)


def test_closed_periods_cases_and_slas_have_rows_where_plans_have_them(acme_plan: Plan) -> None:
    """Each stands on its board where something is judged or followed, and nowhere else."""
    assert "closed" in rows_of(acme_plan, "xla-exec")
    assert "cases" in rows_of(acme_plan, "xla-vendor")
    assert "worth" in rows_of(acme_plan, "xla-service")
    slas = tuple(one for one in acme_plan.agreements if one.kind == "sla")
    one_sided = replace(acme_plan, agreements=slas, measurements=())
    assert "closed" not in rows_of(one_sided, "xla-exec")
    assert "worth" not in rows_of(one_sided, "xla-service")
    assert "cases" not in rows_of(of_vendor("", acme_plan), "xla-vendor")
    unfollowed = tuple(replace(one, cases=None) for one in acme_plan.services)
    assert "worth" not in rows_of(replace(acme_plan, services=unfollowed), "xla-service")
    assert faults(boards(one_sided)) == ()


def test_revenue_is_weighed_where_it_can_be_counted(acme_plan: Plan) -> None:
    """A bar for each state where a judged service earns by rows that say how much; else none."""

    def bars(**value: object) -> list[str]:
        services = tuple(
            replace(one, values=tuple(replace(it, **value) for it in one.values))  # type: ignore[arg-type]
            for one in acme_plan.services
        )
        (executive, *_) = boards(replace(acme_plan, services=services))
        panels = [one for one in executive.panels if one.key == "closed-revenue"]
        return [target.legend for panel in panels for target in panel.targets]

    words = ["RED", "WATERMELON", "INVERSE", "UNKNOWN", "GREEN"]
    assert bars() == [f"{word}, {{{{currency}}}}" for word in words]
    assert bars(amount="") == bars(), "one channel has a declared worth"
    assert bars(amount="", per_transaction=None) == []
    assert bars(table="", at="") == []


def test_a_score_has_a_column_where_one_is_declared(acme_plan: Plan) -> None:
    """A plan without a score shows none, and its closed periods all the same."""

    def titles(plan: Plan) -> list[str]:
        executive = next(board for board in boards(plan) if board.uid == "xla-exec")
        [table] = [panel for panel in executive.panels if panel.key == "closed-periods"]
        assert isinstance(table, Table)
        return [column.title for column in table.columns]

    unscored = tuple(replace(one, score=None) for one in acme_plan.services)
    told = ["Service", "SLA against XLA", "Watermelon since", "In a row", "SLAs ahead of XLAs"]
    assert titles(acme_plan) == [*told, "XLA score", "Period", "From"]
    assert titles(replace(acme_plan, services=unscored)) == [*told, "Period", "From"]


def test_an_empty_plan_has_boards() -> None:
    """A plan without services gives boards all the same, as before the first definition."""
    empty = replace(plans.PLAN, services=(), agreements=(), journeys=(), vendors=())
    assert [board.uid for board in boards(empty)] == ["xla-exec", "xla-service", "xla-ops"]


def test_boards_about_vendors_and_money_are_there_where_those_are(acme_plan: Plan) -> None:
    """A vendor makes the Vendor board, money the Finance board, and each only the rows it needs."""
    bare = replace(plans.PLAN, contracts=(), journeys=(), agreements=(plans.AVAILABILITY,))
    assert rows_of(bare, "xla-vendor") == {"people", "renewals", "reading"}
    assert rows_of(bare, "xla-finance") == set()
    desk = replace(plans.VENDOR, name=plans.CONTRACT.vendor)
    bound = replace(bare, contracts=(plans.CONTRACT,), vendors=(plans.VENDOR, desk))
    last = {"people", "reading"}
    whole = {"overview", "contract", "agreements", "renewals"}
    assert rows_of(bound, "xla-vendor") == whole | last
    assert rows_of(bound, "xla-finance") == {"now", "contracts"} | last
    assert faults(boards(bound)) == ()
    whole = {"now", "losses", "contracts", "costs", "trust"}
    assert rows_of(acme_plan, "xla-finance") == whole | last


def test_currencies_are_never_added_up(acme_plan: Plan) -> None:
    """Every query about money keeps its currency, so no two currencies meet in one sum."""
    asked = 0
    for board in boards(acme_plan):
        for panel in board.panels:
            for target in panel.asked:
                expr = filled(target.expr, **{one.name: "x" for one in board.variables})
                paid = {
                    one.name
                    for one in selectors(expr)
                    if names.CURRENCY in names.ALL_BY_NAME.get(one.name, names.STATE_OF).labels
                    and one.name not in {names.WINDOW_VALUE.name, names.TARGET.name}
                }
                asked += bool(paid)
                assert not paid or names.CURRENCY in (result_labels(expr) or ()), target.expr
    assert asked > 20


def test_every_service_and_vendor_can_be_chosen(acme_plan: Plan) -> None:
    """Also a vendor without an agreement of its own, which no series names by that label."""
    offered = {
        one.name: {choice.value: choice.title for choice in one.choices}
        for board in boards(acme_plan)
        for one in board.variables
    }
    assert offered == {
        "service": {one.name: one.title for one in acme_plan.services},
        "vendor": {one.name: one.title for one in acme_plan.vendors},
    }
