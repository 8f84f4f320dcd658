"""Boards through Grafana's own SDK: what it does not know, Grafana drops without a word."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import plans
import pytest
from grafana_foundation_sdk.cog import plugins
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from truegreen_dashboards import grafana
from truegreen_dashboards.boards import boards

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import Plan

Json = dict[str, Any]


def lost(text: str) -> list[str]:
    """The places of a dashboard that the SDK does not give back as they were."""
    plugins.register_default_plugins()
    before: Json = json.loads(text)
    after = json.loads(JSONEncoder().encode(Dashboard.from_json(json.loads(text))))
    return list(_differences(before, after, ""))


def _differences(before: object, after: object, at: str) -> Iterator[str]:
    """Yield where `after` lacks what `before` has; what it adds are its own defaults."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key, value in before.items():
            if key not in after:
                yield f"{at}.{key}"
            else:
                yield from _differences(value, after[key], f"{at}.{key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _differences(one, other, f"{at}.{number}")
    elif before != after:
        yield at


def test_no_key_of_any_board_is_lost(acme_plan: Plan) -> None:
    """Grafana's own model of a dashboard, read and written again, holds all that we wrote."""
    for plan in (plans.PLAN, acme_plan):
        assert {board.uid: lost(grafana.text(board)) for board in boards(plan)} == {
            board.uid: [] for board in boards(plan)
        }


@pytest.mark.parametrize(
    ("written", "instead", "where"),
    [
        ('"graphTooltip"', '"graphToolTip"', ".graphToolTip"),
        ('"noValue"', '"noVal"', "defaults.noVal"),
        ('"graphMode"', '"grahpMode"', "options.grahpMode"),
        ('"legendFormat"', '"legendFmt"', "targets.0.legendFmt"),
    ],
)
def test_a_misspelt_key_is_lost(written: str, instead: str, where: str) -> None:
    """The comparison sees a key that Grafana does not know, wherever it stands."""
    text = grafana.text(boards(plans.PLAN)[0])
    assert any(at.endswith(where) for at in lost(text.replace(written, instead)))
