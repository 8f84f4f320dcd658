"""Inventory: what a Prometheus server has, told by a file, so that `check` needs no server.

Three forms are read, by what the file looks like: the answer of `/api/v1/series` or of
`/api/v1/label/__name__/values` (JSON), an exposition as an application serves it, or a list
of metric names, one a line. A list knows no labels, and nothing is said about them then.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions.errors import TerminalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Inventory", "parse_inventory"]

_SERIES = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(\{.*\})?(?:\s+\S+){0,2}\s*")
_LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:\\.|[^"\\])*)"')
_BOUND = "le"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """The metrics of a server.

    Attributes:
        labels: Names of the labels of each metric; None where the file does not tell.
        bounds: Values of `le` of each histogram's buckets.
    """

    labels: Mapping[str, frozenset[str] | None]
    bounds: Mapping[str, frozenset[str]]


def parse_inventory(text: str, name: str) -> Inventory:
    """Return the inventory of a file's text.

    Raises:
        TerminalError: The text is none of the three forms; the message names the file.
    """
    found = _of_json(text, name) if text.lstrip()[:1] in {"{", "["} else _of_lines(text, name)
    labels: dict[str, frozenset[str] | None] = {}
    bounds: dict[str, frozenset[str]] = {}
    for metric, pairs in found:
        if pairs is None:
            labels.setdefault(metric, None)
            continue
        labels[metric] = (labels.get(metric) or frozenset()) | pairs.keys()
        if _BOUND in pairs:
            bounds[metric] = bounds.get(metric, frozenset()) | {pairs[_BOUND]}
    if not labels:
        raise TerminalError(f"{name} names no metric: {_FORMS}")
    return Inventory(labels=labels, bounds=bounds)


_FORMS = (
    "write the answer of /api/v1/series or /api/v1/label/__name__/values, "
    "an exposition, or a metric name a line"
)


def _of_json(text: str, name: str) -> Iterator[tuple[str, dict[str, str] | None]]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TerminalError(f"{name} is no JSON: {error}") from error
    data = document.get("data") if isinstance(document, dict) else document
    if not isinstance(data, list):
        raise TerminalError(f"{name} has no list of series or names: {_FORMS}")
    return _of_items(data, name)


def _of_items(data: Iterable[object], name: str) -> Iterator[tuple[str, dict[str, str] | None]]:
    for item in data:
        if isinstance(item, str):
            yield item, None
        elif isinstance(item, dict) and isinstance(item.get("__name__"), str):
            pairs = {str(label): str(value) for label, value in item.items()}
            yield pairs.pop("__name__"), pairs
        else:
            raise TerminalError(f"{name} holds {item!r:.60}, neither a name nor a series")


def _of_lines(text: str, name: str) -> Iterator[tuple[str, dict[str, str] | None]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _SERIES.fullmatch(line)
        if found is None:
            raise TerminalError(f"{name}:{number}: {line!r:.60} is no series: {_FORMS}")
        alone = found[0].strip() == found[1]
        yield found[1], None if alone else dict(_LABEL.findall(found[2] or ""))
