"""Hours of what a plan's rules record every five minutes, as a Prometheus answers.

An hour is the sum of its twelve slices of five minutes, as the rules themselves add them up, so
it has the plan's definitions, exclusions among them, and the rules' accuracy. An hour of which
Prometheus knows nothing has no row; one it knows in part says how many slices it has.

Agreements have good and total. Overruns, of runs of journeys and of step histograms, have an
amount: seconds, or numbers of runs. Their id is `service/origin/part/step/method`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlencode

from truegreen_definitions import names
from truegreen_definitions.grid import GRID_SECONDS
from truegreen_definitions.units import HOUR_SECONDS
from truegreen_exporters.sources.json_rows import at_path, text_of
from truegreen_exporters.sources.rows import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from truegreen_exporters.sources.http_client import HttpClient

__all__ = ["PrometheusHours", "hour_of"]

_PROMISE = (names.SERVICE, names.AGREEMENT, names.KIND)
_OVERRUN = (names.SERVICE, names.ORIGIN, names.PART, names.STEP, names.METHOD)

_Labels: TypeAlias = tuple[str, ...]
_Slices: TypeAlias = "dict[_Labels, dict[int, float]]"


def hour_of(at: float) -> int:
    """Return the beginning of the hour of a moment, both in Unix seconds."""
    return int(at // HOUR_SECONDS) * HOUR_SECONDS


@dataclass(frozen=True, slots=True)
class PrometheusHours:
    """The hours that a server knows.

    Attributes:
        client: Asks.
        url: Address of the server.
    """

    client: HttpClient
    url: str

    def agreements(self, start: int, end: int) -> list[dict[str, str]]:
        """Return the hours of every agreement that lie in a span of Unix seconds, in order.

        Raises:
            SourceError: The server does not answer as a Prometheus does.
        """
        total = self._slices(names.TOTAL_5M.name, _PROMISE, start, end)
        good = self._slices(names.GOOD_5M.name, _PROMISE, start, end)
        found = []
        for promise in sorted(total):
            sums = _by_hour(total[promise])
            # While a total is there, a missing good has counted nothing.
            known = good.get(promise, {})
            goods = _by_hour(
                {at: min(value, known.get(at, 0.0)) for at, value in total[promise].items()}
            )
            service, agreement, _ = promise
            own = {"id": f"{service}/{agreement}", **dict(zip(_PROMISE, promise, strict=True))}
            found += [
                own
                | _hour(hour, len(sums[hour]))
                | {"good": _number(goods[hour]), "total": _number(sums[hour])}
                for hour in sorted(sums)
            ]
        return found

    def overruns(self, start: int, end: int) -> list[dict[str, str]]:
        """Return the hours of all overruns that lie in a span of Unix seconds, in order.

        Raises:
            SourceError: The server does not answer as a Prometheus does.
        """
        told = self._slices(names.OVERRUN_5M.name, _OVERRUN, start, end)
        found = []
        for labels in sorted(told):
            sums = _by_hour(told[labels])
            own = {"id": "/".join(labels), **dict(zip(_OVERRUN, labels, strict=True))}
            found += [
                own | _hour(hour, len(sums[hour])) | {"amount": _number(sums[hour])}
                for hour in sorted(sums)
            ]
        return found

    def _slices(self, metric: str, labels: Sequence[str], start: int, end: int) -> _Slices:
        """Return the counts of every slice that lies in a span, by its end in Unix seconds."""
        query = urlencode(
            {
                "query": metric,
                "start": start + GRID_SECONDS,
                "end": end,
                "step": GRID_SECONDS,
            }
        )
        document = self.client.get(f"{self.url}/api/v1/query_range?{query}", {}).document
        if at_path(document, "$.status") != "success":
            raise SourceError(f"{self.url} answers, but not as a Prometheus does")
        series = at_path(document, "$.data.result")
        found: _Slices = {}
        for one in series if isinstance(series, list) else ():
            said, values = at_path(one, "$.metric"), at_path(one, "$.values")
            if isinstance(said, dict) and isinstance(values, list):
                key = tuple(text_of(said.get(name)) or "" for name in labels)
                # A label that is not asked for, such as who answers now, may have changed.
                found.setdefault(key, {}).update(self._sound(values, start, end))
        return found

    def _sound(self, values: list[Any], start: int, end: int) -> dict[int, float]:
        try:
            counts = [(int(at), float(n)) for at, n in values if start < at <= end]
        except (TypeError, ValueError, OverflowError) as error:
            raise SourceError(f"{self.url} answers with values that are no numbers") from error
        return {at: value for at, value in counts if math.isfinite(value)}


def _by_hour(slices: Mapping[int, float]) -> dict[int, list[float]]:
    found: dict[int, list[float]] = defaultdict(list)
    for at, value in slices.items():
        found[hour_of(at - GRID_SECONDS)].append(value)
    return found


def _hour(hour: int, slices: int) -> dict[str, str]:
    return {"hour": datetime.fromtimestamp(hour, UTC).isoformat(), "slices": str(slices)}


def _number(values: Sequence[float]) -> str:
    """Return a sum with nine decimals at most, as the store keeps them."""
    return f"{math.fsum(values):.9f}".rstrip("0").rstrip(".")
