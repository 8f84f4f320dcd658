"""Faults in a dashboard's JSON that Grafana would show late, or never.

Grafana loads almost anything: a misspelt option, two panels with one id, a target without a
name or a legacy key are dropped or misread in silence. So what leaves is looked at as JSON too,
by itself: nothing here knows the model that it was made from, but for its vocabulary.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from truegreen_dashboards.layout import COLUMNS, Cell, overlapping
from truegreen_dashboards.lint import grafana_vocabulary as words
from truegreen_dashboards.lint.grafana_fields import field_faults
from truegreen_dashboards.lint.grafana_parts import Json, misfits, objects
from truegreen_dashboards.lint.labels import UnsoundError, filled, result_labels
from truegreen_dashboards.lint.promql_calls import MARKS, fixed_rates, uncounted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["faults"]

_LONGEST_UID = 40
_SOURCE = {"type": "prometheus", "uid": "${datasource}"}
_SOURCE_LABEL = "Data source"
_ASKED = re.compile(r"\$\{?([A-Za-z_]\w*)")
_BUILT_IN = {"__range", "__rate_interval"}


def faults(dashboard: Json) -> tuple[str, ...]:
    """Return what is wrong with a dashboard, as sentences; nothing for a sound one."""
    return tuple(_faults(dashboard))


def _faults(dashboard: Json) -> Iterator[str]:
    yield from misfits(dashboard, words.DASHBOARD)
    panels: list[Json] = dashboard["panels"]
    if not 1 <= len(dashboard["uid"]) <= _LONGEST_UID:
        yield f"uid {dashboard['uid']!r} is empty or longer than {_LONGEST_UID} characters"
    for key in sorted(words.LEGACY & {key for one in objects(dashboard) for key in one}):
        yield f"legacy key {key!r}"
    yield from _variables(dashboard["templating"]["list"])
    yield from _places(panels)
    known = {one["name"]: _example(one) for one in dashboard["templating"]["list"]}
    for panel in panels:
        yield from (f"panel {panel['title']!r}: {fault}" for fault in _panel(panel, known))


def _variables(variables: list[Json]) -> Iterator[str]:
    if [one["name"] for one in variables if one["type"] == "datasource"] != ["datasource"]:
        yield "there is no variable `datasource`, or another one of its type"
    if any(one["type"] == "datasource" and one["label"] != _SOURCE_LABEL for one in variables):
        yield f"the variable of the data source is not labelled {_SOURCE_LABEL!r}"
    for one in variables:
        yield from (f"variable {one['name']!r}: {fault}" for fault in misfits(one, words.VARIABLE))
        if one["type"] == "custom" and one["options"] and one["current"] not in one["options"]:
            yield f"variable {one['name']!r} begins with what is no choice of it"


def _places(panels: list[Json]) -> Iterator[str]:
    for again in _repeated(panel["id"] for panel in panels):
        yield f"panel id {again} is used more than once"
    cells = [Cell(**panel["gridPos"]) for panel in panels]
    for cell in cells:
        if cell.x < 0 or cell.w < 1 or cell.x + cell.w > COLUMNS:
            yield f"{cell} stands outside the {COLUMNS} columns"
    for one, other in overlapping(cells):
        yield f"{one} and {other} overlap"


def _panel(panel: Json, variables: dict[str, str]) -> Iterator[str]:
    yield from misfits(panel, words.PANEL)
    kind = panel["type"]
    if kind not in words.OPTIONS:
        yield f"unknown type {kind!r}"
        return
    if kind == "row":
        return
    if not panel["title"] or not panel["description"]:
        yield "no title or no description"
    yield from misfits(panel["options"], words.OPTIONS[kind])
    yield from _reduced(panel["options"])
    yield from _targets(panel.get("targets", []), variables, needed=kind != "text")
    yield from field_faults(panel.get("fieldConfig", {"defaults": {}, "overrides": []}), kind)
    for step in panel.get("transformations", []):
        if step["id"] not in words.TRANSFORMATIONS:
            yield f"unknown transformation {step['id']!r}"
    if kind != "text" and panel.get("datasource") != _SOURCE:
        yield f"data source {panel.get('datasource')!r} is not the board's own"


def _reduced(options: Json) -> Iterator[str]:
    for name in options.get("reduceOptions", {}).get("calcs", []):
        if name not in words.CALCULATIONS:
            yield f"unknown calculation {name!r}"


def _targets(targets: list[Json], variables: dict[str, str], *, needed: bool) -> Iterator[str]:
    if needed and not targets:
        yield "no target"
    for again in _repeated(target.get("refId") for target in targets):
        yield f"refId {again!r} is used more than once"
    for target in targets:
        yield from misfits(target, words.TARGET)
        if not target.get("refId") or not target.get("expr"):
            yield "a target has no refId or no query"
            continue
        if bool(target["instant"]) == bool(target["range"]):
            yield f"target {target['refId']} is neither instant nor range, or both"
        if target["datasource"] != _SOURCE:
            yield f"target {target['refId']} has a data source of its own"
        yield from (f"target {target['refId']} {fault}" for fault in _query(target, variables))


def _query(target: Json, variables: dict[str, str]) -> Iterator[str]:
    for name in sorted(set(_ASKED.findall(target["expr"])) - _BUILT_IN - set(variables)):
        yield f"asks ${name}, which is no variable"
    for function in fixed_rates(filled(filled(target["expr"], **MARKS), **variables)):
        yield f"takes {function}() over a fixed range"
    yield from uncounted(filled(target["expr"], **variables))
    try:
        result_labels(filled(target["expr"], **variables))
    except ValueError as error:
        yield f"does not parse: {error}"
    except UnsoundError as error:
        yield f"cannot mean what it says: {error}"


def _example(variable: Json) -> str:
    value = variable.get("current", {}).get("value")
    return value if isinstance(value, str) and value else "x"


def _repeated(values: Iterable[object]) -> list[object]:
    return [value for value, times in Counter(values).items() if times > 1]
