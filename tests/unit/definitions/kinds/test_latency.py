"""Indicator kind latency: from thresholds to exact counts, checked case by case."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest
from companies import JOURNEY, compiled, promising
from hypothesis import given
from hypothesis import strategies as st

from truegreen_definitions.plan import Agreement, Records, Signal

FROM_TABLE = """
kind: latency
step: invoice
source: {table: orders, from: ordered_at, to: invoiced_at}
"""
STEP = 'service="shop",step="pay"}[$window]))'
SATISFIED = dt.timedelta(hours=4)
NOON = dt.datetime.fromisoformat("2026-03-29 12:00:00")


def _agreement(indicator: str, window: str = "30d") -> Agreement:
    found = compiled(shop=promising(indicator, window=window))
    assert found.plan is not None, found.problems
    return found.plan.agreements[0]


def test_journey_counts_outcomes_of_the_step() -> None:
    """Good are the satisfied visits, total all, as a sample, accountable to the step's vendor."""
    agreement = _agreement("kind: latency\nstep: pay\nsource: journey")
    assert agreement.parts == Signal(
        good='sum(increase(xla_step_outcomes_total{outcome="satisfied",' + STEP,
        total="sum(increase(xla_step_outcomes_total{" + STEP,
    )
    assert (agreement.sampling, agreement.step, agreement.vendor) == ("sample", "pay", "paygate")
    assert agreement.owner == "shop-team"


def test_tolerated_takes_the_other_bound() -> None:
    """`at: tolerated` counts satisfied and tolerated visits as good."""
    parts = _agreement("kind: latency\nstep: pay\nsource: journey\nat: tolerated").parts
    assert isinstance(parts, Signal)
    assert 'outcome=~"satisfied|tolerated"' in parts.good


@pytest.mark.parametrize(
    ("indicator", "problem"),
    [
        ("kind: latency\nstep: invoice\nsource: journey", "latency/no-journey"),
        ("kind: latency\nstep: close\nsource: journey", "latency/no-threshold"),
        ("kind: latency\nstep: pray\nsource: journey", "reference/unknown"),
        (FROM_TABLE.replace("orders", "odrers"), "reference/unknown"),
        (FROM_TABLE.replace("ordered_at", "ordered"), "sql/unknown-column"),
        (FROM_TABLE.replace("invoiced_at", "due_on"), "records/not-a-time"),
        (FROM_TABLE.replace("orders", "machines"), "records/no-service-column"),
    ],
)
def test_latency_that_cannot_be_measured_is_refused(indicator: str, problem: str) -> None:
    """No journey, no threshold and no such step, table or time are each one problem."""
    found = compiled(shop=promising(indicator))
    assert [one.id for one in found.problems] == [problem]


def test_broken_journey_is_not_reported_twice() -> None:
    """Where a journey could not be read, nobody knows which steps it visits."""
    found = compiled(
        shop=promising("kind: latency\nstep: invoice\nsource: journey"),
        journey=JOURNEY.replace("every: 30s", "every: often"),
    )
    assert {one.place.path for one in found.problems} == {"journey.yaml"}


def test_table_counts_cases_where_they_began() -> None:
    """The anchor is the start, pending until the threshold, without synthetic rows."""
    assert _agreement(FROM_TABLE, window="quarter").parts == Records(
        table="orders",
        at="ordered_at",
        where="NOT COALESCE(is_synthetic, FALSE)",
        total="NOT ordered_at IS NULL",
        good="invoiced_at <= ordered_at + INTERVAL '14400' SECOND",
        mature_after_seconds=14_400,
        min_sample=0,
    )


def _verdicts(parts: Records, cases: list[tuple[int, int | None]], now: dt.datetime) -> list[str]:
    """Return what the database says of each case as of a time: good, bad or pending."""
    rows = ", ".join(
        f"({index}, timestamp '{NOON}' + interval ({start}) second, "
        + ("null" if length is None else f"timestamp '{NOON}' + interval ({start + length}) second")
        + ", null)"
        for index, (start, length) in enumerate(cases)
    )
    known = f"(case when invoiced_at <= timestamp '{now}' then invoiced_at end)"
    query = f"""
        with rows as (select * from (values {rows}) as v(i, ordered_at, known_at, is_synthetic)),
        seen as (select i, ordered_at, is_synthetic,
          {known.replace("invoiced_at", "known_at")} as invoiced_at from rows)
        select case
          when {parts.at} > timestamp '{now}' - interval ({parts.mature_after_seconds}) second
            then 'pending'
          when {parts.good} then 'good' else 'bad' end
        from seen where {parts.where} and {parts.total} order by i
    """
    return [verdict for (verdict,) in duckdb.execute(query).fetchall()]


HOURS = st.integers(0, 12 * 3_600)


@given(
    st.lists(st.tuples(HOURS, HOURS | st.none() | st.just(14_400)), min_size=1, max_size=8),
    st.integers(0, 24 * 3_600),
    st.integers(0, 24 * 3_600),
)
def test_every_case_is_judged_once_and_for_good(
    cases: list[tuple[int, int | None]], first: int, later: int
) -> None:
    """At any time a case past its threshold is good or bad as brute force says, and stays so."""
    parts = _agreement(FROM_TABLE).parts
    assert isinstance(parts, Records)
    times = [NOON + dt.timedelta(seconds=seconds) for seconds in sorted((first, later))]
    found = [_verdicts(parts, cases, now) for now in times]
    for now, verdicts in zip(times, found, strict=True):
        for (start, length), verdict in zip(cases, verdicts, strict=True):
            if now < NOON + dt.timedelta(seconds=start) + SATISFIED:
                assert verdict == "pending"
            else:
                quick = length is not None and dt.timedelta(seconds=length) <= SATISFIED
                assert verdict == ("good" if quick else "bad")
    for before, after in zip(*found, strict=True):
        assert before in {"pending", after}
