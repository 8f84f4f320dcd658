"""Colours, words, links and joins as the pieces of Grafana's field configuration, schema 42."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.display import Colour, Threshold, Unit, ValueMapping

if TYPE_CHECKING:
    from truegreen_dashboards.panels import Column, Panel, Table
    from truegreen_dashboards.targets import BoardLink, Style, Target

__all__ = [
    "LAST",
    "LEGEND",
    "Json",
    "bands",
    "board_url",
    "cell_properties",
    "defaults_of",
    "link_to",
    "made",
    "merged",
    "override",
    "records_links",
    "sorted_by",
    "style_overrides",
    "style_properties",
    "value_field",
    "words",
]

Json = dict[str, object]

LAST: Json = {"calcs": ["lastNotNull"], "fields": "", "values": False}
LEGEND: Json = {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": True}
_NO_DATA = "NO DATA"


def board_url(link: BoardLink, value: str) -> str:
    """Return the URL of another board with its variable set to `value`, in the same time range."""
    chosen = f"var-{link.variable}={value}&" if link.variable else ""
    return f"/d/{link.board}?{chosen}${{__url_time_range}}"


def records_links(panel: Panel, value: str) -> list[Json]:
    """Return the way to the records behind `value` of the chosen service; none where unknown."""
    link = panel.records
    if link is None or not (link.page or link.catalogue):
        return []
    over = f"?window={link.window}" if link.window else ""
    if link.page:
        url, title = f"{link.page}/records/${{service}}/{value}{over}", "Records behind it"
    else:
        url, title = f"{link.catalogue}/${{service}}.html", "What is promised and counted"
    return [{"targetBlank": False, "title": title, "url": url}]


def bands(thresholds: tuple[Threshold, ...]) -> Json:
    """Return threshold steps; the lowest starts at null."""
    lowest = Threshold(value=None, colour=Colour.NO_DATA)
    steps = [{"color": one.colour.value, "value": one.value} for one in thresholds or (lowest,)]
    return {"mode": "absolute", "steps": steps}


def words(mappings: tuple[ValueMapping, ...]) -> list[Json]:
    """Return values mapped to words."""
    options: Json = {
        f"{one.value:g}": {"color": one.colour.value, "index": index, "text": one.text}
        for index, one in enumerate(mappings)
    }
    return [{"options": options, "type": "value"}] if options else []


def link_to(link: BoardLink, value: str) -> Json:
    """Return a data link to another board, its variable set to `value`."""
    return {"targetBlank": False, "title": link.title, "url": board_url(link, value)}


def cell_properties(column: Column, panel: Table) -> list[Json]:
    """Return what sets a column apart from the others."""
    properties: list[Json] = []

    def put(name: str, value: object) -> None:
        properties.append({"id": name, "value": value})

    if column.unit is not Unit.NUMBER:
        put("unit", column.unit)
    if column.missing:
        put("noValue", column.missing)
    if column.width is not None:
        put("custom.width", column.width)
    if column.mappings:
        put("mappings", words(column.mappings))
        put("custom.cellOptions", {"mode": "basic", "type": "color-background"})
    if column.thresholds:
        put("thresholds", bands(column.thresholds))
        put("custom.cellOptions", {"mode": "basic", "type": "color-background"})
    own = panel.link if panel.link and panel.link.label == column.source else None
    ways = [link_to(link, "${__value.raw}")] if (link := column.link or own) else []
    if panel.records and panel.records.of == column.source:
        ways += records_links(panel, "${__value.raw}")
    if ways:
        put("links", ways)
    return properties


def style_overrides(targets: tuple[Target, ...]) -> list[Json]:
    """Return the overrides of the targets that have a style of their own."""
    return [
        override("byFrameRefID", target.ref, style_properties(target.style))
        for target in targets
        if target.style
    ]


def style_properties(style: Style, *, hidden_in_legend: bool = False) -> list[Json]:
    """Return the properties of a style."""
    colour = {"fixedColor": style.colour.value, "mode": "fixed"}
    properties: list[Json] = [{"id": "color", "value": colour}]
    if style.dashed:
        properties.append({"id": "custom.lineStyle", "value": {"dash": [8, 6], "fill": "dash"}})
    if hidden_in_legend and style.colour is Colour.NONE:
        hidden = {"legend": True, "tooltip": True, "viz": False}
        properties.append({"id": "custom.hideFrom", "value": hidden})
    return properties


def override(matcher: str, options: str, properties: list[Json]) -> Json:
    """Return properties for what a matcher finds."""
    return {"matcher": {"id": matcher, "options": options}, "properties": properties}


def value_field(target: Target, panel: Panel) -> str:
    """Return what Grafana calls a target's value once its table is merged with the others."""
    return "Value" if len(panel.targets) == 1 else f"Value #{target.ref}"


def merged(titles: dict[str, str]) -> list[Json]:
    """Return the steps that make one table of all targets: rows joined, columns in order."""
    order: Json = {name: index for index, name in enumerate(titles)}
    organised: Json = {"excludeByName": {}, "indexByName": order, "renameByName": titles}
    return [
        {"id": "merge", "options": {}},
        {"id": "filterFieldsByName", "options": {"include": {"names": list(titles)}}},
        {"id": "organize", "options": organised},
    ]


def sorted_by(field: str) -> Json:
    """Return the step that sorts rows by a field, ascending."""
    return {"id": "sortBy", "options": {"sort": [{"desc": False, "field": field}]}}


def made(kind: str, options: Json, defaults: Json, overrides: list[Json] | None = None) -> Json:
    """Return the native form of a panel."""
    config: Json = {"defaults": defaults, "overrides": overrides or []}
    return {"type": kind, "options": options, "fieldConfig": config}


def defaults_of(
    panel: Panel,
    unit: Unit,
    thresholds: tuple[Threshold, ...],
    mappings: tuple[ValueMapping, ...],
) -> Json:
    """Return what holds for every field of a panel where no override says otherwise."""
    link = panel.link
    value = f"${{__field.labels.{link.label}}}" if link and link.label else ""
    links = [link_to(link, value)] if link else []
    if panel.records:
        links += records_links(panel, f"${{__data.fields.{panel.records.of}}}")
    return {
        "color": {"mode": "thresholds"},
        "links": links,
        "mappings": words(mappings),
        "noValue": panel.quiet or _NO_DATA,
        "thresholds": bands(thresholds),
        "unit": unit,
    }
