"""Panels over time as Grafana's native options and field configuration, schema 42."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.display import Unit
from truegreen_dashboards.grafana_display import LEGEND, Json, defaults_of, made, style_overrides

if TYPE_CHECKING:
    from truegreen_dashboards.panels import StateTimeline, StatusHistory, TimeSeries

__all__ = ["state_timeline", "status_history", "time_series"]


def time_series(panel: TimeSeries) -> Json:
    """Return lines over time."""
    defaults = defaults_of(panel, panel.unit, panel.thresholds, ())
    defaults["color"] = {"mode": "palette-classic"}
    defaults["custom"] = {
        "drawStyle": "line",
        "fillOpacity": 60 if panel.stacked else 0,
        "lineInterpolation": "linear",
        # An area that is nothing would be a line on top of all others.
        "lineWidth": 0 if panel.stacked else 2,
        "showPoints": "auto",
        "spanNulls": False,
        "stacking": {"group": "A", "mode": "normal" if panel.stacked else "none"},
        "thresholdsStyle": {"mode": "dashed" if len(panel.thresholds) > 1 else "off"},
    }
    if panel.minimum is not None:
        defaults["min"] = panel.minimum
    options: Json = {"legend": LEGEND, "tooltip": {"mode": "multi", "sort": "desc"}}
    return made("timeseries", options, defaults, style_overrides(panel.targets))


def state_timeline(panel: StateTimeline) -> Json:
    """Return lines of words."""
    defaults = defaults_of(panel, Unit.NUMBER, (), panel.mappings)
    defaults["custom"] = {"fillOpacity": 85, "lineWidth": 0, "spanNulls": False}
    options: Json = {
        "alignValue": "left",
        "legend": LEGEND | {"showLegend": False},
        "mergeValues": True,
        "rowHeight": 0.9,
        "showValue": "auto",
        "tooltip": {"mode": "single", "sort": "none"},
    }
    return made("state-timeline", options, defaults)


def status_history(panel: StatusHistory) -> Json:
    """Return cells of words."""
    defaults = defaults_of(panel, Unit.NUMBER, (), panel.mappings)
    defaults["custom"] = {"fillOpacity": 85, "lineWidth": 0}
    options: Json = {
        "colWidth": 0.9,
        "legend": LEGEND | {"showLegend": False},
        "rowHeight": 0.9,
        "showValue": "auto",
        "tooltip": {"mode": "single", "sort": "none"},
    }
    return made("status-history", options, defaults) | {"interval": panel.every}
