"""How long what an agreement is counted from is kept: samples in Prometheus, rows of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.plan import Records, Signal

if TYPE_CHECKING:
    from truegreen_definitions.kinds import Asked
    from truegreen_definitions.plan import Values

__all__ = ["kept_seconds"]


def kept_seconds(asked: Asked, parts: Signal | Records | Values) -> int:
    """Return how long all that parts are counted from is kept; 0 for ever."""
    if isinstance(parts, Signal):
        return int(asked.policy.prometheus.retention)
    tables = {parts.table}
    if not isinstance(parts, Records) and parts.over is not None:
        tables.add(parts.over.table)
    keeps = (asked.catalog.tables[name].model.spec.keep for name in sorted(tables))
    return min((int(keep.rows) for keep in keeps if keep and keep.rows), default=0)
