"""States and intervals from parts, in real promtool against an independent reading in Python."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import plans
import pytest
from promtool import Bench

from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.emitters.rules import RULES
from truegreen_definitions.names import StateValue

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Literal

    from truegreen_definitions.plan import Agreement

STEP = 60
Z = 1.96
WHERE = 'agreement="csat",service="order-to-cash",window="month"'
FRESH = {'truegreen_source_last_success_timestamp_seconds{source="survey-export"}': "0+60x400"}
EDGES = [(0, 0), (0, 1), (1, 1), (29, 29), (30, 30), (0, 30), (85, 100), (84, 100), (900, 1000)]


def csat(sampling: Literal["census", "sample"]) -> Agreement:
    """Return the survey agreement of the plans, judged as told."""
    return replace(plans.CSAT, sampling=sampling)


def bench_of(agreement: Agreement, folder: Path, promtool: str) -> Bench:
    """Return the rules of that one agreement."""
    plan = replace(plans.PLAN, agreements=(agreement,))
    (artifact,) = RULES.emit(plan, BuildInfo())
    return Bench(
        promtool=promtool,
        folder=folder,
        rules=artifact.text,
        step_seconds=STEP,
        evaluate_seconds=STEP,
    )


def parts(pairs: list[tuple[int, int]], window: str = "month") -> dict[str, str]:
    """Return gauges that show one pair of (good, total) after the other."""
    head = (
        f'xla_window_events{{service="order-to-cash",agreement="csat",kind="xla",window="{window}"'
    )
    return {
        f'{head},part="{part}"}}': " ".join(str(pair[index]) for pair in pairs)
        for index, part in enumerate(("good", "total"))
    }


def drawn(seed: int) -> list[tuple[int, int]]:
    """Return edge cases and random pairs, many of them close to the objective."""
    rng = random.Random(seed)
    pairs = list(EDGES)
    for _ in range(80):
        total = rng.choice([rng.randint(1, 60), rng.randint(30, 3_000)])
        share = min(1, max(0, rng.gauss(0.87, 0.06)))
        pairs.append((round(total * share), total))
    return pairs


def roots(good: int, total: int) -> tuple[float, float]:
    """Return Wilson's bounds as the roots of (p - x)² = z² x (1 - x) / n."""
    p, n = good / total, total
    a, b, c = 1 + Z * Z / n, -(2 * p + Z * Z / n), p * p
    root = math.sqrt(max(0, b * b - 4 * a * c))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def expected_state(agreement: Agreement, good: int, total: int) -> StateValue:
    """Read the contract's words: what state are these parts?"""
    objective = float(agreement.objective)
    if total == 0:
        return StateValue.NO_DATA
    if total < 30:
        return StateValue.INSUFFICIENT
    if agreement.sampling == "sample":
        lower, upper = roots(good, total)
        if upper < objective:
            return StateValue.BREACHED
        return StateValue.OK if lower >= objective else StateValue.AT_RISK
    if Decimal(good) / total < agreement.objective:
        return StateValue.BREACHED
    left = 1 - (total - good) / (Decimal(1) - agreement.objective) / total
    return StateValue.OK if left >= Decimal("0.25") else StateValue.AT_RISK


