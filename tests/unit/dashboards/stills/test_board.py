"""Boards as pictures: from canned answers, with nothing to show, and with hostile words."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest

from truegreen_dashboards import panels as kinds
from truegreen_dashboards.boards import boards
from truegreen_dashboards.panels import Panel
from truegreen_dashboards.stills.answers import Series, View, filled
from truegreen_dashboards.stills.board import KINDS, draw_board
from truegreen_dashboards.titles import titles_of
from truegreen_definitions.errors import RetryableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from truegreen_dashboards.board import Board
    from truegreen_dashboards.targets import Target
    from truegreen_definitions.plan import Plan

END = 1_794_744_000
HOSTILE = "</text><script>alert(1)</script>&\"'\x00\x07\ud7ff"


def view_of(plan: Plan, board: Board, span: int = 3600) -> View:
    """Return how a board is looked at when nothing is chosen."""
    return View(
        end=END,
        span=span,
        scrape_seconds=15,
        variables={one.name: one.default for one in board.variables},
        titles=titles_of(plan),
    )


class Canned:
    """Answers every query alike: two series with every label that boards know."""

    def __init__(self, view: View, labels: Mapping[str, str], values: tuple[float, ...]) -> None:
        self.view, self.labels, self.values = view, labels, values
        self.asked: list[str] = []

    def __call__(
        self, target: Target, *, instant: bool, step: int | None = None
    ) -> tuple[Series, ...]:
        """Note the query, and answer."""
        self.asked.append(filled(target.expr, self.view.values))
        start, end, every = self.view.stretch(step)
        times = [end] if instant else list(range(start, end + 1, every))
        told = [
            Series(
                labels={**self.labels, "le": le},
                points=tuple((at, self.values[n % len(self.values)]) for n, at in enumerate(times)),
            )
            for le in ("0.1", "+Inf")
        ]
        return tuple(told)


def _nothing(*_: object, **__: object) -> tuple[Series, ...]:
    return ()


LABELS = {
    "service": "order-to-cash",
    "agreement": "pay-felt",
    "kind": "xla",
    "step": "pay",
    "vendor": "paygate",
    "owner": "checkout-team",
    "state": "ok",
    "window": "prev_month",
    "currency": "EUR",
    "source": "shop-orders",
    "journey": "buy-something",
    "location": "fra",
}


def test_every_kind_of_panel_can_be_drawn() -> None:
    """What the model has, the pictures have."""
    every = {
        one for one in vars(kinds).values() if isinstance(one, type) and issubclass(one, Panel)
    }
    assert set(KINDS) == every - {Panel}


@pytest.mark.parametrize("values", [(1.0,), (0.0, 1.0, 0.5), (1e9, -5.0), (math.inf,), ()])
def test_a_board_is_one_picture_with_every_panel(
    acme_plan: Plan, values: tuple[float, ...]
) -> None:
    """Whatever the values are it parses, names every panel, and is the same twice."""
    for board in boards(acme_plan):
        view = view_of(acme_plan, board)
        ask = Canned(view, LABELS, values) if values else _nothing
        drawn = draw_board(board, ask, view).svg(alone=True)
        assert drawn == draw_board(board, ask, view).svg(alone=True)
        elements = list(ET.fromstring(drawn).iter())
        places = [str(value) for one in elements for value in one.attrib.values()]
        assert not re.search(r"\b(nan|inf)\b", " ".join(places))
        words = [one.text for one in elements if one.tag.endswith("text")]
        assert {panel.title for panel in board.panels} <= set(words)


def test_no_variable_is_left_in_a_query(acme_plan: Plan) -> None:
    """Every `$name` of every query has a value."""
    for board in boards(acme_plan):
        view = view_of(acme_plan, board)
        ask = Canned(view, LABELS, (1.0,))
        draw_board(board, ask, view)
        assert ask.asked
        assert [query for query in ask.asked if re.search(r"\$[a-z_]", query)] == []


def test_hostile_labels_are_only_words(acme_plan: Plan) -> None:
    """Markup and control characters in labels make no element, and the file still parses."""
    for board in boards(acme_plan):
        view = view_of(acme_plan, board)
        drawn = draw_board(board, Canned(view, dict.fromkeys(LABELS, HOSTILE), (1.0,)), view)
        text = drawn.svg(alone=True)
        assert "<script" not in text
        ET.fromstring(text)


def test_who_does_not_answer_is_told_on_every_panel(acme_plan: Plan) -> None:
    """A board whose Prometheus is silent says so, and never shows a zero."""

    def silent(*_: object, **__: object) -> tuple[Series, ...]:
        raise RetryableError("prometheus does not answer")

    (board, *_) = boards(acme_plan)
    drawn = draw_board(board, silent, view_of(acme_plan, board)).svg()
    asking = [panel for panel in board.panels if panel.asked]
    assert drawn.count("NO ANSWER") == len(asking)


def test_values_are_quoted_in_queries() -> None:
    """A name with quotes stays inside its string; unknown names stay as they are."""
    view = View(end=END, span=900, scrape_seconds=15, variables={"service": 'a"b\\'}, titles={})
    expr = 'x{service="$service"}[$__range] $other'
    assert filled(expr, view.values) == 'x{service="a\\"b\\\\"}[900s] $other'
