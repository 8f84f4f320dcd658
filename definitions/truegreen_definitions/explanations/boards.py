"""Boards that show a part of the plan, read from the boards as they are built.

Boards are made in another room, so nothing is known of them here but the files that an emitter
writes: a panel shows a series when one of its queries selects the metric with labels that fit. A
variable (`$service`) fits everything that it can be set to: the board of one domain lists its own
services alone.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from truegreen_definitions import names
from truegreen_definitions.expressions.promql_selectors import selectors_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from truegreen_definitions.artifacts import Artifact
    from truegreen_definitions.expressions.promql import Matcher

__all__ = ["board_lines"]

_SPAN = re.compile(r"\$\{?__\w+\}?")  # Grafana's own variables stand for spans of time
_SHOWN = 6


def board_lines(
    artifacts: Iterable[Artifact], metrics: Iterable[str], labels: Mapping[str, str]
) -> Iterator[str]:
    """Yield title, path and panels of every board that shows one of these series.

    Args:
        artifacts: Of every emitter.
        metrics: Names of the metrics it has.
        labels: Labels of all of its series.
    """
    wanted = frozenset(metrics)
    for artifact in artifacts:
        if not (artifact.path.startswith("grafana/") and artifact.path.endswith(".json")):
            continue
        board = json.loads(artifact.text)
        if not _can_be_set_to(board, labels):
            continue
        panels = [
            str(panel.get("title") or "untitled")
            for panel in _panels(board.get("panels", ()))
            if any(_shows(query, wanted, labels) for query in _queries(panel))
        ]
        if panels:
            titles = list(dict.fromkeys(panels))
            more = f" and {len(titles) - _SHOWN} more" if len(titles) > _SHOWN else ""
            shown = ", ".join(titles[:_SHOWN])
            yield f"{board['title']} ({_path(board, labels)}): {shown}{more}"


def _can_be_set_to(board: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Return whether every variable that is named like a label lists that label's value."""
    for variable in board.get("templating", {}).get("list", ()):
        offered = {one.get("value") for one in variable.get("options") or ()}
        wanted = labels.get(str(variable.get("name")))
        if wanted and offered and not offered & {wanted, "$__all"}:
            return False
    return True


def _path(board: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    variables = {one.get("name") for one in board.get("templating", {}).get("list", ())}
    service = labels.get(names.SERVICE, "")
    chosen = f"?var-service={quote(service)}" if "service" in variables and service else ""
    return f"/d/{board['uid']}{chosen}"


def _panels(panels: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for panel in panels:
        yield panel
        yield from _panels(panel.get("panels") or ())


def _queries(panel: Mapping[str, Any]) -> Iterator[str]:
    for target in panel.get("targets") or ():
        yield str(target.get("expr", ""))


def _shows(query: str, metrics: frozenset[str], labels: Mapping[str, str]) -> bool:
    return any(
        name in metrics and all(_fits(one, labels) for one in matchers)
        for name, matchers in selectors_in(_SPAN.sub("5m", query))
    )


def _fits(matcher: Matcher, labels: Mapping[str, str]) -> bool:
    """Return whether a matcher lets a series with these labels through."""
    if matcher.label not in labels or "$" in matcher.value:
        return True
    value = labels[matcher.label]
    if matcher.operator in {"=", "!="}:
        return (value == matcher.value) == (matcher.operator == "=")
    return (re.fullmatch(matcher.value, value) is not None) == (matcher.operator == "=~")
