"""A baseline's bounds hold as often as they say, and its windows do not overlap."""

from __future__ import annotations

import json
import math
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

import plans
import process_cases
import pytest
from ingesting import ingest

from truegreen_definitions.cli.app import main
from truegreen_definitions.plan import Bound, Elapsed
from truegreen_definitions.plan.codec import dumps
from truegreen_definitions.units import parse_window
from truegreen_exporters.baseline import (
    baseline,
    past_spans,
    target_baseline,
    threshold_baseline,
    windows_needed,
)
from truegreen_exporters.intake.mapping import Mapping
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2016, 3, 20, 12, tzinfo=UTC)


def test_the_suggestion_is_the_order_statistic_of_the_book() -> None:
    """Of nine windows the smallest is reached with 90 %; of eight none can be suggested."""
    counts = [(good, 100) for good in (97, 91, 95, 99, 93, 92, 98, 96, 94)]
    found = baseline(counts, 0.95, 0.9)
    assert (found.suggested, found.lowest, found.median, found.highest) == (0.91, 0.91, 0.95, 0.99)
    assert (found.windows, found.met, found.needed) == (9, 5, 9)
    few = baseline(counts[:8], 0.95, 0.9)
    assert (few.suggested, few.needed) == (None, 9)
    assert [windows_needed(chance) for chance in (0.5, 0.8, 0.9, 0.95)] == [1, 4, 9, 19]


@pytest.mark.parametrize(("chance", "windows"), [(0.8, 24), (0.9, 19), (0.9, 40), (0.5, 7)])
def test_the_next_window_reaches_it_as_often_as_declared(chance: float, windows: int) -> None:
    """Over many simulated histories the next attainment is at least the suggested one."""
    dice = random.Random(7)
    held = rounds = 0
    for _ in range(4000):
        past = [(dice.betavariate(50, 3), 1.0) for _ in range(windows)]
        suggested = baseline(past, 0.9, chance).suggested
        assert suggested is not None
        rounds += 1
        held += dice.betavariate(50, 3) >= suggested
    assert held / rounds >= chance - 0.02  # three standard errors of 4,000 rounds


def test_the_interval_holds_the_quantile_as_often_as_declared() -> None:
    """The interval of the tenth part of a uniform attainment holds 0.1 in 95 % of histories."""
    dice = random.Random(8)
    held = 0
    for _ in range(2000):
        found = baseline([(dice.random(), 1.0) for _ in range(100)], 0.9, 0.9)
        assert found.lower is not None
        assert found.upper is not None
        held += found.lower <= 0.1 <= found.upper
    assert held / 2000 >= 0.95 - 0.015


def test_a_long_history_has_an_interval() -> None:
    """Of 5,000 windows a tenth's interval is that of the normal approximation, within a place."""
    n, share = 5_000, 0.1
    found = baseline([(one, n) for one in range(1, n + 1)], 0.5, 1 - share)
    spread = 1.96 * (n * share * (1 - share)) ** 0.5
    assert found.lower == pytest.approx((n * share - spread) / n, abs=2 / n)
    assert found.upper == pytest.approx((n * share + spread) / n, abs=2 / n)


def test_no_history_says_nothing() -> None:
    """Windows without events are no windows."""
    found = baseline([(0, 0), (0, 0)], 0.9, 0.9)
    assert (found.windows, found.suggested, found.lower, found.lowest) == (0, None, None, None)


def test_a_target_is_bounded_on_its_own_side() -> None:
    """At most is at least of what is turned around, and both hold as often as declared."""
    values = [97.0, 91.0, 95.0, 99.0, 93.0, 92.0, 98.0, 96.0, 94.0]
    less = target_baseline(values, 95, 0.9, at_most=True)
    assert (less.suggested, less.met, less.lowest, less.highest) == (99, 5, 91, 99)
    more = target_baseline(values, 95, 0.9, at_most=False)
    assert (more.suggested, more.met, more.median) == (91, 5, 95)
    assert target_baseline(values[:8], 95, 0.9, at_most=True).suggested is None
    dice = random.Random(9)
    held = 0
    for _ in range(2000):
        found = target_baseline([dice.expovariate(1) for _ in range(19)], 1, 0.9, at_most=True)
        assert found.suggested is not None
        held += dice.expovariate(1) <= found.suggested
    assert held / 2000 >= 0.9 - 0.02


