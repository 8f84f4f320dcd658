"""JSON of a dashboard, looked at without knowing what it is meant to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_dashboards.lint.grafana_vocabulary import Kinds

__all__ = ["Json", "misfits", "objects"]

# Decoded JSON: what it holds is what is being asked here.
Json = dict[str, Any]


def misfits(found: Json, known: dict[str, Kinds]) -> Iterator[str]:
    """Yield the keys that nobody knows, and the values that are not of their kind."""
    for key, value in found.items():
        if key not in known:
            yield f"unknown key {key!r}"
        elif not _is(value, known[key]):
            yield f"{key} is {value!r}"


def _is(value: object, kinds: Kinds) -> bool:
    if isinstance(kinds, frozenset):
        return isinstance(value, str | int) and value in kinds
    return isinstance(value, kinds) and (kinds is bool or not isinstance(value, bool))


def objects(value: object) -> Iterator[Json]:
    """Yield every JSON object in a value, itself included."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from objects(inner)
