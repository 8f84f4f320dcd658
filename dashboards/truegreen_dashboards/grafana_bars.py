"""Gauges, bars and heatmaps as Grafana's native options and field configuration, schema 42."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.display import Colour, Unit
from truegreen_dashboards.grafana_display import (
    LAST,
    LEGEND,
    Json,
    defaults_of,
    made,
    merged,
    override,
    sorted_by,
    style_overrides,
    style_properties,
    value_field,
)

if TYPE_CHECKING:
    from truegreen_dashboards.panels import BarChart, BarGauge, Gauge, Heatmap

__all__ = ["bar_chart", "bar_gauge", "gauge", "heatmap"]


def bar_gauge(panel: BarGauge) -> Json:
    """Return bars from zero."""
    defaults = defaults_of(panel, panel.unit, panel.thresholds, ())
    defaults |= {
        key: value
        for key, value in (("min", panel.minimum), ("max", panel.maximum))
        if value is not None
    }
    options: Json = {
        "displayMode": "basic",
        "namePlacement": "auto",
        "orientation": "horizontal",
        "reduceOptions": LAST,
        "showUnfilled": True,
        "sizing": "auto",
        "valueMode": "text",
    }
    return made("bargauge", options, defaults, style_overrides(panel.targets))


def bar_chart(panel: BarChart) -> Json:
    """Return stacked bars."""
    defaults = defaults_of(panel, panel.unit, (), ())
    defaults["color"] = {"mode": "palette-classic"}
    defaults["custom"] = {"fillOpacity": 85, "lineWidth": 0}
    options: Json = {
        "barWidth": 0.85,
        "groupWidth": 0.7,
        "legend": LEGEND,
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
    found = made("barchart", options, defaults, overrides)
    return found | {"transformations": [*merged(titles), sorted_by(by)]}


def gauge(panel: Gauge) -> Json:
    """Return a dial."""
    defaults = defaults_of(panel, panel.unit, panel.thresholds, ())
    defaults |= {"min": panel.minimum, "max": panel.maximum}
    options: Json = {
        "orientation": "auto",
        "reduceOptions": LAST,
        "showThresholdLabels": False,
        "showThresholdMarkers": True,
        "sizing": "auto",
    }
    return made("gauge", options, defaults)


def heatmap(panel: Heatmap) -> Json:
    """Return counts by bucket and time."""
    defaults = defaults_of(panel, Unit.COUNT, (), ())
    del defaults["links"]
    defaults["custom"] = {"scaleDistribution": {"type": "linear"}}
    colour = {"exponent": 0.5, "mode": "scheme", "reverse": False, "scheme": "Blues", "steps": 32}
    options: Json = {
        "calculate": False,
        "cellGap": 1,
        "color": colour | {"fill": Colour.GOOD.value, "scale": "exponential"},
        "filterValues": {"le": 1e-9},
        "legend": {"show": True},
        "rowsFrame": {"layout": "auto"},
        "showValue": "never",
        "tooltip": {"mode": "single", "yHistogram": False, "showColorScale": True},
        "yAxis": {"axisPlacement": "left", "reverse": False, "unit": panel.unit},
    }
    return made("heatmap", options, defaults)
