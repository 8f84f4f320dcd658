"""Reads hours of what Prometheus counts, from the series that the plan's rules record.

Hours that are over are read, and the last ones again, because rules may be late. The mark knows
the last answer about each of these: one that is the same again is no row, and one that is as it
was before the last is.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING

from truegreen_definitions.grid import GRID_SECONDS
from truegreen_definitions.plan import PrometheusRead
from truegreen_definitions.units import HOUR_SECONDS
from truegreen_exporters.sources.http_client import HttpClient
from truegreen_exporters.sources.json_rows import rows_of_objects
from truegreen_exporters.sources.once import digest_of
from truegreen_exporters.sources.pages import Mark, Page
from truegreen_exporters.sources.prometheus_hours import PrometheusHours, hour_of
from truegreen_exporters.sources.secret_texts import SecretTexts

if TYPE_CHECKING:
    from collections.abc import Generator

    from truegreen_exporters.sources.pages import Fault, Reading

__all__ = ["prometheus_pages"]

CHUNK_SECONDS = 24 * HOUR_SECONDS
LAG_SECONDS = 2 * GRID_SECONDS  # until the last slice of an hour is recorded


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
    server = PrometheusHours(client, read.location)
    hours_between = server.agreements if read.of == "agreements" else server.overruns
    now = reading.around.clock().timestamp()
    end = hour_of(now - LAG_SECONDS)
    state = reading.marks.get("", {})
    start = end - _whole(read.history_seconds)
    if state:
        start = hour_of(float(state["end"] or 0) - read.look_back_seconds)
    known = {place: str(digest) for place, digest in state.items() if place != "end"}
    number = 0
    while start < end and not reading.stopped():
        until = min(start + CHUNK_SECONDS, end)
        hours = hours_between(start, until)
        digests = {_place(hour): digest_of(hour.values()) for hour in hours}
        new = [hour for hour in hours if known.get(_place(hour)) != digests[_place(hour)]]
        again = hour_of(until - read.look_back_seconds)
        known = {place: d for place, d in (known | digests).items() if _hour_of(place) >= again}
        mark = Mark(state={"end": until, **known})
        numbers = range(number + 1, number + 1 + len(new))
        rows = rows_of_objects(new, reading.mapping.wanted, numbers)
        yield Page(rows=rows, cursor=mark, where="")
        number, start = number + len(new), until


def _place(hour: dict[str, str]) -> str:
    """Return which hour of which agreement or overrun a row is about."""
    at = int(datetime.fromisoformat(hour["hour"]).timestamp())
    return f"{at} {hour['id']} {hour.get('kind', '')}"


def _hour_of(place: str) -> int:
    return int(place.partition(" ")[0])


def _whole(seconds: float) -> int:
    return math.ceil(seconds / HOUR_SECONDS) * HOUR_SECONDS
