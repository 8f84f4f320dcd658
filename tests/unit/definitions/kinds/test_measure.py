"""Indicator kind measure: what arrives in the plan, and what is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from companies import POLICY, SERVICE, compiled, promising

from truegreen_definitions.plan import Bound, Elapsed, Exclusion, OtherRows, Stratum, Values

HOURS = """
kind: Calendar
metadata: {name: office}
spec: {zone: UTC, times: '08:00-18:00'}
"""
ORDERS = """
kind: measure
table: orders
at: invoiced_at
sampling: census
"""
NOT_SYNTHETIC = "NOT COALESCE(is_synthetic, FALSE)"


def _values(more: str, objective: str = "{at_most: 3}", service: str = SERVICE) -> Values:
    shop = promising(ORDERS + more, objective=objective).replace(SERVICE, service)
    found = compiled(shop=shop, policy=POLICY, office=HOURS)
    assert found.plan is not None, found.problems
    (measurement,) = found.plan.measurements
    assert found.plan.agreements == ()
    return measurement.parts


def test_a_quantile_of_durations_is_compiled_whole() -> None:
    """Every field arrives, a duration is in seconds, and so is its bound."""
    found = compiled(
        shop=promising(
            ORDERS
            + """
where: channel = 'web'
aggregate: quantile
q: 0.9
duration: {from: ordered_at, to: invoiced_at, clock: business, hours: office}
exclusions: [{where: due_on is null, reason: draft}]
mature_after: 90m
min_sample: 5
by: {channel: [web, app]}
cohort: orders by the time they were invoiced
""",
            objective="{at_most: 3d}",
        ),
        office=HOURS,
    )
    assert found.plan is not None, found.problems
    (measurement,) = found.plan.measurements
    assert measurement.bound == Bound(direction="at_most", target=Decimal(259_200))
    assert (measurement.id, measurement.kind) == ("shop/felt", "xla")
    assert [one.label for one in measurement.windows if one.judged] == ["30d"]
    assert measurement.parts == Values(
        table="orders",
        at="invoiced_at",
        where=f"channel = 'web' AND {NOT_SYNTHETIC}",
        aggregate="quantile",
        quantile=Decimal("0.9"),
        elapsed=Elapsed(start="ordered_at", end="invoiced_at", calendar="office"),
        mature_after_seconds=5_400,
        min_sample=5,
        unit="seconds",
        exclusions=(Exclusion(sql="due_on IS NULL", reason="draft"),),
        by=(Stratum(column="channel", values=("web", "app")),),
        cohort="orders by the time they were invoiced",
    )


def test_the_business_clock_runs_in_the_hours_of_the_service() -> None:
    """Where the indicator names no calendar it is the service's; without one it is refused."""
    clock = "aggregate: mean\nduration: {from: ordered_at, to: invoiced_at, clock: business}\n"
    with_hours = SERVICE.replace("  zone:", "  hours: office\n  zone:")
    parts = _values(clock, "{at_most: 3h}", with_hours)
    assert parts.elapsed is not None
    assert parts.elapsed.calendar == "office"
    found = compiled(shop=promising(ORDERS + clock, objective="{at_most: 3h}"))
    assert [problem.id for problem in found.problems] == ["measure/no-hours"]


def test_a_ratio_may_be_over_another_table() -> None:
    """The denominator is one for each row of the other table, robots left out there too."""
    parts = _values(
        "aggregate: ratio\nnumerator: '1'\ndenominator: {table: surveys, at: answered_at}\n"
    )
    assert parts.value == "1"
    assert parts.denominator == ""
    assert parts.over == OtherRows(table="surveys", at="answered_at", where="", value="1")


LASTED = "aggregate: rate\nper_time: 100s\nunit: percent\n"


def test_time_that_counts_once_is_a_share_in_percent() -> None:
    """Weight and overlaps arrive; a rate of seconds may be percent, with a plain target."""
    times = "from: ordered_at, to: invoiced_at, weight: length(channel), overlaps: once"
    parts = _values(f"{LASTED}duration: {{{times}}}\n")
    assert parts.elapsed == Elapsed(
        start="ordered_at", end="invoiced_at", weight="LENGTH(channel)", once=True
    )
    assert parts.unit == "percent"


@pytest.mark.parametrize("more", [", clock: business, hours: office", ", paused: '60'"])
def test_time_that_counts_once_runs_at_all_hours(more: str) -> None:
    """A clock that stands still knows no overlaps: it is refused, in words."""
    times = f"from: ordered_at, to: invoiced_at, overlaps: once{more}"
    spec = f"{ORDERS}{LASTED}duration: {{{times}}}\n"
    found = compiled(shop=promising(spec, objective="{at_most: 3}"), office=HOURS)
    assert [problem.id for problem in found.problems] == ["language/bad-value"]


