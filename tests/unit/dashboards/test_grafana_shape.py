"""Faults planted into a sound dashboard are found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import plans
import pytest

from truegreen_dashboards import grafana
from truegreen_dashboards.boards import boards
from truegreen_dashboards.grafana_shape import faults

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
SOUND = grafana.text(boards(plans.PLAN)[0])


def put(path: str, value: object) -> Callable[[Json], None]:
    """A fault: this value at `a.0.b`."""

    def plant(dashboard: Json) -> None:
        at: Any = dashboard
        *way, last = path.split(".")
        for key in way:
            at = at[int(key) if key.isdigit() else key]
        at[int(last) if last.isdigit() else last] = value

    return plant


@pytest.mark.parametrize(
    ("plant", "words"),
    [
        (put("uid", "x" * 41), "longer than 40"),
        (put("schemaVersion", 12), "another schema"),
        (put("editable", 1), "editable"),
        (put("style", "dark"), "legacy key 'style'"),
        (put("panels.1.id", 1948759696), "panel id 1948759696"),
        (put("panels.1.gridPos", {"x": 20, "y": 1, "w": 6, "h": 1}), "outside the 24"),
        (put("panels.2.gridPos", {"x": 0, "y": 1, "w": 6, "h": 5}), "overlap"),
        (put("panels.1.type", "singlestat"), "unknown type"),
        (put("panels.1.title", ""), "no title"),
        (put("panels.1.targets", []), "no target"),
        (put("panels.1.targets.1.refId", "A"), "refId 'A'"),
        (put("panels.1.targets.0.refId", ""), "no refId"),
        (put("panels.1.targets.0.instant", 1), "neither instant nor range"),
        (put("panels.2.fieldConfig.defaults.thresholds.steps.0.value", "null"), "start at null"),
        (put("panels.9.transformations.0.id", "murge"), "unknown transformation"),
    ],
)
def test_each_fault_is_found(plant: Callable[[Json], None], words: str) -> None:
    """A dashboard with one fault is not sound, and the fault is named."""
    dashboard = json.loads(SOUND)
    plant(dashboard)
    assert words in "; ".join(faults(dashboard))
