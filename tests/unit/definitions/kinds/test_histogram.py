"""Latency of an application's histogram: exact at a bound, by either spelling of it."""

from __future__ import annotations

import subprocess
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from companies import SERVICE, compiled, promising
from hypothesis import given, settings
from hypothesis import strategies as st
from native_histograms import written
from prometheus_server import started
from promtool import Bench
from rule_replay import Replay, read_rules

from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.emitters.rules import RULES
from truegreen_definitions.kinds.histogram import excess_weights
from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FELT = "kind: latency\nstep: pay\nsource: {metric: http_seconds%s}"
WHOLE = "latency: {satisfied: 1s, tolerated: 2800ms}"
BEGIN, LASTS = 1_700_006_400, 7_200


def _signal(source: str, **changed: str) -> Signal:
    found = compiled(shop=promising(FELT % source), **changed)
    assert found.plan is not None, found.problems
    (agreement,) = found.plan.agreements
    assert (agreement.sampling, agreement.step, agreement.vendor) == ("census", "pay", "paygate")
    assert isinstance(agreement.parts, Signal)
    return agreement.parts


def test_a_bucket_is_good_and_the_count_is_total() -> None:
    """What succeeded within the threshold is good, of all that `where` chooses."""
    parts = _signal(""", where: 'method="POST"', success: 'code!~"5.."'""")
    of = 'method="POST",synthetic!="true"}[$window]))'
    assert parts == Signal(
        good='sum(increase(http_seconds_bucket{code!~"5..",le="0.7",' + of,
        total="sum(increase(http_seconds_count{" + of,
    )


