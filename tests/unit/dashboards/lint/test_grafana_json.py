"""Faults planted into a sound dashboard are found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import plans
import pytest

from truegreen_dashboards import grafana
from truegreen_dashboards.boards import boards
from truegreen_dashboards.lint.grafana_json import faults

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
        # Of the dashboard.
        (put("uid", "x" * 41), "longer than 40"),
        (put("schemaVersion", 12), "schemaVersion is 12"),
        (put("editable", 1), "editable"),
        (put("editable", "yes"), "editable"),
        (put("style", "dark"), "legacy key 'style'"),
        (put("titel", "Executive"), "unknown key 'titel'"),
        (put("refresh", 60), "refresh is 60"),
        (put("templating.list.0.name", "source"), "no variable `datasource`"),
        # Of places and names.
        (put("panels.1.id", 1948759696), "panel id 1948759696"),
        (put("panels.1.gridPos", {"x": 20, "y": 1, "w": 6, "h": 1}), "outside the 24"),
        (put("panels.1.gridPos", {"x": 0, "y": 1, "w": 30, "h": 1}), "outside the 24"),
        (put("panels.2.gridPos", {"x": 0, "y": 1, "w": 6, "h": 5}), "overlap"),
        # Of panels.
        (put("panels.1.type", "singlestat"), "unknown type"),
        (put("panels.1.title", ""), "no title"),
        (put("panels.1.desciption", "x"), "unknown key 'desciption'"),
        (put("panels.1.datasource", "Prometheus"), "datasource is 'Prometheus'"),
        (put("panels.1.datasource", {"type": "prometheus", "uid": "p1"}), "not the board's own"),
        (put("panels.1.options.graphMode", "aera"), "graphMode is 'aera'"),
        (put("panels.1.options.colorMode", "value"), "colorMode is 'value'"),
        (put("panels.1.options.grahpMode", "area"), "unknown key 'grahpMode'"),
        (put("panels.1.options.reduceOptions.calcs.0", "lastNotNul"), "calculation 'lastNotNul'"),
        (put("panels.1.fieldConfig.defaults.unit", "percentunits"), "unit 'percentunits'"),
        (put("panels.1.fieldConfig.defaults.custom", {"drawStyle": "line"}), "key 'drawStyle'"),
        (put("panels.2.fieldConfig.defaults.thresholds.steps.0.value", "null"), "start at null"),
        (put("panels.2.fieldConfig.defaults.thresholds.steps.1.value", "80"), "start at null"),
        (put("panels.10.fieldConfig.defaults.links.0.url", ""), "leads nowhere"),
        (put("panels.14.fieldConfig.overrides.0.matcher.id", "byNme"), "unknown matcher 'byNme'"),
        (put("panels.14.fieldConfig.overrides.0.properties.0.id", "mapping"), "property 'mapping'"),
        (put("panels.14.transformations.0.id", "murge"), "unknown transformation"),
        # Of targets.
        (put("panels.1.targets", []), "no target"),
        (put("panels.1.targets.1.refId", "A"), "refId 'A'"),
        (put("panels.1.targets.0.refId", ""), "no refId"),
        (put("panels.1.targets.0.instant", 1), "instant is 1"),
        (put("panels.1.targets.0.range", 0), "neither instant nor range"),
        (put("panels.1.targets.0.hide", "no"), "unknown key 'hide'"),
        (put("panels.1.targets.0.datasource", {"uid": "other"}), "data source of its own"),
        (put("panels.1.targets.0.expr", "sum(xla:state"), "does not parse"),
        (put("panels.1.targets.0.expr", 'xla:state{service="$servise"}'), "$servise"),
        (put("panels.1.targets.0.expr", "sum(xla:stat)"), "nothing emits it"),
        (put("panels.1.targets.0.expr", "sum(xla_step_outcomes_total)"), "without its rate"),
        (
            put("panels.1.targets.0.expr", "sum(rate(xla_step_outcomes_total[5m]))"),
            "rate() over a fixed range",
        ),
    ],
)
def test_each_fault_is_found(plant: Callable[[Json], None], words: str) -> None:
    """A dashboard with one fault is not sound, and the fault is named."""
    dashboard = json.loads(SOUND)
    plant(dashboard)
    assert words in "; ".join(faults(dashboard))


def put_variable(name: str, value: object) -> Json:
    """The Service board with a fault in its variable."""
    dashboard: Json = json.loads(grafana.text(boards(plans.PLAN)[1]))
    put(f"templating.list.1.{name}", value)(dashboard)
    return dashboard


def test_a_variable_that_begins_elsewhere_is_found() -> None:
    """A value that is not offered would be shown first, and never again."""
    other = {"selected": True, "text": "Payroll", "value": "payroll"}
    assert "no choice of it" in "; ".join(faults(put_variable("current", other)))
    assert "unknown key 'usetags'" in "; ".join(faults(put_variable("usetags", "no")))


def test_a_time_series_with_a_misspelt_style_is_found() -> None:
    """Grafana would draw lines where bars are meant, and say nothing."""
    dashboard: Json = json.loads(grafana.text(boards(plans.PLAN)[1]))
    lines = next(panel for panel in dashboard["panels"] if panel["type"] == "timeseries")
    lines["fieldConfig"]["defaults"]["custom"]["drawStyle"] = "bar"
    assert "drawStyle is 'bar'" in "; ".join(faults(dashboard))


def without(path: str) -> Callable[[Json], None]:
    """A fault: `a.0.b` is not there."""

    def plant(dashboard: Json) -> None:
        at: Any = dashboard
        *way, last = path.split(".")
        for key in way:
            at = at[int(key) if key.isdigit() else key]
        del at[last]

    return plant


RATE = "sum(rate(xla_step_outcomes_total[5m]))"


@pytest.mark.parametrize(
    ("plant", "words"),
    [
        pytest.param(
            put("templating.list.0.label", "Prometheus"), "not labelled", id="template-datasource"
        ),
        pytest.param(
            put("templating.list.1.type", "query"), "type is 'query'", id="template-label-promql"
        ),
        pytest.param(
            put("templating.list.1.type", "query"),
            "type is 'query'",
            id="template-on-time-change-reload",
        ),
        pytest.param(
            put("panels.1.datasource", {"type": "prometheus", "uid": "p1"}),
            "not the board's own",
            id="panel-datasource",
        ),
        pytest.param(put("panels.1.description", ""), "no title", id="panel-title-description"),
        pytest.param(without("panels.3.fieldConfig.defaults.unit"), "no unit", id="panel-units"),
        pytest.param(put("panels.1.targets", []), "no target", id="panel-no-targets"),
        pytest.param(
            put("panels.1.targets.0.datasource", {"type": "loki", "uid": "l"}),
            "data source of its own",
            id="target-logql",
        ),
        pytest.param(
            put("panels.1.targets.0.datasource", {"type": "loki", "uid": "l"}),
            "data source of its own",
            id="target-logql-auto",
        ),
        pytest.param(
            put("panels.1.targets.0.expr", "sum(xla:state"), "does not parse", id="target-promql"
        ),
        pytest.param(
            put("panels.1.targets.0.expr", RATE), "fixed range", id="target-rate-interval"
        ),
        pytest.param(
            put("panels.1.targets.0.expr", "sum(xla_step_outcomes_total)"),
            "without its rate",
            id="target-counter-agg",
        ),
        pytest.param(put("editable", value=True), "editable is True", id="uneditable-dashboard"),
    ],
)
def test_each_rule_of_the_dashboard_linter_is_kept(
    plant: Callable[[Json], None], words: str
) -> None:
    """Thirteen of its seventeen on the Service board's JSON; `query/chosen` is the other four."""
    dashboard: Json = json.loads(grafana.text(boards(plans.PLAN)[1]))
    assert faults(dashboard) == ()
    plant(dashboard)
    assert words in "; ".join(faults(dashboard))
