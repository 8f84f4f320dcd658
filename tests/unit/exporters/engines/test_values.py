"""The values DuckDB measures are those a person would work out row by row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from math import isclose
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from truegreen_definitions.calendars.activity import is_active
from truegreen_definitions.plan import (
    Calendar,
    Elapsed,
    Exclusion,
    Origin,
    OtherRows,
    Pauses,
    Span,
    Values,
)
from truegreen_definitions.units import parse_window
from truegreen_exporters.engines.duckdb import DuckDbEngine
from truegreen_exporters.engines.value_question import Valued, ValueQuestion
from truegreen_exporters.windows.bounds import bounds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

REAL = False  # not synthetic
LABELS = ("1d", "30d", "all", "month", "prev_month", "prev_week", "quarter", "week", "prev_year")
WINDOWS = tuple(map(parse_window, LABELS))
SLOW = (HealthCheck.too_slow,)  # of a busy machine, and not of what is tested
EDGE = datetime(2016, 3, 31, 22, 0, tzinfo=UTC)  # midnight in Berlin, in the week the clocks turn
OFFICE = Calendar(
    name="office",
    title="Office",
    zone="Europe/Berlin",
    recurs=True,
    rule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    since=None,
    times=(Span(start_minute=480, end_minute=1080),),
    holidays="",
    days=(),
    skipped=(date(2016, 3, 28),),
    periods=(),
    origin=Origin(path="people.yaml", line=1),
)
VALUES = Values(
    table="cases",
    at="done_at",
    where="NOT synthetic",
    aggregate="mean",
    value="score",
    mature_after_seconds=3 * 86_400,
)


@dataclass(frozen=True)
class Case:
    """A row; None is a missing value."""

    case_id: int
    service: str | None
    customer: str | None
    opened_at: datetime | None
    done_at: datetime | None
    synthetic: bool | None
    score: int | None
    weight: int | None


@cache
def database() -> duckdb.DuckDBPyConnection:
    """Return a database with an empty table of cases and one of states; to make one takes long."""
    made = duckdb.connect()
    made.execute(
        "CREATE TABLE cases(case_id INTEGER, service VARCHAR, customer VARCHAR, "
        "opened_at TIMESTAMPTZ, done_at TIMESTAMPTZ, synthetic BOOLEAN, score INTEGER, "
        "weight INTEGER)"
    )
    made.execute(
        "CREATE TABLE states(of_case INTEGER, seen_at TIMESTAMPTZ, state VARCHAR, "
        "_revision VARCHAR DEFAULT '')"
    )
    made.execute("CREATE TABLE orders(service VARCHAR, sold_at TIMESTAMPTZ, n INTEGER)")
    return made


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    """Return the database, empty."""
    made = database()
    for table in ("cases", "states", "orders"):
        made.execute(f"DELETE FROM {table}")
    return made


def fill(connection: duckdb.DuckDBPyConnection, cases: Sequence[Case]) -> None:
    """Put cases into the empty table."""
    connection.execute("DELETE FROM cases")
    if cases:
        row = f"({', '.join('?' * len(Case.__dataclass_fields__))})"
        values = [getattr(one, name) for one in cases for name in Case.__dataclass_fields__]
        connection.execute(f"INSERT INTO cases VALUES {', '.join([row] * len(cases))}", values)


def asked(
    values: Values, *, sample: bool = False, calendar: Calendar | None = None
) -> ValueQuestion:
    """Return the question about the shop."""
    return ValueQuestion(
        service="shop",
        zone="Europe/Berlin",
        values=values,
        windows=WINDOWS,
        sample=sample,
        calendar=calendar,
    )


# --- by hand, in plain Python -------------------------------------------------------------------
def inside(case: Case, label: str, at: datetime, *, alive: bool) -> bool:
    """Return whether a row is of a window."""
    start, end = bounds(parse_window(label), at, ZoneInfo("Europe/Berlin"))
    if alive:
        begun = case.opened_at is not None and case.opened_at < end
        return begun and (case.done_at is None or case.done_at >= end)
    return (
        case.done_at is not None
        and (start is None or start <= case.done_at)
        and (case.done_at < end)
    )


def split(
    cases: Sequence[Case], label: str, at: datetime, of: Callable[[Case], bool], *, alive: bool
) -> tuple[list[Case], int, int]:
    """Return the rows that count in a window, and how many are pending and excluded."""
    shop = [one for one in cases if one.service == "shop" and one.synthetic is False and of(one)]
    here = [one for one in shop if inside(one, label, at, alive=alive)]
    out = [one for one in here if one.score == 3]
    left = [one for one in here if one.score != 3]
    ripe = at - timedelta(days=3)
    anchors = {one.case_id: one.opened_at if alive else one.done_at for one in left}
    counted = [one for one in left if (anchors[one.case_id] or at) <= ripe]
    return counted, len(left) - len(counted), len(out)


def quantile(numbers: Sequence[float], q: float) -> float:
    """Return a quantile, interpolated between the two nearest rows."""
    ordered = sorted(numbers)
    place = q * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def same(found: float | None, wanted: float | None) -> bool:
    """Return whether two values are the same but for the last digits of a float."""
    if found is None or wanted is None:
        return found is wanted
    return isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-9)


TIMES = st.one_of(
    st.none(),
    st.sampled_from([EDGE, EDGE - timedelta(microseconds=1), EDGE - timedelta(days=3)]),
    st.integers(-400 * 24, 24).map(lambda hours: EDGE + timedelta(hours=hours)),
    st.integers(-60, 60).map(lambda minutes: EDGE + timedelta(minutes=minutes)),
)
CASES = st.lists(
    st.builds(
        Case,
        case_id=st.just(0),
        service=st.sampled_from(["shop", "shop", "shop", "other", None]),
        customer=st.sampled_from(["a", "b", "c", None]),
        opened_at=TIMES,
        done_at=TIMES,
        synthetic=st.sampled_from([False, False, False, True, None]),
        score=st.sampled_from([None, 0, 1, 2, 3, 4, 5]),
        weight=st.sampled_from([None, 0, 1, 2, 7]),
    ),
    max_size=24,
).map(lambda cases: [replace(one, case_id=place) for place, one in enumerate(cases)])
MOMENTS = st.integers(-48, 96).map(lambda hours: EDGE + timedelta(hours=hours, minutes=13))


def _add(cases: Sequence[Case]) -> float | None:
    return float(sum(one.score or 0 for one in cases)) if cases else None


def _mean(cases: Sequence[Case]) -> float | None:
    return sum(one.score or 0 for one in cases) / len(cases) if cases else None


def _p90(cases: Sequence[Case]) -> float | None:
    return quantile([one.score or 0 for one in cases], 0.9) if cases else None


def _distinct(cases: Sequence[Case]) -> float | None:
    return float(len({one.score for one in cases}))


def _ratio(cases: Sequence[Case]) -> float | None:
    below = sum(one.weight or 0 for one in cases)
    return sum(one.score or 0 for one in cases) / below if below else None


def scored(case: Case) -> bool:
    """Return whether a row has a score."""
    return case.score is not None


def either(case: Case) -> bool:
    """Return whether a row has a part of a ratio."""
    return case.score is not None or case.weight is not None


def always(_: Case) -> bool:
    """Every row counts."""
    return True


AGGREGATES: dict[str, tuple[Values, Callable[[Sequence[Case]], float | None]]] = {
    "sum": (replace(VALUES, aggregate="sum"), _add),
    "mean": (VALUES, _mean),
    "quantile": (replace(VALUES, aggregate="quantile", quantile=Decimal("0.9")), _p90),
    "distinct": (replace(VALUES, aggregate="distinct"), _distinct),
    "count": (replace(VALUES, aggregate="count", value=""), lambda cases: float(len(cases))),
    "ratio": (replace(VALUES, aggregate="ratio", denominator="weight"), _ratio),
}
OF = {"count": always, "ratio": either}


@pytest.mark.parametrize("name", AGGREGATES)
@pytest.mark.parametrize("alive", [False, True])
@settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
@given(cases=CASES, at=MOMENTS)
def test_every_aggregate_equals_a_count_by_hand(
    *, name: str, alive: bool, cases: list[Case], at: datetime
) -> None:
    """Value, sample, pending and excluded of each window are those of a loop over the rows."""
    values, by_hand = AGGREGATES[name]
    values = replace(values, exclusions=(Exclusion(sql="score = 3", reason="neutral"),))
    if alive:
        values = replace(values, at="opened_at", until="done_at")
    made = database()
    fill(made, cases)
    found = DuckDbEngine(made).values_at(asked(values), at)
    for label in LABELS:
        counted, pending, excluded = split(cases, label, at, OF.get(name, scored), alive=alive)
        one = found[label]
        assert (one.total, one.pending, one.excluded) == (len(counted), pending, excluded), label
        assert same(one.value, by_hand(counted)), label
        assert (one.lower, one.upper) == (one.value, one.value)


@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@given(cases=CASES, at=MOMENTS, least=st.integers(1, 3))
def test_the_worst_decile_of_customers_is_found_by_customer(
    cases: list[Case], at: datetime, least: int
) -> None:
    """Each customer's mean comes first, then the quantile over customers with enough rows."""
    values = replace(
        VALUES,
        aggregate="quantile",
        quantile=Decimal("0.1"),
        per="customer",
        each="mean",
        at_least=least,
        exclusions=(Exclusion(sql="score = 3", reason="neutral"),),
    )
    made = database()
    fill(made, cases)
    found = DuckDbEngine(made).values_at(asked(values), at)
    for label in LABELS:
        counted, pending, excluded = split(cases, label, at, scored, alive=False)
        by_key: dict[str, list[int]] = {}
        for one in counted:
            if one.customer is not None:
                by_key.setdefault(one.customer, []).append(one.score or 0)
        means = [sum(s) / len(s) for s in by_key.values() if len(s) >= least]
        assert found[label].total == len(means)
        assert (found[label].pending, found[label].excluded) == (pending, excluded)
        assert same(found[label].value, quantile(means, 0.1) if means else None)


