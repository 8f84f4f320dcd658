"""A board as a user of grafanalib writes it: its own classes, and as raw JSON what they lack.

The peer of our way from the model to JSON. It says the same about every panel; `today` brings
either text to schema 42, so that the two can be compared.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import grafanalib.core as g
from grafanalib._gen import write_dashboard

from truegreen_dashboards.board import arrange, panel_id
from truegreen_dashboards.grafana_display import cell_properties, link_to, style_properties, words
from truegreen_dashboards.lint import grafana_vocabulary
from truegreen_dashboards.panels import (
    BarChart,
    BarGauge,
    Column,
    Panel,
    Stat,
    StateTimeline,
    Table,
    Text,
    TimeSeries,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from truegreen_dashboards.board import Board
    from truegreen_dashboards.display import Threshold
    from truegreen_dashboards.layout import Cell
    from truegreen_dashboards.targets import Target

__all__ = ["KINDS", "today", "written"]

KINDS = (BarChart, BarGauge, Stat, StateTimeline, Table, Text, TimeSeries)
"""The kinds of panels that grafanalib has in a form that can be brought to today's schema."""

Json = dict[str, Any]
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
LAST = {"calcs": ["lastNotNull"], "fields": "", "values": False}
BOTTOM = {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": True}


def written(board: Board) -> str:
    """Return a board's JSON text, of grafanalib's objects by grafanalib's own writer."""
    panels: list[Any] = []
    for placed in arrange(board):
        row = placed.row
        number = panel_id(board, f"row/{row.key}")
        panels.append(g.RowPanel(title=row.title, id=number, gridPos=_place(placed.heading)))
        panels += [
            _panel(one, panel_id(board, one.key), cell)
            for one, cell in zip(row.panels, placed.cells, strict=True)
        ]
    dashboard = g.Dashboard(
        title=board.title,
        description=board.description,
        uid=board.uid,
        tags=list(board.tags),
        editable=False,
        graphTooltip=g.GRAPH_TOOLTIP_MODE_SHARED_CROSSHAIR,
        schemaVersion=42,
        refresh=board.refresh,
        time=g.Time(f"now-{board.span}", "now"),
        timezone="browser",
        panels=panels,
    )
    stream = io.StringIO()
    write_dashboard(dashboard, stream)
    return stream.getvalue()


def _place(cell: Cell) -> g.GridPos:
    return g.GridPos(h=cell.h, w=cell.w, x=cell.x, y=cell.y)


def _panel(panel: Panel, number: int, cell: Cell) -> g.Panel:
    usual: Json = {
        "title": panel.title,
        "description": panel.description,
        "id": number,
        "gridPos": _place(cell),
    }
    if isinstance(panel, Text):
        parts = (*([panel.body] if panel.body else []), *(one.body for one in panel.sections))
        return g.Text(content="\n\n".join(parts), **usual)
    usual |= {"dataSource": SOURCE, "targets": [_target(one, panel) for one in panel.asked]}
    match panel:
        case Stat():
            return _stat(panel, usual)
        case TimeSeries():
            return _time_series(panel, usual)
        case BarGauge():
            return _bar_gauge(panel, usual)
        case BarChart():
            return _bar_chart(panel, usual)
        case StateTimeline():
            return _state_timeline(panel, usual)
        case Table():
            return _table(panel, usual)
    raise NotImplementedError(panel)


def _target(target: Target, panel: Panel) -> g.Target:
    return g.Target(
        refId=target.ref,
        expr=target.expr,
        legendFormat=target.legend,
        instant=target.instant,
        format="table" if isinstance(panel, BarChart | Table) else "time_series",
        datasource=SOURCE,
    )


def _bands(thresholds: tuple[Threshold, ...]) -> list[g.Threshold]:
    steps = [(one.colour.value, one.value) for one in thresholds] or [("#8E8E8E", None)]
    return [g.Threshold(colour, n, float(at or 0)) for n, (colour, at) in enumerate(steps)]


def _defaults(panel: Panel, **more: object) -> Json:
    label = f"${{__field.labels.{panel.link.label}}}" if panel.link and panel.link.label else ""
    links = [link_to(panel.link, label)] if panel.link else []
    usual: Json = {"color": {"mode": "thresholds"}, "links": links}
    usual |= {"noValue": panel.quiet or "NO DATA"}
    return usual | {"mappings": [], "unit": "none"} | more


def _styles(panel: Panel) -> list[Json]:
    return [
        {
            "matcher": {"id": "byFrameRefID", "options": one.ref},
            "properties": style_properties(one.style),
        }
        for one in panel.targets
        if one.style
    ]


def _stat(panel: Stat, usual: Json) -> g.Panel:
    return g.Stat(
        colorMode="background" if panel.mappings or panel.thresholds else "none",
        graphMode="area" if panel.sparkline else "none",
        textMode="value_and_name" if panel.named else "auto",
        reduceCalc="lastNotNull",
        format=panel.unit,
        mappings=words(panel.mappings),
        thresholds=_bands(panel.thresholds),
        extraJson={
            "options": {"showPercentChange": False, "wideLayout": True},
            "fieldConfig": {
                "defaults": _defaults(panel, unit=panel.unit, mappings=words(panel.mappings))
            },
        },
        **usual,
    )


def _time_series(panel: TimeSeries, usual: Json) -> g.Panel:
    more: Json = {"color": {"mode": "palette-classic"}, "unit": panel.unit}
    more |= {} if panel.minimum is None else {"min": panel.minimum}
    custom = {
        "spanNulls": False,
        "stacking": {"group": "A", "mode": "normal" if panel.stacked else "none"},
        "thresholdsStyle": {"mode": "dashed" if len(panel.thresholds) > 1 else "off"},
    }
    return g.TimeSeries(
        fillOpacity=60 if panel.stacked else 0,
        lineWidth=2,
        showPoints="auto",
        unit=panel.unit,
        overrides=_styles(panel),
        thresholds=_bands(panel.thresholds),
        tooltipMode="multi",
        tooltipSort="desc",
        extraJson={
            "options": {"legend": BOTTOM},
            "fieldConfig": {"defaults": _defaults(panel, **more) | {"custom": custom}},
        },
        **usual,
    )


def _bar_gauge(panel: BarGauge, usual: Json) -> g.Panel:
    ends = {"min": panel.minimum, "max": panel.maximum}
    more = {name: value for name, value in ends.items() if value is not None}
    return g.BarGauge(
        displayMode="basic",
        thresholds=_bands(panel.thresholds),
        extraJson={
            "options": {
                "namePlacement": "auto",
                "reduceOptions": LAST,
                "showUnfilled": True,
                "sizing": "auto",
                "valueMode": "text",
            },
            "fieldConfig": {
                "defaults": _defaults(panel, unit=panel.unit, **more)
                | {"thresholds": {"mode": "absolute", "steps": _bands(panel.thresholds)}},
                "overrides": _styles(panel),
            },
        },
        **usual,
    )


def _bar_chart(panel: BarChart, usual: Json) -> g.Panel:
    overrides = [
        {
            "matcher": {"id": "byName", "options": one.legend},
            "properties": style_properties(one.style, hidden_in_legend=True),
        }
        for one in panel.targets
        if one.style
    ]
    by = next((one.legend for one in panel.targets if one.ref == panel.sort_by), panel.category)
    columns = {panel.category: panel.category}
    columns |= {_field(one, panel): one.legend for one in panel.targets}
    return g.BarChart(
        barWidth=0.85,
        fillOpacity=85,
        lineWidth=0,
        orientation="horizontal",
        overrides=overrides,
        showValue="never",
        stacking="percent" if panel.share else "normal",
        thresholdSteps=_bands(()),
        tooltipMode="multi",
        transformations=[
            *_joined(columns),
            {"id": "sortBy", "options": {"sort": [{"desc": False, "field": by}]}},
        ],
        extraJson={
            "options": {"xField": panel.category},
            "fieldConfig": {
                "defaults": _defaults(panel, color={"mode": "palette-classic"}, unit=panel.unit)
            },
        },
        **usual,
    )


def _state_timeline(panel: StateTimeline, usual: Json) -> g.Panel:
    return g.StateTimeline(
        fillOpacity=85,
        mappings=words(panel.mappings),
        thresholds=_bands(()),
        extraJson={
            "options": {
                "legend": BOTTOM | {"showLegend": False},
                "tooltip": {"mode": "single", "sort": "none"},
            },
            "fieldConfig": {
                "defaults": _defaults(panel, mappings=words(panel.mappings))
                | {"custom": {"spanNulls": False}}
            },
        },
        **usual,
    )


def _table(panel: Table, usual: Json) -> g.Panel:
    values = {one.ref: _field(one, panel) for one in panel.targets}
    columns = {values.get(one.source, one.source): one.title for one in panel.columns}
    defaults = _defaults(panel)
    del defaults["links"]
    custom = {"cellOptions": {"type": "auto"}, "inspect": False}
    return g.Table(
        overrides=[made for one in panel.columns if (made := _column(one, panel))["properties"]],
        thresholds=_bands(()),
        transformations=_joined(columns),
        sortBy=[g.TableSortByField(displayName=panel.sort_by, desc=panel.descending)],
        extraJson={
            "options": {"cellHeight": "sm"},
            "fieldConfig": {"defaults": defaults | {"custom": custom}},
        },
        **usual,
    )


def _column(column: Column, panel: Table) -> Json:
    matcher = {"id": "byName", "options": column.title}
    return {"matcher": matcher, "properties": cell_properties(column, panel)}


def _field(target: Target, panel: Panel) -> str:
    return "Value" if len(panel.targets) == 1 else f"Value #{target.ref}"


def _joined(columns: dict[str, str]) -> list[Json]:
    order = {name: index for index, name in enumerate(columns)}
    organised = {"excludeByName": {}, "indexByName": order, "renameByName": columns}
    return [
        {"id": "merge", "options": {}},
        {"id": "filterFieldsByName", "options": {"include": {"names": list(columns)}}},
        {"id": "organize", "options": organised},
    ]


_DEFAULTS = {"color", "custom", "links", "mappings", "max", "min", "noValue", "thresholds", "unit"}


_ONLY_OURS = {"exemplar"}
"""What grafanalib's target has no word for."""


def today(text: str) -> Json:
    """Return a dashboard's panels by id, as schema 42 has them: what is older is dropped."""
    return {panel["id"]: _of_today(panel) for panel in json.loads(text)["panels"]}


def _of_today(panel: Json) -> Json:
    kind = panel["type"]
    known = _only(panel, grafana_vocabulary.PANEL)
    if "options" in known:
        known["options"] = _only(known["options"], grafana_vocabulary.OPTIONS[kind])
    if "targets" in known:
        known["targets"] = [
            _only(one, grafana_vocabulary.TARGET.keys() - _ONLY_OURS)
            | {"editorMode": "code", "range": not one["instant"]}
            for one in known["targets"]
        ]
    if kind in {"row", "text"}:
        for name in ("fieldConfig", "targets", "transformations"):
            known.pop(name, None)
        return known
    if not known.get("transformations"):
        known.pop("transformations", None)
    config = known["fieldConfig"]
    defaults = {
        name: one
        for name, one in config["defaults"].items()
        if name in _DEFAULTS and one is not None
    }
    custom = _only(defaults.pop("custom", {}), grafana_vocabulary.CUSTOM.get(kind, {}))
    steps = [
        {"color": one["color"], "value": None if one["value"] == "null" else one["value"]}
        for one in defaults["thresholds"]["steps"]
    ]
    defaults |= {"thresholds": {"mode": "absolute", "steps": steps}}
    defaults |= {"color": _only(defaults["color"], {"mode": str})}
    defaults |= {"custom": custom} if custom else {}
    known["fieldConfig"] = {"defaults": defaults, "overrides": config.get("overrides", [])}
    return known


def _only(found: Json, keys: Collection[str]) -> Json:
    return {name: one for name, one in found.items() if name in keys and one is not None}