def test_a_native_histogram_is_asked_for_its_fraction(
    tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """The share below the threshold times the count; promtool takes the rules as they are."""
    parts = _signal(""", native: true, success: 'code="200"'""")
    assert parts.good.startswith("histogram_fraction(0, 0.7, sum(increase(http_seconds{code=")
    assert parts.total.startswith("histogram_count(sum(increase(http_seconds{synthetic")
    found = compiled(shop=promising(FELT % ", native: true"))
    assert [one.id for one in found.problems] == ["promql/no-example"]
    plan = found.plan
    assert plan is not None
    (artifact,) = RULES.emit(plan, BuildInfo())
    (tmp_path / "rules.yml").write_text(artifact.text)
    command = [tool("promtool"), "check", "rules", str(tmp_path / "rules.yml")]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_native_histogram_counts_in_a_real_server(
    tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """A server with native histograms counts what was within the threshold, restarts included."""
    felt = FELT % """, native: true, success: 'code="200"'"""
    service = promising(felt).replace("latency: {satisfied: 700ms, tolerated: 2800ms}", WHOLE)
    assert service.count(WHOLE) == 1
    plan = compiled(shop=service).plan
    assert plan is not None
    (artifact,) = RULES.emit(plan, BuildInfo())
    flags = ("--enable-feature=native-histograms",)
    with started(tool("prometheus"), tmp_path, flags=flags) as server:
        for code, within, above in (("200", 3, 1), ("500", 2, 5)):
            labels = {"code": code, "job": "shop"}
            server.write_batch(written("http_seconds", labels, 0, _observed(within, above)))
        Replay(server, read_rules(artifact.text)).run([BEGIN + LASTS], since=BEGIN)
        for window, scrapes in (("5m", 20), ("1h", 240)):
            good, total = (
                server.value(f'xla:{part}:sum{{window="{window}"}}', BEGIN + LASTS)
                for part in ("good", "total")
            )
            assert good == pytest.approx(3 * scrapes)
            assert total == pytest.approx(11 * scrapes)


def _observed(within: int, above: int) -> list[tuple[int, tuple[int, ...]]]:
    """Return scrapes of two hours: so many more up to 1 s and up to 2 s each.

    There is one restart, in the last hour and not in its last five minutes.
    """
    times = range(0, LASTS + 1, 15)
    lived = [place % (len(times) - 100) + 1 for place in range(len(times))]
    return [
        ((BEGIN + at) * 1_000, (within * age, above * age))
        for at, age in zip(times, lived, strict=True)
    ]


@pytest.mark.parametrize("le", ["1", "1.0"])
def test_a_whole_second_is_found_in_both_spellings(
    le: str, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """Clients of Go write `1`, those of Python and servers since 3.0 `1.0`."""
    service = promising(FELT % "").replace("latency: {satisfied: 700ms, tolerated: 2800ms}", WHOLE)
    assert service.count(WHOLE) == 1
    plan = compiled(shop=service).plan
    assert plan is not None
    (artifact,) = RULES.emit(plan, BuildInfo())
    bench = Bench(
        promtool=tool("promtool"),
        folder=tmp_path,
        rules=artifact.text,
        step_seconds=15,
        evaluate_seconds=150,
    )
    series = {f'http_seconds_bucket{{le="{le}"}}': "900+3x99", "http_seconds_count": "900+4x99"}
    series['http_seconds_bucket{le="10"}'] = series["http_seconds_count"]
    asked = [(f'xla:{part}:sum{{window="5m"}}', 1_200) for part in ("good", "total")]
    assert bench.ask(series, asked) == pytest.approx([60, 80])


def test_a_threshold_between_bounds_names_the_nearest() -> None:
    """Where bounds are known the threshold is one of them, or the problem says which are near."""
    assert _signal(", bounds: [100ms, 700ms, 2800ms]")
    found = compiled(shop=promising(FELT % ", bounds: [100ms, 500ms, 1s, 5s]"))
    (problem,) = found.problems
    assert problem.id == "latency/not-a-bound"
    assert problem.hint.endswith("take the nearest as threshold: 500ms or 1s")


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (", where: 'method='", "promql/syntax"),
        (", success: '}'", "promql/syntax"),
        (", native: true, bounds: [1s]", "language/bad-value"),
    ],
)
def test_a_histogram_that_cannot_be_read_is_refused(source: str, problem: str) -> None:
    """Matchers that are none, and bounds of what has none."""
    found = compiled(shop=promising(FELT % source))
    assert [one.id for one in found.problems] == [problem]


def test_a_name_with_more_than_a_name_is_refused() -> None:
    """Matchers do not belong into the name of the metric."""
    found = compiled(shop=SERVICE and promising(FELT.replace("http_seconds%s", "'a{b=\"c\"}'")))
    assert {one.id for one in found.problems} == {"promql/syntax"}


@settings(max_examples=100)
@given(
    bounds=st.lists(st.integers(1, 60), min_size=1, max_size=6, unique=True),
    tolerated=st.integers(0, 60),
    counts=st.lists(st.integers(0, 50), min_size=7, max_size=7),
)
def test_excess_is_what_lies_evenly_in_buckets(
    bounds: list[int], tolerated: int, counts: list[int]
) -> None:
    """The weighted counts are the time above tolerated of cases spread evenly, counted finely."""
    upper = sorted(bounds)
    weights = excess_weights([Decimal(one) for one in upper], Decimal(tolerated))
    if tolerated >= upper[-1]:
        assert weights == {}
        return
    fine = 60  # each case is as many, in the middles of as many equal parts of its bucket
    expected = Fraction(0)
    for low, high, count in zip((0, *upper), upper, counts, strict=False):
        middles = (low + Fraction((2 * n + 1) * (high - low), 2 * fine) for n in range(fine))
        expected += count * sum(max(Fraction(0), at - tolerated) for at in middles) / fine
    beyond = counts[len(upper)]
    expected += beyond * (upper[-1] - tolerated)
    total = sum(counts[: len(upper) + 1])
    cumulative = {Decimal(one): sum(counts[: n + 1]) for n, one in enumerate(upper)}
    found = sum(
        (weight * (total if bound is None else cumulative[bound]))
        for bound, weight in weights.items()
    )
    # The bucket in which the threshold lies is coarser by a part of it for each case.
    widest = max(high - low for low, high in zip((0, *upper), upper, strict=False))
    assert abs(Fraction(found) - expected) <= Fraction(widest, fine) * max(total, 1)


def test_a_histogram_with_known_bounds_tells_overruns() -> None:
    """Seconds above tolerated are weighted counts of the buckets; without bounds nobody knows."""
    signal = _signal(", bounds: [100ms, 700ms, 2800ms, 10s]")
    assert [weighted.weight for weighted in signal.excess] == [
        Decimal("7.2"),
        Decimal("-3.6"),
        Decimal("-3.6"),
    ]
    assert 'le="2.8"' in signal.excess[1].counted
    assert _signal("").excess == ()
    assert _signal(", bounds: [100ms, 700ms]").excess == ()
