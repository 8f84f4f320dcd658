"""Counts over many days, evaluated by real promtool against adding up in Python."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import plans
import pytest
from promtool import Bench

from truegreen_definitions.emitters.rules.days import (
    calendar_count,
    last_day,
    rolling_count,
    today,
)
from truegreen_definitions.emitters.yaml_text import dumps
from truegreen_definitions.units import parse_window
from truegreen_exporters.windows.bounds import bounds

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GRID, HOUR, DAY = 300, 3_600, 86_400
HISTORY_DAYS = 735
X, BLOCK, SO_FAR = "x:increase5m", "x:increase1d", "x:so_far"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# At bounds, just before and after them, and anywhere: of days, weeks, months, quarters, years.
NEW_YEAR, MARCH_1, APRIL_1 = 730 * DAY, 424 * DAY, 455 * DAY
MONDAY = 403 * DAY
INSTANTS = (
    *(bound + shift for bound in (MARCH_1, APRIL_1, MONDAY) for shift in (-1, 0, 1)),
    *(NEW_YEAR - 1, NEW_YEAR + 1, MARCH_1 + 12 * HOUR + 17, 442 * DAY + 299, 700 * DAY + 301),
)
WINDOWS = ("7d", "30d", "90d", "week", "month", "quarter", "year")
CLOSED = ("prev_week", "prev_month", "prev_quarter")


def expression(window: str) -> str:
    """Return what would be recorded for a window."""
    one = parse_window(window)
    if one.seconds:
        return rolling_count(BLOCK, SO_FAR, one.seconds, plans.POLICY)
    return calendar_count(BLOCK, SO_FAR, one, plans.POLICY)


def counted(counts: list[int | None], window: str, at: int) -> int:
    """Return the sum of the counts that end in the window, as the exporter bounds it."""
    grid = at - at % GRID
    seen = EPOCH + timedelta(seconds=at if parse_window(window).unit else grid)
    start, end = bounds(parse_window(window), seen, ZoneInfo("UTC"))
    assert start is not None
    first, last = ((one - EPOCH) // timedelta(seconds=GRID) for one in (start, end))
    return sum(count or 0 for count in counts[first + 1 : last + 1])


def drawn(rng: random.Random, gap: range) -> list[int | None]:
    """Return counts of five minutes: bursts, and none where Prometheus did not run."""
    return [
        None if index * GRID in gap else rng.randint(0, 9) * (500 if rng.random() < 0.01 else 1)
        for index in range(HISTORY_DAYS * DAY // GRID)
    ]


def asked(
    tool: Callable[[str], str], folder: Path, counts: list[int | None], windows: tuple[str, ...]
) -> list[tuple[str, int, float | None]]:
    """Return (window, instant, value) of every window at every instant."""
    rules = {
        "name": "blocks",
        "interval": "60s",
        "rules": [{"record": BLOCK, "expr": last_day(X, plans.POLICY)}],
    }
    bench = Bench(
        promtool=tool("promtool"),
        folder=folder,
        rules=dumps({"groups": [rules]}),
        step_seconds=GRID,
        evaluate_seconds=6 * HOUR,
    )
    values = " ".join("_" if count is None else str(count) for count in counts)
    pairs = [(window, at) for window in windows for at in INSTANTS]
    # The block of today is recorded four times a day here, and every minute by the rules.
    block = f"last_over_time({BLOCK}[359m59s])"
    # So is what today has counted: here it is counted where it is read.
    so_far = today(X, plans.POLICY)
    questions = [
        (
            expression(window)
            .replace(f"sum({BLOCK})", f"sum({block})")
            .replace(f"sum({BLOCK} *", f"sum({block} *")
            .replace(f"{SO_FAR} offset", f"last_over_time(({so_far})[1s:1s]) offset")
            .replace(f"[1s:1s]) offset {window}", f"[1s:1s] offset {window})")
            .replace(SO_FAR, f"({so_far})"),
            at,
        )
        for window, at in pairs
    ]
    got = bench.ask({X: values}, questions)
    return [(window, at, value) for (window, at), value in zip(pairs, got, strict=True)]


def test_windows_equal_adding_up(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Every window is exact at bounds of days and periods, beside them, and anywhere."""
    counts = drawn(random.Random(7), range(0))
    for window, at, value in asked(tool, tmp_path, counts, WINDOWS + CLOSED):
        assert value == counted(counts, window, at), (window, at)


def test_an_outage_of_prometheus_costs_no_more_than_itself(
    tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """Hours without a sample around midnight leave every other count of both days in the sums."""
    midnight = 440 * DAY
    gap = range(midnight - 5 * HOUR, midnight + 5 * HOUR)
    counts = drawn(random.Random(8), gap)
    # Prometheus looks back five minutes: the last count before the gap is seen once more.
    counts_seen = list(counts)
    counts_seen[gap.start // GRID] = counts[gap.start // GRID - 1]
    for window, at, value in asked(tool, tmp_path, counts, ("30d", "quarter")):
        assert value == counted(counts_seen, window, at), (window, at)


@pytest.mark.parametrize("window", WINDOWS)
def test_nothing_recorded_is_a_sum_of_nothing(
    window: str, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """Before the first count the sum is 0, which no ratio is taken of."""
    bench = Bench(
        promtool=tool("promtool"),
        folder=tmp_path,
        rules=dumps({"groups": []}),
        step_seconds=GRID,
        evaluate_seconds=HOUR,
    )
    assert bench.ask({"other": "1x10"}, [(expression(window), 1_000)]) == [0]


@pytest.mark.parametrize("window", ["7d", "30d"])
def test_a_day_begins_with_nothing(window: str, tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Just after midnight the last record may be of the day before: it is not of the first day."""
    days = int(window.removesuffix("d"))
    a_day = DAY // GRID
    counted = list(range(a_day)) * (days + 4)
    begins = 3 * a_day
    counted[begins] = a_day  # as it was a minute before midnight
    bench = Bench(
        promtool=tool("promtool"),
        folder=tmp_path,
        rules=dumps({"groups": []}),
        step_seconds=GRID,
        evaluate_seconds=GRID,
    )
    given = {BLOCK: f"{a_day}x{len(counted)}", SO_FAR: " ".join(map(str, counted))}
    at = (days + 3) * DAY
    asked = [(expression(window), at + after) for after in (120, GRID, 2 * GRID)]
    assert bench.ask(given, asked) == [days * a_day] * 3
