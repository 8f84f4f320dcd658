"""What outages do to the example company's good name is in its records, told the same each time."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

from truegreen_demo.outages import outages
from truegreen_demo.reputation import customer_csv, lost_sale_csv

NOW = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_sales_are_lost_in_outages_above_all() -> None:
    """An hour of an outage loses several times as many sales as any other hour, and ids differ."""
    rows = _rows(lost_sale_csv(NOW))
    times = [datetime.fromisoformat(row["ended"]) for row in rows]
    spans = [(one.start, one.end) for one in outages(NOW)]
    within = sum(any(start <= at < end for start, end in spans) for at in times)
    hours = sum((end - start for start, end in spans), timedelta()) / timedelta(hours=1)
    others = (len(rows) - within) / (90 * 24 - hours)
    assert within / hours > 5 * others
    assert len({row["id"] for row in rows}) == len(rows)
    assert max(times) <= NOW
    assert lost_sale_csv(NOW) == lost_sale_csv(NOW)


def test_who_left_is_not_there_the_next_time() -> None:
    """Each snapshot has those who stayed; who was hit by an outage leaves more often."""
    rows = _rows(customer_csv(NOW))
    by_time: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_time.setdefault(row["as_of"], []).append(row)
    *earlier, last = by_time.values()
    for before, after in zip((*earlier,), (*earlier[1:], last), strict=True):
        stayed = {row["customer"] for row in before if row["active"] == "true"}
        assert {row["customer"] for row in after} == stayed
    left = {
        exposed: sum(r["active"] == "false" for r in rows if r["exposed"] == exposed)
        / sum(r["exposed"] == exposed for r in rows)
        for exposed in ("true", "false")
    }
    assert left["true"] > left["false"] > 0
    assert all(datetime.fromisoformat(at) < NOW for at in by_time)