@pytest.mark.parametrize("sampling", ["census", "sample"])
def test_one_state_holds_and_it_is_the_right_one(
    sampling: Literal["census", "sample"], tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """For edge and random parts the state is the one that the contract's words give."""
    agreement, pairs = csat(sampling), drawn(7)
    bench = bench_of(agreement, tmp_path, tool("promtool"))
    asked = [
        (f'xla:state{{{WHERE},state="{state}"}}', index * STEP)
        for index in range(len(pairs))
        for state in StateValue
    ]
    got = iter(bench.ask({**FRESH, **parts(pairs)}, asked))
    for pair in pairs:
        held = {state: next(got) for state in StateValue}
        expected = {state: float(state is expected_state(agreement, *pair)) for state in StateValue}
        assert held == expected, pair


@pytest.mark.parametrize("sampling", ["census", "sample"])
def test_bounds_and_budget_are_the_formulas(
    sampling: Literal["census", "sample"], tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """Attainment, bounds and budget follow their definitions, and are absent without events."""
    agreement, pairs = csat(sampling), drawn(11)
    bench = bench_of(agreement, tmp_path, tool("promtool"))
    metrics = ("attainment", "attainment_lower", "attainment_upper", "budget_remaining")
    asked = [
        (f"xla:{metric}:ratio{{{WHERE}}}", index * STEP)
        for index in range(len(pairs))
        for metric in metrics
    ]
    got = bench.ask({**FRESH, **parts(pairs)}, asked)
    for index, (good, total) in enumerate(pairs):
        values = got[index * 4 : index * 4 + 4]
        if total == 0:
            assert values == [None] * 4
            continue
        ratio = good / total
        bounds = roots(good, total) if sampling == "sample" else (ratio, ratio)
        left = 1 - (total - good) / (0.15 * total)
        assert values == pytest.approx([ratio, *bounds, left], abs=1e-9), (good, total)


def test_missing_or_unread_parts_are_stale(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Without parts, or with a source unread for over 15 minutes, the state is stale alone."""
    bench = bench_of(csat("sample"), tmp_path, tool("promtool"))
    read_until_ten = {next(iter(FRESH)): "0+60x10 600x30"}
    all_good = parts([(100, 100)] * 40)
    every = f"xla:state{{{WHERE}}}"
    stale = f'xla:state{{{WHERE},state="stale"}}'
    moments = [(stale, 1500), (stale, 1560), (every, 1560)]
    assert bench.ask({**read_until_ten, **all_good}, moments) == [0, 1, 1]
    assert bench.ask(FRESH, [(stale, 60), (every, 60)]) == [1, 1]


def test_a_second_exporter_changes_nothing(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Parts from two instances are not added up."""
    bench = bench_of(csat("census"), tmp_path, tool("promtool"))
    twice = {
        series.replace("{", f'{{instance="{name}",', 1): values
        for name in ("a", "b")
        for series, values in parts([(90, 100)]).items()
    }
    asked = [(f"xla:{part}:sum{{{WHERE}}}", 0) for part in ("good", "total")]
    assert bench.ask({**FRESH, **twice}, asked) == [90, 100]


def test_the_closed_period_is_judged_too(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """An agreement over a month has a state for the month before."""
    bench = bench_of(csat("census"), tmp_path, tool("promtool"))
    state = f'xla:state{{{WHERE.replace("month", "prev_month")},state="breached"}}'
    assert bench.ask({**FRESH, **parts([(10, 100)], "prev_month")}, [(state, 0)]) == [1]


def test_the_source_read_longest_ago_decides(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Of two sources of a table one that is not read makes the state stale."""
    other = replace(plans.SURVEY_EXPORT, name="survey-import")
    plan = replace(plans.PLAN, agreements=(csat("census"),), sources=(plans.SURVEY_EXPORT, other))
    (artifact,) = RULES.emit(plan, BuildInfo())
    bench = Bench(
        promtool=tool("promtool"),
        folder=tmp_path,
        rules=artifact.text,
        step_seconds=STEP,
        evaluate_seconds=STEP,
    )
    unread = {next(iter(FRESH)).replace("survey-export", "survey-import"): "0x40"}
    stale = f'xla:state{{{WHERE},state="stale"}}'
    shown = {**FRESH, **unread, **parts([(100, 100)] * 40)}
    assert bench.ask(shown, [(stale, 900), (stale, 960)]) == [0, 1]


def test_a_source_that_is_read_hourly_may_miss_one_reading(
    tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """Read two hours ago it is not stale and nobody is told; a minute later it is."""
    hourly = replace(plans.SURVEY_EXPORT, read=plans.HOURLY)
    plan = replace(plans.PLAN, agreements=(csat("census"),), sources=(hourly,))
    (artifact,) = RULES.emit(plan, BuildInfo())
    assert artifact.text.count("> 7200\n") == artifact.text.count("SourceStale") == 1
    bench = Bench(
        promtool=tool("promtool"),
        folder=tmp_path,
        rules=artifact.text,
        step_seconds=STEP,
        evaluate_seconds=STEP,
    )
    stale = f'xla:state{{{WHERE},state="stale"}}'
    shown = {next(iter(FRESH)): "0x130", **parts([(100, 100)] * 130)}
    assert bench.ask(shown, [(stale, 7200), (stale, 7260)]) == [0, 1]
