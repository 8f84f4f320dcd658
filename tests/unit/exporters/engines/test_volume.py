"""Buckets of transactions are those a person would count row by row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import duckdb

from truegreen_exporters.engines.duckdb import DuckDbEngine
from truegreen_exporters.engines.volume_question import VolumeQuestion

START = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)
SECOND = int(START.timestamp())


def test_buckets_are_counted_by_the_rows_they_hold() -> None:
    """A span is half open, other services, channels and times are left out, amounts are exact."""
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE orders(service VARCHAR, channel VARCHAR, amount DECIMAL(18,2), "
        "ordered_at TIMESTAMPTZ)"
    )
    rows = [
        ("shop", "web", "10.01", 0),
        ("shop", "web", "0.02", 59),
        ("shop", "web", None, 60),
        ("shop", "app", "99.00", 61),
        ("desk", "web", "99.00", 62),
        ("shop", "web", "7.00", 600),
        ("shop", "web", "8.00", -1),
        ("shop", None, "8.00", 5),
        ("shop", "web", "8.00", None),
    ]
    for service, channel, amount, after in rows:
        when = None if after is None else START + timedelta(seconds=after)
        connection.execute(
            "INSERT INTO orders VALUES (?, ?, ?, ?)", [service, channel, amount, when]
        )
    engine = DuckDbEngine(connection)
    question = VolumeQuestion(
        service="shop",
        zone="Europe/Berlin",
        table="orders",
        at="ordered_at",
        where="channel = 'web'",
        amount="amount",
    )
    assert engine.volume(question, (SECOND, SECOND + 600)) == (
        (SECOND, 2, Decimal("10.03")),
        (SECOND + 60, 1, Decimal(0)),
    )
    found = engine.volume(question, (SECOND - 60, SECOND + 601))
    assert [count for _, count, _ in found] == [1, 2, 1, 1]
    assert sum(money for *_, money in found) == Decimal("25.03")
