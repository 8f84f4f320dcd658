"""Boards as Grafana JSON, schema 42: the only module that imports grafanalib.

grafanalib is the object model; its own output is of schema 12, with keys that Grafana has
long dropped. What leaves here holds only keys of today, so no migration runs on it, and the
same board gives the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import grafanalib.core as g
import orjson

from truegreen_dashboards.board import arrange, panel_id
from truegreen_dashboards.grafana_fields import native
from truegreen_dashboards.panels import BarChart, Heatmap, Panel, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_dashboards.board import Board
    from truegreen_dashboards.grafana_display import Json
    from truegreen_dashboards.layout import Cell
    from truegreen_dashboards.targets import Annotation, Noted, Target, Variable

__all__ = ["SCHEMA_VERSION", "dashboard", "text", "written"]

SCHEMA_VERSION = 42
_FORM = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
PROMETHEUS = {"type": "prometheus", "uid": "${datasource}"}
GRAFANA = {"type": "grafana", "uid": "-- Grafana --"}

# What is kept of grafanalib's own; what it has in an older form is added as today's.
_DASHBOARD_KEYS = frozenset(
    {
        "annotations",
        "description",
        "editable",
        "graphTooltip",
        "links",
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
_ROW_KEYS = frozenset({"collapsed", "gridPos", "id", "panels", "title", "type"})
_PANEL_KEYS = frozenset({"datasource", "description", "gridPos", "id", "title"})
_TARGET_KEYS = frozenset(
    {"datasource", "editorMode", "expr", "format", "instant", "legendFormat", "range", "refId"}
)
_VARIABLE_KEYS = frozenset(
    {
        "current",
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
    """Return the JSON text of a board, see `written`."""
    return written(dashboard(board))


def written(made: Json) -> str:
    """Return a dashboard as it is committed: keys sorted, indented, a line break at the end."""
    return orjson.dumps(made, option=_FORM).decode()


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
        annotations=g.Annotations(
            list=[_built_in(), *map(_annotation, board.annotations), *map(_noted, board.noted)]
        ),
        templating=g.Templating(list=[_datasource(), *map(_variable, board.variables)]),
    )
    head = {name: _plain(one) for name, one in _kept(made.to_json_data(), _DASHBOARD_KEYS).items()}
    return head | {"panels": list(_panels(board))}


def _panels(board: Board) -> Iterable[Json]:
    for placed in arrange(board):
        row = g.RowPanel(
            title=placed.row.title,
            id=panel_id(board, f"row/{placed.row.key}"),
            gridPos=_position(placed.heading),
        )
        yield _kept(row.to_json_data(), _ROW_KEYS)
        for panel, cell in zip(placed.row.panels, placed.cells, strict=True):
            yield _panel(board, panel, cell)


def _panel(board: Board, panel: Panel, cell: Cell) -> Json:
    made = g.Panel(
        title=panel.title,
        description=panel.description,
        id=panel_id(board, panel.key),
        gridPos=_position(cell),
        dataSource=PROMETHEUS if panel.targets else None,
    )
    found = _kept(made.panel_json({}), _PANEL_KEYS) | native(panel)
    return (
        found | {"targets": [_target(one, panel) for one in panel.asked]} if panel.asked else found
    )


def _target(target: Target, panel: Panel) -> Json:
    made = g.Target(
        refId=target.ref,
        expr=target.expr,
        legendFormat=target.legend,
        instant=target.instant,
        format=_format(panel),
        datasource=PROMETHEUS,
    )
    more: Json = {"editorMode": "code", "range": not target.instant}
    more |= {"exemplar": True} if target.traced else {}
    return _kept(made.to_json_data(), _TARGET_KEYS) | more


def _format(panel: Panel) -> str:
    if isinstance(panel, BarChart | Table):
        return str(g.TABLE_TARGET_FORMAT)
    return "heatmap" if isinstance(panel, Heatmap) else str(g.TIME_SERIES_TARGET_FORMAT)


def _datasource() -> Json:
    made = g.Template(name="datasource", label="Data source", type="datasource", query="prometheus")
    return _kept(made.to_json_data(), _VARIABLE_KEYS - {"sort"}) | {"current": {}, "regex": ""}


def _variable(variable: Variable) -> Json:
    # Grafana cuts the text at commas, and each piece at its last " : ".
    pieces = (f"{one.title} : {one.value}".replace(",", "\\,") for one in variable.choices)
    made = g.Template(name=variable.name, label=variable.title, type="custom", query="")
    options = [
        {"selected": one.value == variable.default, "text": one.title, "value": one.value}
        for one in variable.choices
    ]
    chosen = [one for one in options if one["selected"]]
    more = {"current": chosen[0] if chosen else {}, "options": options, "query": ", ".join(pieces)}
    return _kept(made.to_json_data(), _VARIABLE_KEYS - {"refresh", "regex", "sort"}) | more


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


def _noted(noted: Noted) -> Json:
    return {
        "datasource": GRAFANA,
        "enable": True,
        "hide": False,
        "iconColor": noted.colour.value,
        "name": noted.name,
        "target": {"limit": 100, "matchAny": False, "tags": [noted.tag], "type": "tags"},
        "type": "tags",
    }


def _built_in() -> Json:
    return {
        "builtIn": 1,
        "datasource": GRAFANA,
        "enable": True,
        "hide": True,
        "iconColor": "rgba(0, 211, 255, 1)",
        "name": "Annotations & Alerts",
        "type": "dashboard",
    }


def _position(cell: Cell) -> Json:
    place: Json = g.GridPos(h=cell.h, w=cell.w, x=cell.x, y=cell.y).to_json_data()
    return place


def _kept(found: Json, keys: frozenset[str]) -> Json:
    """Return the keys of today's schema; a None of grafanalib's defaults means: not set."""
    return {key: value for key in keys if (value := found.get(key)) is not None}


def _plain(value: object) -> object:
    """Return a value with every object of grafanalib's in it as JSON."""
    if isinstance(value, str | int):
        return value
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    made = getattr(value, "to_json_data", None)
    return value if made is None else _plain(made())