def minutes_open(
    start: datetime, end: datetime, pauses: Sequence[tuple[datetime, datetime]]
) -> int:
    """Return the minutes of office time between two times that no pause covers, one by one."""
    count, minute = 0, start
    while minute < end:
        paused = any(low <= minute < high for low, high in pauses)
        count += is_active(OFFICE, minute) and not paused
        minute += timedelta(minutes=1)
    return count


STATES = st.lists(
    st.tuples(st.integers(-5 * 1_440, 60), st.sampled_from(["waiting", "working", "vendor"])),
    max_size=6,
    unique_by=lambda one: one[0],
)


@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@given(
    begun=st.integers(-7 * 1_440, 0),
    length=st.integers(-100, 4 * 1_440),
    states=STATES,
    at=st.just(EDGE + timedelta(days=10)),
)
def test_business_time_equals_a_count_of_minutes(
    begun: int, length: int, states: list[tuple[int, str]], at: datetime
) -> None:
    """Across nights, a week-end, a holiday and the change of the clocks, pauses left out."""
    start = EDGE + timedelta(minutes=begun)
    end = start + timedelta(minutes=length)
    case = Case(1, "shop", "a", start, end, REAL, 1, 1)
    elapsed = Elapsed(
        start="opened_at",
        end="done_at",
        calendar="office",
        pauses=Pauses(
            table="states",
            of="of_case",
            case="case_id",
            at="seen_at",
            state="state",
            paused=("waiting", "vendor"),
        ),
    )
    values = replace(VALUES, aggregate="sum", value="", elapsed=elapsed)
    ordered = sorted((EDGE + timedelta(minutes=offset), state) for offset, state in states)
    ends = [*(moment for moment, _ in ordered[1:]), max(end, at)]
    pauses = [
        (low, high)
        for (low, state), high in zip(ordered, ends, strict=False)
        if state in {"waiting", "vendor"}
    ]
    made = database()
    made.execute("DELETE FROM states")
    fill(made, [case])
    for moment, state in ordered:
        made.execute("INSERT INTO states VALUES (1, ?, ?, '')", [moment, state])
    made.execute("INSERT INTO states VALUES (2, ?, 'waiting', '')", [start])
    found = DuckDbEngine(made).values_at(asked(values, calendar=OFFICE), at)
    assert found["all"].value == 60 * minutes_open(start, end, pauses)