def test_the_last_of_each_key_goes_with_a_ratio_of_columns() -> None:
    """Snapshots are summed by the last of each key; other tables and plain counts are refused."""
    ratio = "aggregate: ratio\nnumerator: length(channel)\nper: channel\neach: last\n"
    assert _values(f"{ratio}denominator: '1'\n").each == "last"
    other = ratio + "denominator: {table: surveys, at: answered_at}\n"
    counting = "aggregate: count\nper: channel\neach: last\n"
    for spec in (other, counting):
        found = compiled(shop=promising(ORDERS + spec, objective="{at_most: 3}"))
        assert [problem.id for problem in found.problems] == ["language/bad-value"], spec


def test_neighbours_need_a_key() -> None:
    """`previous` is kept for the engine where a key is named, and refused where none is."""
    with_key = "aggregate: count\nwhere: channel is not null\nper: channel\n"
    assert _values(with_key).per == "channel"
    asking = "aggregate: mean\nvalue: length(previous(channel))\n"
    assert _values(f"{asking}per: channel\n").value == "LENGTH(PREVIOUS(channel))"
    found = compiled(shop=promising(ORDERS + asking, objective="{at_most: 3}"))
    assert [problem.id for problem in found.problems] == ["sql/no-key"]


def test_only_next_takes_a_time_after_which() -> None:
    """`next(X, T)` is kept for the engine; `previous` with two or `next` with three is refused."""
    later = "aggregate: mean\nvalue: epoch(next(ordered_at, invoiced_at))\nper: channel\n"
    assert _values(later).value == "EPOCH(NEXT(ordered_at, invoiced_at))"
    for call in ("previous(ordered_at, invoiced_at)", "next(ordered_at, ordered_at, ordered_at)"):
        spec = f"aggregate: mean\nvalue: epoch({call})\nper: channel\n"
        found = compiled(shop=promising(ORDERS + spec, objective="{at_most: 3}"))
        assert [problem.id for problem in found.problems] == ["sql/no-key"], call


@pytest.mark.parametrize(
    ("unit", "currency"), [("EUR", "EUR"), ("points", ""), ("Eur", ""), ("EURO", "")]
)
def test_a_unit_of_three_capitals_is_a_currency(unit: str, currency: str) -> None:
    """Only an ISO 4217 code becomes a currency label."""
    parts = _values(f"aggregate: sum\nvalue: length(channel)\nunit: {unit}\n")
    assert (parts.unit, parts.currency) == (unit, currency)


WATCHED = """
  measures:
    - name: open-orders
      indicator:
        kind: measure
        table: orders
        at: ordered_at
        until: invoiced_at
        sampling: census
        aggregate: count
    - {name: liked, use: csat, window: month}
"""


def test_a_service_watches_measures_and_records() -> None:
    """Both have no bound and no kind; records are watched as the share of good."""
    found = compiled(shop=SERVICE + WATCHED[1:])
    assert found.plan is not None, found.problems
    liked, backlog = found.plan.measurements
    assert [one.id for one in (liked, backlog)] == ["shop/liked", "shop/open-orders"]
    assert {(one.kind, one.bound) for one in (liked, backlog)} == {("", None)}
    assert not any(one.judged for one in (*liked.windows, *backlog.windows))
    assert backlog.parts.until == "invoiced_at"
    assert liked.parts.aggregate == "ratio"
    assert liked.parts.unit == "share"
    assert liked.parts.value == (
        "CASE WHEN NOT score IS NULL THEN CASE WHEN score >= 4 THEN 1 ELSE 0 END END"
    )


def test_an_unknown_pause_table_and_column_are_reported() -> None:
    """Each wrong name of a table of states is told by itself, where it stands."""
    clock = (
        "aggregate: mean\nduration: {from: ordered_at, to: invoiced_at, pauses: {table: %s, "
        "of: machine_id, case: %s, at: seen_at, state: machine_id, paused: [waiting]}}\n"
    )
    for table, case, problem in (
        ("nowhere", "order_id", "reference/unknown"),
        ("machines", "nothing", "sql/unknown-column"),
    ):
        found = compiled(shop=promising(ORDERS + clock % (table, case), objective="{at_most: 3d}"))
        assert [one.id for one in found.problems] == [problem]
    parts = _values(clock % ("machines", "order_id"), "{at_most: 3d}")
    assert parts.elapsed is not None
    assert parts.elapsed.pauses is not None
    assert parts.elapsed.pauses.paused == ("waiting",)
