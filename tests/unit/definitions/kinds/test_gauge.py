"""Indicator kind gauge: slices of time, counted by real promtool."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from companies import compiled, promising
from promtool import Bench

from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.emitters.rules import RULES
from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

UP = "kind: gauge\ngood_when: up == 1"


def _signal(indicator: str) -> Signal:
    found = compiled(shop=promising(indicator))
    assert found.plan is not None, found.problems
    parts = found.plan.agreements[0].parts
    assert isinstance(parts, Signal)
    return parts


def test_a_condition_becomes_slices() -> None:
    """Good are the slices in which it holds for all series, total those in which it is known."""
    assert _signal(UP) == Signal(
        good="sum_over_time(min(up == bool 1)[$window:1m])",
        total="count_over_time(min(up == bool 1)[$window:1m])",
        slice_seconds=60,
    )


def test_sides_keep_their_shape() -> None:
    """Arithmetic on a side, a matching and a slice of one's own arrive as written."""
    parts = _signal("kind: gauge\ngood_when: a + 1 > on (x) b * 2\nslice: 30s")
    assert parts.good == "sum_over_time(min((a + 1) > bool on (x) (b * 2))[$window:30s])"


def test_strings_keep_their_spaces() -> None:
    """What stands in quotes is the name of something, and no layout."""
    parts = _signal("""kind: gauge\ngood_when: 'up{job="a  b"} == 1'""")
    assert parts.good == 'sum_over_time(min(up{job="a  b"} == bool 1)[$window:1m])'


def test_a_condition_without_an_example_is_told() -> None:
    """What no generated test can show is said where it is written, before any test is run."""
    found = compiled(shop=promising("kind: gauge\ngood_when: min_over_time(up[1m]) == 1"))
    assert [one.id for one in found.problems] == ["promql/no-example"]
    assert not compiled(shop=promising(UP)).problems


@pytest.mark.parametrize(
    ("indicator", "problem"),
    [
        ("kind: gauge\ngood_when: up", "promql/not-a-condition"),
        ("kind: gauge\ngood_when: up == bool 1", "promql/not-a-condition"),
        ("kind: gauge\ngood_when: up == 1 or down == 0", "promql/not-a-condition"),
        ("kind: gauge\ngood_when: up ==", "promql/syntax"),
        ("kind: gauge\ngood_when: max_over_time(up[1h:1m]) == 1", "promql/not-allowed"),
        ("kind: gauge\ngood_when: up @ end() == 1", "promql/not-allowed"),
        (UP + "\nslice: 7s", "gauge/slice"),
        (UP + "\nslice: 10m", "gauge/slice"),
        (UP + "\nslice: 10s", "gauge/slice"),
    ],
)
def test_what_no_slice_can_be_asked_is_refused(indicator: str, problem: str) -> None:
    """No comparison, another kind of time, and a slice off the grid or below a scrape."""
    found = compiled(shop=promising(indicator))
    assert [one.id for one in found.problems] == [problem]


def test_slices_are_counted_exactly(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Of two instances one is down for 7 minutes, later both are gone for 4: 7 bad, 4 missing."""
    found = compiled(shop=promising(UP))
    assert found.plan is not None
    (artifact,) = RULES.emit(found.plan, BuildInfo())
    bench = Bench(
        promtool=tool("promtool"),
        folder=tmp_path,
        rules=artifact.text,
        step_seconds=60,
        evaluate_seconds=60,
    )
    series = {
        'up{instance="a"}': "1x99 stale _x3 1x100",
        'up{instance="b"}': "1x39 0x6 1x52 stale _x3 1x100",
    }
    hour = [(f'xla:{part}:sum{{window="1h"}}', 65 * 60) for part in ("good", "total")]
    later = [(f'xla:{part}:sum{{window="1h"}}', 130 * 60) for part in ("good", "total")]
    assert bench.ask(series, [*hour, *later]) == [53, 60, 56, 56]