def test_an_age_grows_with_the_window(connection: duckdb.DuckDBPyConnection) -> None:
    """What is alive at the end of a window is as old as it was then, less what was paused."""
    opened = EDGE - timedelta(days=10)
    fill(connection, [Case(1, "shop", "a", opened, None, REAL, 1, 600)])
    values = replace(
        VALUES,
        aggregate="quantile",
        quantile=Decimal("0.5"),
        at="opened_at",
        until="done_at",
        value="",
        elapsed=Elapsed(start="opened_at", end="", paused="weight"),
        mature_after_seconds=0,
    )
    at = EDGE + timedelta(days=1)
    found = DuckDbEngine(connection).values_at(asked(values), at)
    assert found["30d"].value == 11 * 86_400 - 600
    assert found["prev_month"].value == 10 * 86_400 - 600


def test_a_rate_is_over_the_time_rows_could_come(connection: duckdb.DuckDBPyConnection) -> None:
    """Two rows in thirty days, three of them not ripe, are two by 27; no row is a rate too."""
    day = timedelta(days=1)
    cases = [Case(n, "shop", "a", EDGE, EDGE - n * day, REAL, 1, 1) for n in (10, 20, 400)]
    fill(connection, cases)
    values = replace(VALUES, aggregate="rate", value="", rate_seconds=86_400)
    found = DuckDbEngine(connection).values_at(asked(values), EDGE)
    assert same(found["30d"].value, 2 / 27)
    assert found["week"].value == 0
    assert same(found["all"].value, 3 / 397)


