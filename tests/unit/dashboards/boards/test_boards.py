"""Every board against the metric contract and the plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import plans
import promql_parser as pp
import pytest

from truegreen_dashboards.boards import boards
from truegreen_dashboards.lint import faults
from truegreen_dashboards.lint.labels import filled, result_labels
from truegreen_definitions import names

if TYPE_CHECKING:
    from truegreen_dashboards.panels import Panel
    from truegreen_definitions.plan import Agreement, Measurement, Plan

BOARDS = boards(plans.PLAN)


def test_the_linter_finds_nothing(acme_plan: Plan) -> None:
    """Boards of a small plan and of the example company keep every rule."""
    assert faults(BOARDS) == ()
    assert faults(boards(acme_plan)) == ()


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


def test_rows_follow_the_indicators_in_use() -> None:
    """A plan without journeys or records has no rows about them, and still sound boards."""
    assert {row.key for row in BOARDS[2].rows} == {"now", "sources", "probes", "processes"}
    idle = boards(replace(plans.PLAN, journeys=(), sources=()))
    assert {row.key for row in idle[2].rows} == {"now", "processes"}
    assert faults(idle) == ()
    bare = replace(plans.PLAN, journeys=(), agreements=(plans.AVAILABILITY,))
    rows = {row.key for row in boards(bare)[1].rows}
    assert rows == {"verdict", "promises", "people"}
    assert {row.key for row in BOARDS[1].rows} == rows | {"steps", "records"}


def test_an_empty_plan_has_boards() -> None:
    """A plan without services gives boards all the same, as before the first definition."""
    empty = replace(plans.PLAN, services=(), agreements=(), journeys=())
    assert [board.uid for board in boards(empty)] == [board.uid for board in BOARDS]