def test_the_command_tells_what_measures_could_promise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Values of past windows are those of the rows; a measure without a target is not told of."""
    bound = replace(
        plans.LIKED, window=parse_window("7d"), bound=Bound(direction="at_least", target=Decimal(4))
    )
    hour = Elapsed(start="answered_at - interval 1 hour", end="answered_at")
    slow = replace(
        plans.QUICK, window=parse_window("7d"), parts=replace(plans.QUICK.parts, elapsed=hour)
    )
    plan = replace(plans.PLAN, agreements=(), measurements=(bound, slow, plans.BACKLOG))
    (tmp_path / "plan.json").write_text(dumps(plan))
    weeks = [AT - timedelta(days=7 * back + 3) for back in range(1, 12)]
    rows = [f"{n},{2 + n % 4},{at:%d/%m/%Y %H:%M},webshop,1\n" for n, at in enumerate(weeks)]
    head = "id,rating,answered,application,updated\n"
    (tmp_path / "surveys.csv").write_text("".join([head, *rows]))
    state = tmp_path / "state.duckdb"
    with Store(state, plan) as store:
        mapping = Mapping.of(plans.SURVEY_EXPORT, plans.SURVEYS)
        ingest(store, mapping, Surroundings(folder=tmp_path), lambda: False)
    asked = ["baseline", "--plan", str(tmp_path / "plan.json"), "--state", str(state)]
    asked += ["--at", AT.isoformat()]
    assert main([*asked, "--format", "json"]) == 0
    liked, quick = json.loads(capsys.readouterr().out)["measures"]
    assert (liked["measure"], liked["windows"], liked["at_least"]) == (bound.id, 11, 4.0)
    scores = sorted(2 + n % 4 for n in range(11))
    assert (liked["lowest"], liked["median"], liked["suggested"]) == (2, scores[5], 2)
    assert liked["met"] == sum(score >= 4 for score in scores)
    assert (quick["windows"], quick["at_most"], quick["suggested"]) == (11, 259_200, 3_600)
    assert main(asked) == 0
    told = capsys.readouterr().out
    assert "promised at least 4 points over 7d; kept in 5 of 11 past windows" in told
    assert "the next window keeps at most 1h with a chance of 90 %" in told
    assert main([*asked, "nothing"]) != 0


def test_a_threshold_is_bounded_from_above() -> None:
    """Of nine windows the longest holds with 90 %; one whose cases are open is endless."""
    found = threshold_baseline([float(one) for one in range(1, 10)], 5.0, 0.9)
    assert (found.suggested, found.met, found.median, found.needed) == (9, 5, 5, 9)
    still = threshold_baseline([*(float(one) for one in range(1, 9)), math.inf], None, 0.9)
    assert (still.suggested, still.met, still.lowest) == (math.inf, 0, 1)


def test_the_command_tells_what_steps_could_be_tolerated_to_take(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both thresholds of a step are held against the cases of past windows, on its own clock."""
    plan = process_cases.company()
    (tmp_path / "plan.json").write_text(dumps(plan))
    rows = [
        process_cases.Row(case, "take", 1, 1, (at, at, at, at + 1 + case % 7))
        for case, at in enumerate(range(0, 390, 3))
    ]
    (tmp_path / "visits.jsonl").write_text("".join(row.written() for row in rows))
    state = tmp_path / "state.duckdb"
    moment = process_cases.BEGIN + process_cases.SLOT * 396
    with Store(state, plan) as store:
        (source,), (table,) = plan.sources, plan.tables
        around = Surroundings(folder=tmp_path)
        ingest(store, Mapping.of(source, table), around, lambda: False)
    asked = ["baseline", "--plan", str(tmp_path / "plan.json"), "--state", str(state)]
    asked += ["--at", moment.isoformat(), "--chance", "50%", "order-to-cash/take"]
    assert main([*asked, "--format", "json"]) == 0
    satisfied, tolerated = json.loads(capsys.readouterr().out)["steps"]
    slot = process_cases.SLOT_SECONDS
    assert (satisfied["threshold"], satisfied["share"]) == ("satisfied", 0.75)
    assert (tolerated["threshold"], tolerated["share"]) == ("tolerated", 0.95)
    assert (satisfied["seconds"], tolerated["seconds"]) == (2 * slot, 4 * slot)
    assert satisfied["windows"] == tolerated["windows"] >= 1
    assert (tolerated["suggested"], tolerated["met"]) == (7 * slot, 0)
    assert satisfied["suggested"] in (5 * slot, 6 * slot)
    assert main(asked) == 0
    told = capsys.readouterr().out
    assert "order-to-cash/take: tolerated up to 2h; 95 % of cases stayed within in 0 of " in told
    assert "95 % of cases of the next window stay within 3h30m with a chance of 50 %" in told


def test_past_windows_follow_each_other() -> None:
    """Rolling windows tile the past up to the moment; calendar ones are closed periods."""
    days = past_spans(parse_window("7d"), AT, "Europe/Berlin", 3)
    assert [end - start for start, end in days] == [timedelta(days=7)] * 3
    assert days[-1][1] == AT
    assert all(one[1] == two[0] for one, two in pairwise(days))
    months = past_spans(parse_window("month"), AT, "Europe/Berlin", 2)
    assert months[-1][1] == datetime(2016, 2, 29, 23, tzinfo=UTC)
    assert past_spans(parse_window("all"), AT, "UTC", 3) == ()
