"""The words of Grafana's JSON that our boards use, schema 42: types, options and their values.

What is not here is a fault, even where Grafana would know it: it drops what it does not know
without a word, so a typing error and a new option look alike, and only one of them is meant.
"""

from __future__ import annotations

from truegreen_dashboards.display import Unit

__all__ = [
    "CALCULATIONS",
    "CUSTOM",
    "DASHBOARD",
    "LEGACY",
    "MATCHERS",
    "OPTIONS",
    "PANEL",
    "PROPERTIES",
    "TARGET",
    "TRANSFORMATIONS",
    "UNITS",
    "VARIABLE",
    "Kinds",
]

Kinds = type | tuple[type, ...] | frozenset[object]
"""What a value may be: of a type, of one of several, or one of these values."""

_NUMBER = (int, float)


def _of(*values: object) -> frozenset[object]:
    return frozenset(values)


DASHBOARD: dict[str, Kinds] = {
    "annotations": dict,
    "description": str,
    "editable": frozenset({False}),
    "graphTooltip": _of(0, 1, 2),
    "links": list,
    "panels": list,
    "refresh": str,
    "schemaVersion": _of(42),
    "tags": list,
    "templating": dict,
    "time": dict,
    "timezone": _of("browser", "utc"),
    "title": str,
    "uid": str,
}
PANEL: dict[str, Kinds] = {
    "collapsed": bool,
    "datasource": dict,
    "description": str,
    "fieldConfig": dict,
    "gridPos": dict,
    "id": int,
    "interval": str,
    "options": dict,
    "panels": list,
    "targets": list,
    "title": str,
    "transformations": list,
    "type": str,
}
TARGET: dict[str, Kinds] = {
    "datasource": dict,
    "editorMode": _of("code"),
    "exemplar": bool,
    "expr": str,
    "format": _of("time_series", "table", "heatmap"),
    "instant": bool,
    "legendFormat": str,
    "range": bool,
    "refId": str,
}
VARIABLE: dict[str, Kinds] = {
    "current": dict,
    "hide": _of(0, 1, 2),
    "includeAll": bool,
    "label": str,
    "multi": bool,
    "name": str,
    "options": list,
    "query": str,
    "refresh": _of(1, 2),
    "regex": str,
    "type": _of("custom", "datasource"),
}

_ORIENTATION = _of("auto", "horizontal", "vertical")
_SHOW_VALUE = _of("auto", "always", "never")
OPTIONS: dict[str, dict[str, Kinds]] = {
    "barchart": {
        "barWidth": _NUMBER,
        "groupWidth": _NUMBER,
        "legend": dict,
        "orientation": _ORIENTATION,
        "showValue": _SHOW_VALUE,
        "stacking": _of("none", "normal", "percent"),
        "tooltip": dict,
        "xField": str,
    },
    "bargauge": {
        "displayMode": _of("basic", "gradient", "lcd"),
        "namePlacement": _of("auto", "top", "left", "hidden"),
        "orientation": _ORIENTATION,
        "reduceOptions": dict,
        "showUnfilled": bool,
        "sizing": _of("auto", "manual"),
        "valueMode": _of("text", "hidden"),
    },
    "gauge": {
        "orientation": _ORIENTATION,
        "reduceOptions": dict,
        "showThresholdLabels": bool,
        "showThresholdMarkers": bool,
        "sizing": _of("auto", "manual"),
    },
    "heatmap": {
        "calculate": frozenset({False}),
        "cellGap": int,
        "color": dict,
        "filterValues": dict,
        "legend": dict,
        "rowsFrame": dict,
        "showValue": _SHOW_VALUE,
        "tooltip": dict,
        "yAxis": dict,
    },
    "row": {},
    "stat": {
        "colorMode": _of("background", "background_solid", "none"),
        "graphMode": _of("none", "area"),
        "justifyMode": _of("auto", "center"),
        "orientation": _ORIENTATION,
        "reduceOptions": dict,
        "showPercentChange": bool,
        "textMode": _of("auto", "value", "value_and_name", "name", "none"),
        "wideLayout": bool,
    },
    "state-timeline": {
        "alignValue": _of("left", "center", "right"),
        "legend": dict,
        "mergeValues": bool,
        "rowHeight": _NUMBER,
        "showValue": _SHOW_VALUE,
        "tooltip": dict,
    },
    "status-history": {
        "colWidth": _NUMBER,
        "legend": dict,
        "rowHeight": _NUMBER,
        "showValue": _SHOW_VALUE,
        "tooltip": dict,
    },
    "table": {"cellHeight": _of("sm", "md", "lg"), "showHeader": bool, "sortBy": list},
    "text": {"content": str, "mode": _of("markdown")},
    "timeseries": {"legend": dict, "tooltip": dict},
}
"""Panel types, each with its options; text is never coloured, so that it can be read."""

CUSTOM: dict[str, dict[str, Kinds]] = {
    "barchart": {"fillOpacity": int, "lineWidth": int},
    "heatmap": {"scaleDistribution": dict},
    "state-timeline": {"fillOpacity": int, "lineWidth": int, "spanNulls": bool},
    "status-history": {"fillOpacity": int, "lineWidth": int},
    "table": {
        "align": _of("auto", "left", "center", "right"),
        "cellOptions": dict,
        "inspect": bool,
    },
    "timeseries": {
        "drawStyle": _of("line", "bars", "points"),
        "fillOpacity": int,
        "lineInterpolation": _of("linear", "smooth", "stepBefore", "stepAfter"),
        "lineWidth": int,
        "showPoints": _of("auto", "always", "never"),
        "spanNulls": bool,
        "stacking": dict,
        "thresholdsStyle": dict,
    },
}

CALCULATIONS = frozenset({"last", "lastNotNull", "max", "mean", "min", "sum"})
MATCHERS = frozenset({"byFrameRefID", "byName"})
PROPERTIES = frozenset(
    {
        "color",
        "custom.cellOptions",
        "custom.hideFrom",
        "custom.lineStyle",
        "custom.width",
        "links",
        "mappings",
        "noValue",
        "thresholds",
        "unit",
    }
)
TRANSFORMATIONS = frozenset({"filterFieldsByName", "merge", "organize", "sortBy"})
UNITS = frozenset(map(str, Unit))
LEGACY = frozenset(
    {
        "__inputs",
        "cacheTimeout",
        "fieldOptions",
        "gnetId",
        "height",
        "hideControls",
        "intervalFactor",
        "minSpan",
        "rows",
        "sharedCrosshair",
        "span",
        "style",
        "tagsQuery",
        "useTags",
    }
)
