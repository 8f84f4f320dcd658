"""What the example company spends and spared itself, and that its exporter can tell."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from truegreen_demo.spending import CHEAPER, change_csv, cost_csv, near_miss_lines, remedy_csv

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def bills() -> list[dict[str, str]]:
    """Return the lines of the cloud's bill."""
    return list(csv.DictReader(io.StringIO(cost_csv(NOW))))


def test_bills_are_of_days_that_are_over() -> None:
    """Every day since the first has each line once, and the last one is yesterday."""
    days = {line["ChargePeriodStart"][:10] for line in bills()}
    assert len(bills()) == 4 * len(days)
    assert max(days) == "2026-11-20"
    assert (date(2026, 11, 20) - date(2026, 3, 1)).days + 1 == len(days)


@pytest.mark.parametrize("what", ["machines", "database"])
def test_what_was_tuned_or_moved_is_cheaper(what: str) -> None:
    """The web shop's machines and database cost at least a fifth less since summer."""
    mine = [b for b in bills() if (b["ServiceName"], b["ResourceId"][:7]) == (what, "webshop")]
    before, since = (
        [
            Decimal(b["EffectiveCost"])
            for b in mine
            if (b["ChargePeriodStart"] >= str(CHEAPER)) is it
        ]
        for it in (False, True)
    )
    assert sum(since) / len(since) < Decimal("0.8") * sum(before) / len(before)


def test_an_emergency_costs_a_multiple() -> None:
    """A change in an emergency costs at least twice a planned one, on average."""
    rows = list(csv.DictReader(io.StringIO(change_csv(NOW))))
    costs = {
        kind: [Decimal(row["cost"]) for row in rows if row["kind"] == kind]
        for kind in ("emergency", "normal")
    }
    mean = {kind: sum(found) / len(found) for kind, found in costs.items()}
    assert mean["emergency"] > 2 * mean["normal"]
    assert all(datetime.fromisoformat(row["ended"]) < NOW for row in rows)


def test_remedies_are_of_near_misses() -> None:
    """Each restart is of something that was detected, that nobody felt, and is in the past."""
    missed = {one["id"]: one for one in map(json.loads, near_miss_lines(NOW))}
    remedies = list(csv.DictReader(io.StringIO(remedy_csv(NOW))))
    assert 0 < len(remedies) < len(missed)
    assert {one["impact_share"] for one in missed.values()} == {0}
    for one in remedies:
        assert missed[one["incident"]]["detected_at"] < one["started"] < one["ended"]
        assert datetime.fromisoformat(one["ended"]) < NOW - timedelta(days=1)
