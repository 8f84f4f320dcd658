"""Asks Prometheus for a board: each distinct query once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from truegreen_dashboards.stills.answers import Series, filled

if TYPE_CHECKING:
    from truegreen_dashboards.preview.upstream import Upstream
    from truegreen_dashboards.stills.answers import View
    from truegreen_dashboards.targets import Target

__all__ = ["Round"]


class Round:
    """The answers of one Prometheus at one moment; every one is kept.

    Args:
        prometheus: Is asked.
        view: The moment, the stretch of time and the variables.
    """

    def __init__(self, prometheus: Upstream, view: View) -> None:
        self._prometheus, self._view = prometheus, view
        self._kept: dict[tuple[str, int], tuple[Series, ...]] = {}

    def __call__(
        self, target: Target, *, instant: bool, step: int | None = None
    ) -> tuple[Series, ...]:
        """Return the series of a target, at the moment or over the stretch.

        Raises:
            RetryableError: Prometheus does not answer, or refuses the query.
        """
        query = filled(target.expr, self._view.values)
        key = query, 0 if instant else step or self._view.step
        if key not in self._kept:
            self._kept[key] = self._asked(query, instant=instant, step=step)
        return self._kept[key]

    def _asked(self, query: str, *, instant: bool, step: int | None) -> tuple[Series, ...]:
        if instant:
            asked = (("query", query), ("time", str(self._view.end)))
            found = self._prometheus.result("/api/v1/query", asked)
            return tuple(_series(one, [one["value"]]) for one in found)
        start, end, every = self._view.stretch(step)
        named = (("query", query), ("start", start), ("end", end), ("step", every))
        found = self._prometheus.result(
            "/api/v1/query_range", tuple((name, str(one)) for name, one in named)
        )
        return tuple(_series(one, one["values"]) for one in found)


def _series(one: dict[str, Any], values: list[Any]) -> Series:
    points = ((float(at), float(text)) for at, text in values)
    kept = tuple(point for point in points if not math.isnan(point[1]))
    return Series(labels=one["metric"], points=kept)
