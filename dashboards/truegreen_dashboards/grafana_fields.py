"""Panels as Grafana's native options and field configuration: plain JSON, schema 42.

Each kind of panel has one function here and one line in `native`. Shapes are those that
Grafana 11 and later write themselves, so that no migration runs on them.
"""

from __future__ import annotations

from truegreen_dashboards.display import Threshold, Unit, ValueMapping
from truegreen_dashboards.grafana_display import (
    Json,
    bands,
    cell_properties,
    link_to,
    merged,
    override,
    sorted_by,
    style_overrides,
    style_properties,
    value_field,
    words,
)
from truegreen_dashboards.panels import (
    BarChart,
    BarGauge,
    Panel,
    Stat,
    StateTimeline,
    Table,
    Text,
    TimeSeries,
)
from truegreen_definitions.errors import InvariantError

__all__ = ["native"]

_NO_DATA = "NO DATA"
_LAST = {"calcs": ["lastNotNull"], "fields": "", "values": False}
_LEGEND = {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": True}


def native(panel: Panel) -> Json:
    """Return `type`, `options`, `fieldConfig` and, where needed, `transformations` of a panel.

    Raises:
        InvariantError: The kind of panel has no line here.
    """
    match panel:
        case Stat():
            return _stat(panel)
        case TimeSeries():
            return _time_series(panel)
        case BarGauge():
            return _bar_gauge(panel)
        case BarChart():
            return _bar_chart(panel)
        case StateTimeline():
            return _state_timeline(panel)
        case Table():
            return _table(panel)
        case Text():
            return _text(panel)
    raise InvariantError(f"{type(panel).__name__} has no native form")


def _stat(panel: Stat) -> Json:
    options: Json = {
        "colorMode": "background" if panel.mappings or panel.thresholds else "none",
        "graphMode": "area" if panel.sparkline else "none",
        "justifyMode": "auto",
        "orientation": "auto",
        "reduceOptions": _LAST,
        "showPercentChange": False,
        "textMode": "auto",
        "wideLayout": True,
    }
    return _made("stat", options, _defaults(panel, panel.unit, panel.thresholds, panel.mappings))


def _time_series(panel: TimeSeries) -> Json:
    defaults = _defaults(panel, panel.unit, panel.thresholds, ())
    defaults["color"] = {"mode": "palette-classic"}
    defaults["custom"] = {
        "drawStyle": "line",
        "fillOpacity": 60 if panel.stacked else 0,
        "lineInterpolation": "linear",
        "lineWidth": 2,
        "showPoints": "auto",
        "spanNulls": False,
        "stacking": {"group": "A", "mode": "normal" if panel.stacked else "none"},
        "thresholdsStyle": {"mode": "dashed" if len(panel.thresholds) > 1 else "off"},
    }
    if panel.minimum is not None:
        defaults["min"] = panel.minimum
    options: Json = {"legend": _LEGEND, "tooltip": {"mode": "multi", "sort": "desc"}}
    return _made("timeseries", options, defaults, style_overrides(panel.targets))


def _bar_gauge(panel: BarGauge) -> Json:
    defaults = _defaults(panel, panel.unit, panel.thresholds, ())
    defaults |= {
        key: value
        for key, value in (("min", panel.minimum), ("max", panel.maximum))
        if value is not None
    }
    options: Json = {
        "displayMode": "basic",
        "namePlacement": "auto",
        "orientation": "horizontal",
        "reduceOptions": _LAST,
        "showUnfilled": True,
        "sizing": "auto",
        "valueMode": "text",
    }
    return _made("bargauge", options, defaults, style_overrides(panel.targets))


def _bar_chart(panel: BarChart) -> Json:
    defaults = _defaults(panel, panel.unit, (), ())
    defaults["color"] = {"mode": "palette-classic"}
    defaults["custom"] = {"fillOpacity": 85, "lineWidth": 0}
    options: Json = {
        "barWidth": 0.85,
        "groupWidth": 0.7,
        "legend": _LEGEND,
        "orientation": "horizontal",
        "showValue": "never",
        "stacking": "percent" if panel.share else "normal",
        "tooltip": {"mode": "multi", "sort": "none"},
        "xField": panel.category,
    }
    overrides = [
        override("byName", target.legend, style_properties(target.style, hidden_in_legend=True))
        for target in panel.targets
        if target.style
    ]
    by = next((one.legend for one in panel.targets if one.ref == panel.sort_by), panel.category)
    titles = {panel.category: panel.category} | {
        value_field(target, panel): target.legend for target in panel.targets
    }
    made = _made("barchart", options, defaults, overrides)
    return made | {"transformations": [*merged(titles), sorted_by(by)]}


def _state_timeline(panel: StateTimeline) -> Json:
    defaults = _defaults(panel, Unit.NUMBER, (), panel.mappings)
    defaults["custom"] = {"fillOpacity": 85, "lineWidth": 0, "spanNulls": False}
    options: Json = {
        "alignValue": "left",
        "legend": _LEGEND | {"showLegend": False},
        "mergeValues": True,
        "rowHeight": 0.9,
        "showValue": "auto",
        "tooltip": {"mode": "single", "sort": "none"},
    }
    return _made("state-timeline", options, defaults)


def _table(panel: Table) -> Json:
    defaults = _defaults(panel, Unit.NUMBER, (), ())
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
    made = _made("table", options, defaults, [one for one in overrides if one["properties"]])
    return made | {"transformations": merged(titles)}


def _text(panel: Text) -> Json:
    content = "\n\n".join(
        (*([panel.body] if panel.body else []), *(s.body for s in panel.sections))
    )
    return {"type": "text", "options": {"content": content, "mode": "markdown"}}


def _made(kind: str, options: Json, defaults: Json, overrides: list[Json] | None = None) -> Json:
    config: Json = {"defaults": defaults, "overrides": overrides or []}
    return {"type": kind, "options": options, "fieldConfig": config}


def _defaults(
    panel: Panel,
    unit: Unit,
    thresholds: tuple[Threshold, ...],
    mappings: tuple[ValueMapping, ...],
) -> Json:
    link = panel.link
    links = [link_to(link, f"${{__field.labels.{link.label}}}")] if link else []
    return {
        "color": {"mode": "thresholds"},
        "links": links,
        "mappings": words(mappings),
        "noValue": _NO_DATA,
        "thresholds": bands(thresholds),
        "unit": unit,
    }
