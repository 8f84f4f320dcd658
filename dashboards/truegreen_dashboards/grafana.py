"""Boards as Grafana JSON, schema 42: the only module that imports grafanalib.

grafanalib is the object model; its own output is of schema 12, with keys that Grafana has
long dropped. What leaves here holds only keys of today, so no migration runs on it, and the
same board gives the same bytes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import grafanalib.core as g

from truegreen_dashboards.board import arrange, panel_id
from truegreen_dashboards.grafana_fields import native
from truegreen_dashboards.panels import BarChart, Panel, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_dashboards.board import Board
    from truegreen_dashboards.grafana_display import Json
    from truegreen_dashboards.layout import Cell
    from truegreen_dashboards.targets import Annotation, Target, Variable

__all__ = ["SCHEMA_VERSION", "dashboard", "text"]

SCHEMA_VERSION = 42
PROMETHEUS = {"type": "prometheus", "uid": "${datasource}"}

_DASHBOARD_KEYS = frozenset(
    {
        "annotations",
        "description",
        "editable",
        "graphTooltip",
        "links",
        "panels",
        "refresh",
        "schemaVersion",
        "tags",
        "templating",
        "time",
        "timezone",
        "title",
        "uid",
    }
)
_PANEL_KEYS = frozenset(
    {
        "collapsed",
        "datasource",
        "description",
        "fieldConfig",
        "gridPos",
        "id",
        "options",
        "panels",
        "targets",
        "title",
        "transformations",
        "type",
    }
)
_TARGET_KEYS = frozenset(
    {"datasource", "editorMode", "expr", "format", "instant", "legendFormat", "range", "refId"}
)
_VARIABLE_KEYS = frozenset(
    {
        "current",
        "datasource",
        "definition",
        "hide",
        "includeAll",
        "label",
        "multi",
        "name",
        "options",
        "query",
        "refresh",
        "regex",
        "sort",
        "type",
    }
)


def text(board: Board) -> str:
    """Return the JSON text of a board: keys sorted, indented, a line break at the end."""
    encoded = dashboard(board)
    return json.dumps(encoded, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def dashboard(board: Board) -> Json:
    """Return a board as Grafana's classic dashboard JSON."""
    made = g.Dashboard(
        title=board.title,
        description=board.description,
        uid=board.uid,
        tags=list(board.tags),
        editable=False,
        graphTooltip=g.GRAPH_TOOLTIP_MODE_SHARED_CROSSHAIR,
        schemaVersion=SCHEMA_VERSION,
        refresh=board.refresh,
        time=g.Time(f"now-{board.span}", "now"),
        timezone="browser",
        links=[
            g.DashboardLink(asDropdown=True, includeVars=True, tags=["xla"], title="Boards"),
            *(g.ExternalLink(title=link.title, uri=link.url) for link in board.links),
        ],
        annotations=g.Annotations(list=[_built_in(), *map(_annotation, board.annotations)]),
        templating=g.Templating(list=[_datasource(), *map(_variable, board.variables)]),
        panels=list(_panels(board)),
    )
    return _kept(_plain(made), _DASHBOARD_KEYS)


def _panels(board: Board) -> Iterable[Json]:
    for placed in arrange(board):
        row = g.RowPanel(
            title=placed.row.title,
            id=panel_id(board, f"row/{placed.row.key}"),
            gridPos=_position(placed.heading),
        )
        yield _kept(_plain(row), _PANEL_KEYS - {"targets", "fieldConfig", "transformations"})
        for panel, cell in zip(placed.row.panels, placed.cells, strict=True):
            yield _panel(board, panel, cell)


def _panel(board: Board, panel: Panel, cell: Cell) -> Json:
    made = g.Panel(
        title=panel.title,
        description=panel.description,
        id=panel_id(board, panel.key),
        gridPos=_position(cell),
        dataSource=PROMETHEUS if panel.targets else None,
        targets=[_target(one, panel) for one in panel.asked],
    )
    found = _plain(made.panel_json({})) | native(panel)
    keys = _PANEL_KEYS if panel.targets else _PANEL_KEYS - {"targets", "fieldConfig"}
    keys = keys if found["transformations"] else keys - {"transformations"}
    return _kept(found, keys)


def _target(target: Target, panel: Panel) -> Json:
    tabular = isinstance(panel, BarChart | Table)
    made = g.Target(
        refId=target.ref,
        expr=target.expr,
        legendFormat=target.legend,
        instant=target.instant,
        format=g.TABLE_TARGET_FORMAT if tabular else g.TIME_SERIES_TARGET_FORMAT,
        datasource=PROMETHEUS,
    )
    found = _plain(made) | {"editorMode": "code", "range": not target.instant}
    return _kept(found, _TARGET_KEYS)


def _datasource() -> Json:
    made = g.Template(name="datasource", label="Data source", type="datasource", query="prometheus")
    found = _plain(made) | {"current": {}, "regex": ""}
    return _kept(found, _VARIABLE_KEYS - {"sort"})


def _variable(variable: Variable) -> Json:
    asked = f"label_values({variable.metric}, {variable.label})"
    made = g.Template(
        name=variable.name,
        label=variable.title,
        query=asked,
        dataSource=PROMETHEUS,
        refresh=g.REFRESH_ON_TIME_RANGE_CHANGE,
    )
    chosen = {"selected": True, "text": variable.default, "value": variable.default}
    query = {"query": asked, "refId": f"{variable.name}-values"}
    found = _plain(made) | {"current": chosen, "definition": asked, "query": query, "regex": ""}
    return _kept(found, _VARIABLE_KEYS)


def _annotation(annotation: Annotation) -> Json:
    return {
        "datasource": PROMETHEUS,
        "enable": True,
        "expr": annotation.expr,
        "hide": False,
        "iconColor": annotation.colour.value,
        "name": annotation.name,
        "titleFormat": annotation.title,
    }


def _built_in() -> Json:
    return {
        "builtIn": 1,
        "datasource": {"type": "grafana", "uid": "-- Grafana --"},
        "enable": True,
        "hide": True,
        "iconColor": "rgba(0, 211, 255, 1)",
        "name": "Annotations & Alerts",
        "type": "dashboard",
    }


def _position(cell: Cell) -> g.GridPos:
    return g.GridPos(h=cell.h, w=cell.w, x=cell.x, y=cell.y)


def _plain(made: object) -> Json:
    """Return a grafanalib object as JSON objects, all the way down."""
    encoded = json.dumps(made, default=lambda one: one.to_json_data())
    return cast("Json", json.loads(encoded))  # json.loads gives Any; every caller hands an object


def _kept(found: Json, keys: frozenset[str]) -> Json:
    """Return the keys of today's schema; a None of grafanalib's defaults means: not set."""
    return {key: found[key] for key in sorted(keys & found.keys()) if found[key] is not None}
