"""What the page gets."""

from __future__ import annotations

import json

import plans
import pytest

from truegreen_dashboards.board import arrange
from truegreen_dashboards.boards import boards
from truegreen_dashboards.preview.payload import Sources, payload
from truegreen_definitions.plan.codec import dumps, loads

SOURCES = Sources(prometheus="http://127.0.0.1:9090", alertmanager="")


@pytest.fixture(scope="module")
def document() -> dict:
    """The page's JSON for the hand-made plan."""
    return json.loads(payload(loads(dumps(plans.PLAN, "4f2c9e1")), SOURCES))


def test_the_page_is_told_which_board_is_which(document: dict) -> None:
    """Every board of the page has a role by which its links find it."""
    assert document["uids"] == {
        "executive": "xla-exec",
        "service": "xla-service",
        "vendor": "xla-vendor",
        "operations": "xla-ops",
    }
    assert set(document["uids"].values()) == {one["uid"] for one in document["boards"]}


def test_it_is_the_same_model_that_grafana_gets(document: dict) -> None:
    """Boards, panels, queries and places are those of the panel model."""
    for board, found in zip(boards(plans.PLAN), document["boards"], strict=True):
        assert found["uid"] == board.uid
        assert [row["key"] for row in found["rows"]] == [row.key for row in board.rows]
        panels = [panel for row in found["rows"] for panel in row["panels"]]
        expected = board.panels
        assert [one["key"] for one in panels] == [one.key for one in expected]
        assert [one["kind"] for one in panels] == [type(one).__name__ for one in expected]
        assert [[target["expr"] for target in one["targets"]] for one in panels] == [
            [target.expr for target in one.targets] for one in expected
        ]
        cells = [(c.x, c.w, c.h) for placed in arrange(board) for c in placed.cells]
        assert [(p["cell"]["x"], p["cell"]["w"], p["cell"]["h"]) for p in panels] == cells
        assert all(row["panels"][0]["cell"]["y"] == 0 for row in found["rows"])


def test_colours_are_roles(document: dict) -> None:
    """The page has its own shades for light and dark, so it gets roles and no codes."""
    text = json.dumps(document["boards"])
    assert '"at_risk"' in text
    assert "#E69F00" not in text


def test_names_have_titles(document: dict) -> None:
    """Services, vendors, contracts, teams, agreements and steps are shown by their titles."""
    assert document["titles"] == {
        "service": {"order-to-cash": "Order to cash"},
        "vendor": {"paygate": "PayGate"},
        "contract": {},
        "owner": {"checkout-team": "Checkout team"},
        "agreement": {one.id: one.title for one in plans.PLAN.agreements},
        "step": {"order-to-cash/browse": "Browse", "order-to-cash/pay": "Pay"},
    }
    assert document["revision"] == "4f2c9e1"
