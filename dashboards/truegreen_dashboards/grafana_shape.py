"""Faults in the shape of a dashboard's JSON that Grafana would show late, or never.

Grafana loads almost anything: two panels with one id, overlapping panels, a target without a
name or a legacy key are dropped or misread in silence. So a board is looked at before it
leaves.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from truegreen_dashboards.layout import COLUMNS, Cell, overlapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["faults"]

LEGACY_KEYS = frozenset(
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
PANEL_TYPES = frozenset(
    {"barchart", "bargauge", "row", "stat", "state-timeline", "table", "text", "timeseries"}
)
TRANSFORMATIONS = frozenset({"filterFieldsByName", "merge", "organize", "sortBy"})
_LONGEST_UID = 40

# Decoded JSON: what it holds is what is being asked here.
Json = dict[str, Any]


def faults(dashboard: Json) -> tuple[str, ...]:
    """Return what is wrong with a dashboard, as sentences; nothing for a sound one."""
    return tuple(_faults(dashboard))


def _faults(dashboard: Json) -> Iterator[str]:
    panels: list[Json] = dashboard["panels"]
    if not 1 <= len(dashboard["uid"]) <= _LONGEST_UID:
        yield f"uid {dashboard['uid']!r} is empty or longer than {_LONGEST_UID} characters"
    if dashboard["schemaVersion"] != 42 or dashboard["editable"]:  # noqa: PLR2004  see grafana
        yield "the dashboard is editable or of another schema than 42"
    for again in _repeated(panel["id"] for panel in panels):
        yield f"panel id {again} is used more than once"
    cells = [Cell(**panel["gridPos"]) for panel in panels]
    for cell in cells:
        if cell.x < 0 or cell.x + cell.w > COLUMNS:
            yield f"{cell} stands outside the {COLUMNS} columns"
    for one, other in overlapping(cells):
        yield f"{one} and {other} overlap"
    for panel in panels:
        yield from (f"panel {panel['title']!r}: {fault}" for fault in _panel(panel))
    for key in sorted(LEGACY_KEYS & set(_keys(dashboard))):
        yield f"legacy key {key!r}"


def _panel(panel: Json) -> Iterator[str]:
    if panel["type"] not in PANEL_TYPES:
        yield f"unknown type {panel['type']!r}"
    if panel["type"] == "row":
        return
    if not panel["title"] or not panel["description"]:
        yield "no title or no description"
    yield from _targets(panel.get("targets", []), needed=panel["type"] != "text")
    for step in panel.get("transformations", []):
        if step["id"] not in TRANSFORMATIONS:
            yield f"unknown transformation {step['id']!r}"
    for steps in _bands(panel):
        values = [step["value"] for step in steps]
        if values[:1] != [None] or values[1:] != sorted(values[1:]):
            yield f"thresholds {values} do not start at null or do not rise"


def _targets(targets: list[Json], *, needed: bool) -> Iterator[str]:
    if needed and not targets:
        yield "no target"
    for again in _repeated(target.get("refId") for target in targets):
        yield f"refId {again!r} is used more than once"
    for target in targets:
        if not target.get("refId") or not target["expr"]:
            yield "a target has no refId or no query"
        if bool(target["instant"]) == bool(target["range"]):
            yield f"target {target['refId']} is neither instant nor range, or both"


def _bands(value: object) -> Iterator[list[Json]]:
    """Yield every list of threshold steps, in defaults and in overrides."""
    if isinstance(value, dict):
        if value.get("mode") == "absolute" and "steps" in value:
            yield value["steps"]
        for inner in value.values():
            yield from _bands(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _bands(inner)


def _keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)


def _repeated(values: Iterable[object]) -> list[object]:
    return [value for value, times in Counter(values).items() if times > 1]
