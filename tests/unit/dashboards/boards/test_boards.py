"""Both boards against the metric contract and the plan."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

import plans
import pytest
from promql_labels import Unsound, filled, result_labels, selectors

from truegreen_dashboards.boards import boards
from truegreen_dashboards.panels import BarChart, BarGauge, Stat, StateTimeline, Table, TimeSeries
from truegreen_definitions import names

if TYPE_CHECKING:
    from truegreen_dashboards.board import Board
    from truegreen_dashboards.panels import Panel
    from truegreen_dashboards.targets import Target
    from truegreen_definitions.plan import Agreement, Plan

BOARDS = boards(plans.PLAN)
PANELS = [(board, panel) for board in BOARDS for panel in board.panels]
EACH_PANEL = pytest.mark.parametrize(
    ("board", "panel"), PANELS, ids=[f"{board.uid}/{panel.key}" for board, panel in PANELS]
)


def asked(panel: Panel) -> list[Target]:
    """Every target of a panel."""
    whole = [panel.of] if isinstance(panel, Stat) and panel.of else []
    return [*panel.targets, *whole]


def labels(target: Target) -> frozenset[str]:
    """The labels of a target's series."""
    found = result_labels(filled(target.expr, service="order-to-cash"))
    return found or frozenset()


@EACH_PANEL
def test_queries_keep_to_the_contract(board: Board, panel: Panel) -> None:
    """Every query parses; its metrics, labels and joins exist in the names module."""
    for target in asked(panel):
        result_labels(filled(target.expr, service="order-to-cash"))
    for annotation in board.annotations:
        result_labels(annotation.expr)


@EACH_PANEL
def test_what_is_shown_of_a_series_is_there(board: Board, panel: Panel) -> None:
    """Labels in legends, links, table columns and categories are labels of the result."""
    for target in panel.targets:
        found = labels(target)
        assert set(re.findall(r"\{\{(\w+)\}\}", target.legend)) <= found
        assert panel.link is None or panel.link.label in found
    refs = {target.ref for target in panel.targets}
    if isinstance(panel, Table):
        shown = {column.source for column in panel.columns}
        assert refs <= shown or len(refs) == 1  # an info series has nothing but labels
        assert len({labels(target) for target in panel.targets}) == 1
        assert shown - refs <= labels(panel.targets[0])
        assert panel.sort_by in {column.title for column in panel.columns}
    if isinstance(panel, BarChart):
        assert {labels(target) for target in panel.targets} == {frozenset({panel.category})}
        assert panel.sort_by in {"", *refs}


@EACH_PANEL
def test_panels_explain_themselves(board: Board, panel: Panel) -> None:
    """Every panel has a title and a description in whole sentences, and distinct targets."""
    assert panel.title
    assert panel.description.endswith(".")
    refs = [target.ref for target in asked(panel)]
    assert len(set(refs)) == len(refs)


@EACH_PANEL
def test_colours_have_words(board: Board, panel: Panel) -> None:
    """Where a value is coloured by what it means, a word or the number stands beside it."""
    match panel:
        case Stat():
            assert all(mapping.text for mapping in panel.mappings)
            assert panel.mappings or all(band.word for band in panel.thresholds)
        case BarGauge():
            assert all(band.word for band in panel.thresholds)
        case TimeSeries():
            assert all(band.word for band in panel.thresholds[1:])
        case StateTimeline():
            assert panel.mappings


def test_keys_are_unique() -> None:
    """Keys name one panel of a board, and uids one board."""
    for board in BOARDS:
        keys = [panel.key for panel in board.panels]
        assert len(set(keys)) == len(keys)
    assert len({board.uid for board in BOARDS}) == len(BOARDS)


def test_links_lead_somewhere() -> None:
    """A link names a board there is, and a variable of that board."""
    variables = {board.uid: {one.name for one in board.variables} for board in BOARDS}
    links = [panel.link for _, panel in PANELS if panel.link]
    assert links
    assert all(link.variable in variables[link.board] for link in links)


def test_variables_ask_labels_there_are() -> None:
    """A variable's values come from a label that its metric has."""
    for variable in chain.from_iterable(board.variables for board in BOARDS):
        assert variable.label in names.ALL_BY_NAME[variable.metric].labels


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
    """The state of every agreement of a plan stands on each of both boards."""
    panels = next(board.panels for board in boards(acme_plan) if board.uid == uid)
    missing = [
        agreement.id
        for agreement in acme_plan.agreements
        if not any(shown_on(agreement, panel) for panel in panels)
    ]
    assert acme_plan.agreements
    assert not missing


def test_rows_follow_the_indicators_in_use() -> None:
    """A plan without journeys or records has no rows about them, and still sound boards."""
    bare = replace(plans.PLAN, journeys=(), agreements=(plans.AVAILABILITY,))
    rows = {row.key for row in boards(bare)[1].rows}
    assert rows == {"verdict", "promises", "people"}
    assert {row.key for row in BOARDS[1].rows} == rows | {"steps", "records"}


def test_an_empty_plan_has_boards() -> None:
    """A plan without services gives boards all the same, as before the first definition."""
    empty = replace(plans.PLAN, services=(), agreements=(), journeys=())
    assert [board.uid for board in boards(empty)] == [board.uid for board in BOARDS]


@pytest.mark.parametrize(
    ("expr", "reason"),
    [
        ("xla_mony", "in no contract"),
        ('xla:state{step="pay"}', "has no label"),
        ("sum by (vendor) (xla:state)", "aggregated by"),
        ("xla:state and on (vendor) xla_agreement_info", "joined on"),
        ("xla:state * xla:objective:ratio", "never match"),
        ("xla_step_duration_seconds", "histogram"),
    ],
)
def test_the_check_finds_unsound_queries(expr: str, reason: str) -> None:
    """The check that the tests above rest on does refuse what is wrong."""
    with pytest.raises(Unsound, match=reason):
        result_labels(expr)
