"""Faults in the field configuration of a panel's JSON: units, thresholds, overrides, links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from truegreen_dashboards.lint import grafana_vocabulary as words
from truegreen_dashboards.lint.grafana_parts import Json, misfits, objects

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["field_faults"]

_VALUED = frozenset({"barchart", "bargauge", "gauge", "stat", "timeseries"})
# Another board, or a page of its own address: the live page's records, or the catalogue.
_LINK = re.compile(r"/d/[\w-]+\?\S+|https?://[^\s/]+/\S+")


def field_faults(config: Json, kind: str) -> Iterator[str]:
    """Yield what is wrong with the `fieldConfig` of a panel of a kind."""
    yield from misfits(config["defaults"].get("custom", {}), words.CUSTOM.get(kind, {}))
    yield from _overrides(config["overrides"])
    if kind in _VALUED and "unit" not in config["defaults"]:
        yield "no unit"
    for unit in _named("unit", config):
        if unit not in words.UNITS:
            yield f"unknown unit {unit!r}"
    for steps in _bands(config):
        values = [step["value"] for step in steps]
        numbers = [value for value in values[1:] if isinstance(value, int | float)]
        if values[:1] != [None] or numbers != values[1:] or numbers != sorted(numbers):
            yield f"thresholds {values} do not start at null or do not rise"
    for links in _named("links", config):
        for link in links:
            if not _LINK.fullmatch(link.get("url", "")):
                yield f"link {link.get('title')!r} leads nowhere"


def _overrides(overrides: list[Json]) -> Iterator[str]:
    for override in overrides:
        if override["matcher"]["id"] not in words.MATCHERS:
            yield f"unknown matcher {override['matcher']['id']!r}"
        for one in override["properties"]:
            if one["id"] not in words.PROPERTIES:
                yield f"unknown property {one['id']!r}"


def _bands(config: Json) -> Iterator[list[Json]]:
    """Yield every list of threshold steps, in defaults and in overrides."""
    return (one["steps"] for one in objects(config) if one.get("mode") == "absolute")


def _named(name: str, config: Json) -> Iterator[Any]:
    """Yield the values of a key, and those that overrides give the property of that name."""
    for one in objects(config):
        if name in one:
            yield one[name]
        if one.get("id") == name:
            yield one["value"]
