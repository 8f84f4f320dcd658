"""Exclusions: rows that both sides agreed not to count."""

from __future__ import annotations

import pytest
from companies import compiled, promising

from truegreen_definitions.plan import ExcludedTime, Exclusion, Records, Signal
from truegreen_definitions.problems import Severity

ORDERS = """
kind: records
table: orders
at: ordered_at
sampling: census
total: ordered_at is not null
good: invoiced_at is not null
"""
FELT = "kind: latency\nstep: invoice\nsource: {table: orders, from: ordered_at, to: invoiced_at}"
COUNTERS = "kind: promql\ngood: 'asked_total{code!~\"5..\"}'\ntotal: asked_total"
STRUCK = "{where: channel = 'app' and 1 < 2, reason: strike}"
CLOSED = "{calendar: closing, reason: closed}"
CALENDAR = """
kind: Calendar
metadata: {name: closing}
spec: {zone: Europe/Berlin, rrule: 'FREQ=DAILY', times: '08:00-20:00'}
"""


def _excluding(indicator: str, *exclusions: str) -> str:
    return f"{promising(indicator).rstrip()}\n      exclusions: [{', '.join(exclusions)}]\n"


@pytest.mark.parametrize("indicator", [ORDERS, FELT])
def test_rows_are_excluded_by_checked_sql(indicator: str) -> None:
    """Records of either kind carry the canonical SQL and the reason, in the order written."""
    second = "{where: invoiced_at is null, reason: never sent}"
    found = compiled(shop=_excluding(indicator, STRUCK, second))
    assert found.problems == ()
    assert found.plan is not None
    parts = found.plan.agreements[0].parts
    assert isinstance(parts, Records)
    assert parts.exclusions == (
        Exclusion(sql="channel = 'app' AND 1 < 2", reason="strike"),
        Exclusion(sql="invoiced_at IS NULL", reason="never sent"),
    )


@pytest.mark.parametrize(("indicator", "said"), [(ORDERS, [CLOSED]), (COUNTERS, [STRUCK])])
def test_what_is_not_excluded_is_said_once_each(indicator: str, said: list[str]) -> None:
    """A calendar excludes no records, and `where` nothing from a signal: each is a warning."""
    found = compiled(shop=_excluding(indicator, STRUCK, CLOSED), calendar=CALENDAR)
    assert [one.id for one in found.problems] == ["agreement/not-compiled"] * len(said)
    assert {one.severity for one in found.problems} == {Severity.WARNING}
    marked = set()
    for one in found.problems:
        line = found.texts[one.place.path].splitlines()[one.place.line - 1]
        marked.add(line[one.place.column - 1 :].partition(":")[0])
    assert marked == {text[1:].partition(":")[0] for text in said}


@pytest.mark.parametrize(
    ("where", "problem"),
    [
        ("chanel = 1", "sql/unknown-column"),
        ("(select 1)", "sql/not-allowed"),
        ("channel =", "sql/syntax"),
    ],
)
def test_sql_that_cannot_be_is_refused(where: str, problem: str) -> None:
    """An exclusion is held to the same rules as every other expression."""
    found = compiled(shop=_excluding(ORDERS, f"{{where: '{where}', reason: because}}"))
    assert [one.id for one in found.problems] == [problem]


def test_a_signal_excludes_the_time_of_a_calendar() -> None:
    """The calendar and the reason are in the plan, and nothing is left to say."""
    found = compiled(shop=_excluding(COUNTERS, CLOSED), calendar=CALENDAR)
    assert found.problems == ()
    assert found.plan is not None
    parts = found.plan.agreements[0].parts
    assert isinstance(parts, Signal)
    assert parts.exclusions == (ExcludedTime(calendar="closing", reason="closed"),)
