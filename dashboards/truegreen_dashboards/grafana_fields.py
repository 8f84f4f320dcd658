"""Panels as Grafana's native options and field configuration: plain JSON, schema 42.

Each kind of panel has one function, here or in the modules beside, and one line in `_FORMS`.
Shapes are those that Grafana 11 and later write themselves, so that no migration runs on them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from truegreen_dashboards.display import Unit
from truegreen_dashboards.grafana_bars import bar_chart, bar_gauge, gauge, heatmap
from truegreen_dashboards.grafana_display import (
    LAST,
    Json,
    cell_properties,
    defaults_of,
    made,
    merged,
    override,
    value_field,
)
from truegreen_dashboards.grafana_times import state_timeline, status_history, time_series
from truegreen_dashboards.panels import (
    BarChart,
    BarGauge,
    Gauge,
    Heatmap,
    Panel,
    Stat,
    StateTimeline,
    StatusHistory,
    Table,
    Text,
    TimeSeries,
)
from truegreen_definitions.errors import InvariantError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["native"]


def native(panel: Panel) -> Json:
    """Return `type`, `options`, `fieldConfig` and, where needed, `transformations` of a panel.

    Raises:
        InvariantError: The kind of panel has no line here.
    """
    form = _FORMS.get(type(panel))
    if form is None:
        raise InvariantError(f"{type(panel).__name__} has no native form")
    return form(panel)


def _stat(panel: Stat) -> Json:
    options: Json = {
        "colorMode": "background" if panel.mappings or panel.thresholds else "none",
        "graphMode": "area" if panel.sparkline else "none",
        "justifyMode": "auto",
        "orientation": "auto",
        "reduceOptions": LAST,
        "showPercentChange": False,
        "textMode": "value_and_name" if panel.named else "auto",
        "wideLayout": True,
    }
    return made("stat", options, defaults_of(panel, panel.unit, panel.thresholds, panel.mappings))


def _table(panel: Table) -> Json:
    defaults = defaults_of(panel, Unit.NUMBER, (), ())
    del defaults["links"]
    defaults["custom"] = {"align": "auto", "cellOptions": {"type": "auto"}, "inspect": False}
    options: Json = {
        "cellHeight": "sm",
        "showHeader": True,
        "sortBy": [{"desc": panel.descending, "displayName": panel.sort_by}],
    }
    values = {target.ref: value_field(target, panel) for target in panel.targets}
    titles = {values.get(one.source, one.source): one.title for one in panel.columns}
    overrides = [
        override("byName", one.title, cell_properties(one, panel)) for one in panel.columns
    ]
    found = made("table", options, defaults, [one for one in overrides if one["properties"]])
    return found | {"transformations": merged(titles)}


def _text(panel: Text) -> Json:
    content = "\n\n".join(
        (*([panel.body] if panel.body else []), *(s.body for s in panel.sections))
    )
    return {"type": "text", "options": {"content": content, "mode": "markdown"}}


# Each form takes its own kind of panel, which a mapping's type cannot say.
_FORMS: dict[type[Panel], Callable[[Any], Json]] = {
    BarChart: bar_chart,
    BarGauge: bar_gauge,
    Gauge: gauge,
    Heatmap: heatmap,
    Stat: _stat,
    StateTimeline: state_timeline,
    StatusHistory: status_history,
    Table: _table,
    Text: _text,
    TimeSeries: time_series,
}
