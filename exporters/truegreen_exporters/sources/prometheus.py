"""Hourly good and total of what Prometheus counts, from the series that the plan's rules record.

An hour is the sum of the counts of its twelve slices of five minutes, as the rules themselves add
them up, so it has the plan's definitions, exclusions among them, and the rules' accuracy. An hour
of which Prometheus knows nothing has no row; one it knows in part says how many slices it has.
Hours that are over are read, and the last ones again, because rules may be late. The mark knows
the last answer about each of these: one that is the same again is no row, and one that is as it
was before the last is.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlencode

from truegreen_definitions import names
from truegreen_definitions.grid import GRID_SECONDS
from truegreen_definitions.plan import PrometheusRead
from truegreen_exporters.sources.http_client import HttpClient
from truegreen_exporters.sources.json_rows import at_path, rows_of_objects, text_of
from truegreen_exporters.sources.once import digest_of
from truegreen_exporters.sources.pages import Mark, Page
from truegreen_exporters.sources.rows import SourceError
from truegreen_exporters.sources.secret_texts import SecretTexts

if TYPE_CHECKING:
    from collections.abc import Generator

    from truegreen_exporters.sources.pages import Fault, Reading

__all__ = ["prometheus_pages"]

HOUR_SECONDS = 3600
CHUNK_SECONDS = 24 * HOUR_SECONDS
LAG_SECONDS = 2 * GRID_SECONDS  # until the last slice of an hour is recorded

_Promise: TypeAlias = tuple[str, str, str]
_Slices: TypeAlias = "dict[_Promise, dict[int, float]]"


def prometheus_pages(reading: Reading) -> Generator[Page | Fault, None, None]:
    """Yield the hours that are over, a day a page."""
    read = reading.mapping.source.read
    if not isinstance(read, PrometheusRead):
        raise TypeError(read)
    login = read.authentication
    texts = (login.user, login.secret) if login else ()
    secrets = SecretTexts.of(reading.around.environment, *texts)
    client = HttpClient(
        around=reading.around,
        secrets=secrets,
        authentication=login,
        timeout_seconds=read.timeout_seconds,
    )
    server = _Server(client, read.location)
    now = reading.around.clock().timestamp()
    end = _hour(now - LAG_SECONDS)
    state = reading.marks.get("", {})
    start = end - _whole(read.history_seconds)
    if state:
        start = _hour(float(state["end"] or 0) - read.look_back_seconds)
    known = {place: str(digest) for place, digest in state.items() if place != "end"}
    number = 0
    while start < end and not reading.stopped():
        until = min(start + CHUNK_SECONDS, end)
        hours = server.hours(start, until)
        digests = {_place(hour): digest_of(hour.values()) for hour in hours}
        new = [hour for hour in hours if known.get(_place(hour)) != digests[_place(hour)]]
        again = _hour(until - read.look_back_seconds)
        known = {place: d for place, d in (known | digests).items() if _hour_of(place) >= again}
        mark = Mark(state={"end": until, **known})
        numbers = range(number + 1, number + 1 + len(new))
        rows = rows_of_objects(new, reading.mapping.wanted, numbers)
        yield Page(rows=rows, cursor=mark, where="")
        number, start = number + len(new), until


@dataclass(frozen=True, slots=True)
class _Server:
    """A Prometheus."""

    client: HttpClient
    url: str

    def hours(self, start: int, end: int) -> list[dict[str, str]]:
        """Return the hours of every agreement that lie in a span, in order."""
        total = self._slices(names.TOTAL_5M.name, start, end)
        good = self._slices(names.GOOD_5M.name, start, end)
        found = []
        for promise in sorted(total):
            sums: dict[int, list[float]] = defaultdict(list)
            goods: dict[int, list[float]] = defaultdict(list)
            for at, value in total[promise].items():
                hour = _hour(at - GRID_SECONDS)
                sums[hour].append(value)
                # While a total is there, a missing good has counted nothing.
                goods[hour].append(min(value, good.get(promise, {}).get(at, 0.0)))
            found += [
                _row(promise, hour, math.fsum(goods[hour]), math.fsum(sums[hour]), len(sums[hour]))
                for hour in sorted(sums)
            ]
        return found

    def _slices(self, metric: str, start: int, end: int) -> _Slices:
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
            labels = at_path(one, "$.metric")
            values = at_path(one, "$.values")
            if isinstance(labels, dict) and isinstance(values, list):
                promise = tuple(
                    text_of(labels.get(name)) or ""
                    for name in (names.SERVICE, names.AGREEMENT, names.KIND)
                )
                try:
                    counts = [(int(at), float(n)) for at, n in values if start < at <= end]
                except (TypeError, ValueError, OverflowError) as error:
                    raise SourceError(
                        f"{self.url} answers with values that are no numbers"
                    ) from error
                sound = {at: value for at, value in counts if math.isfinite(value)}
                found[promise] = sound  # type: ignore[index]  # three labels, three texts
        return found


def _row(promise: _Promise, hour: int, good: float, total: float, slices: int) -> dict[str, str]:
    service, agreement, kind = promise
    return {
        "id": f"{service}/{agreement}",
        "service": service,
        "agreement": agreement,
        "kind": kind,
        "hour": datetime.fromtimestamp(hour, UTC).isoformat(),
        "good": _number(good),
        "total": _number(total),
        "slices": str(slices),
    }


def _place(hour: dict[str, str]) -> str:
    """Return which hour of which agreement a row is about."""
    return f"{int(datetime.fromisoformat(hour['hour']).timestamp())} {hour['id']} {hour['kind']}"


def _hour_of(place: str) -> int:
    return int(place.partition(" ")[0])


def _number(value: float) -> str:
    """Return a count with nine decimals at most, as the store keeps them."""
    return f"{value:.9f}".rstrip("0").rstrip(".")


def _hour(at: float) -> int:
    return int(at // HOUR_SECONDS) * HOUR_SECONDS


def _whole(seconds: float) -> int:
    return math.ceil(seconds / HOUR_SECONDS) * HOUR_SECONDS