def test_a_ratio_is_over_the_rows_of_another_table(connection: duckdb.DuckDBPyConnection) -> None:
    """Both sums are of the same windows; without anything below there is no ratio."""
    old = EDGE - timedelta(days=5)
    connection.execute("INSERT INTO orders VALUES ('shop', ?, 4), ('shop', ?, 4)", [old, EDGE])
    fill(connection, [Case(1, "shop", "a", old, old, REAL, 2, 1)])
    values = replace(
        VALUES,
        aggregate="ratio",
        value="score",
        over=OtherRows(table="orders", at="sold_at", where="n > 0", value="n"),
    )
    found = DuckDbEngine(connection).values_at(asked(values), EDGE)
    assert (found["30d"].value, found["30d"].denominator) == (0.5, 4)
    assert found["prev_year"].value is None


def test_money_is_added_to_the_last_digit(connection: duckdb.DuckDBPyConnection) -> None:
    """A thousand times a tenth is a hundred, where floats would drift."""
    day = EDGE - timedelta(days=4)
    connection.execute(
        "INSERT INTO cases SELECT i, 'shop', 'a', ?, ?, false, 1, 1 FROM range(1000) t(i)",
        [day, day],
    )
    values = replace(VALUES, aggregate="sum", value="CAST(score AS DECIMAL(18, 2)) * 0.1")
    assert DuckDbEngine(connection).values_at(asked(values), EDGE)["30d"].value == 100


def _sampled(connection: duckdb.DuckDBPyConnection, values: Values) -> Valued:
    return DuckDbEngine(connection).values_at(asked(values, sample=True), EDGE)["30d"]


def test_a_sample_carries_an_interval(connection: duckdb.DuckDBPyConnection) -> None:
    """Mean, ratio and quantile of a sample are bounded; two rows bound, one does not."""
    day = EDGE - timedelta(days=4)
    scores = [1, 2, 2, 4, 4, 5, 5, 5]
    fill(connection, [Case(n, "shop", "a", day, day, REAL, s, 1) for n, s in enumerate(scores)])
    mean = _sampled(connection, VALUES)
    variance = sum((s - 3.5) ** 2 for s in scores) / 7
    assert mean.lower is not None
    assert mean.upper is not None
    assert same(mean.upper - mean.lower, 2 * 1.96 * (variance / 8) ** 0.5)
    ratio = _sampled(connection, replace(VALUES, aggregate="ratio", denominator="weight"))
    assert same(ratio.lower, mean.lower)
    middle = replace(VALUES, aggregate="quantile", quantile=Decimal("0.5"))
    half = _sampled(connection, middle)
    assert (half.lower, half.value, half.upper) == (1, 4, 5)
    fill(connection, [Case(1, "shop", "a", day, day, REAL, 4, 1)])
    for values in (VALUES, middle):
        one = _sampled(connection, values)
        assert (one.value, one.lower, one.upper) == (4, None, None)


def test_a_quantile_over_keys_is_bounded_by_keys(connection: duckdb.DuckDBPyConnection) -> None:
    """As many keys with two rows each have the bounds of as many rows with the keys' means."""
    day = EDGE - timedelta(days=4)
    middle = replace(VALUES, aggregate="quantile", quantile=Decimal("0.5"))
    means = [1, 2, 2, 4, 4, 4, 5, 5]
    fill(connection, [Case(n, "shop", "a", day, day, REAL, s, 1) for n, s in enumerate(means)])
    rows = _sampled(connection, middle)
    twice = [(key, mean + off) for key, mean in enumerate(means) for off in (-1, 1)]
    cases = [Case(n, "shop", str(k), day, day, REAL, s, 1) for n, (k, s) in enumerate(twice)]
    fill(connection, cases)
    keys = _sampled(connection, replace(middle, per="customer", each="mean", at_least=2))
    assert (keys.lower, keys.value, keys.upper) == (rows.lower, rows.value, rows.upper) == (1, 4, 5)
