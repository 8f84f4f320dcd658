"""Indicator kind composite: only what is exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from companies import SERVICE, compiled
from promtool import Bench

from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.emitters.rules import RULES
from truegreen_definitions.plan import Plan, Signal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PARTS = """  slas:
    - {name: a, objective: 99%, window: 30d,
       indicator: {kind: promql, good: a_ok_total, total: a_total}}
    - {name: b, objective: 90%, window: 30d,
       indicator: {kind: promql, good: b_ok_total, total: b_total}}
    - {name: felt, objective: 90%, window: 30d,
       indicator: {kind: latency, step: pay, source: journey}}
    - {name: asked, objective: 90%, window: 30d, use: csat}
    - {name: held, objective: 90%, window: 30d, indicator: {kind: gauge, good_when: up == 1}}
    - {name: whole, objective: 99%, window: 30d, indicator: {kind: composite, """


def _service(composite: str) -> str:
    return SERVICE + PARTS + composite + "}}\n"


def _plan(service: str) -> Plan:
    found = compiled(shop=service)
    assert found.plan is not None, found.problems
    return found.plan


def _bench(composite: str, folder: Path, promtool: str) -> Bench:
    return _bench_of(_service(composite), folder, promtool)


def _bench_of(service: str, folder: Path, promtool: str) -> Bench:
    (artifact,) = RULES.emit(_plan(service), BuildInfo())
    return Bench(
        promtool=promtool,
        folder=folder,
        rules=artifact.text,
        step_seconds=15,
        evaluate_seconds=150,
    )


def test_weighted_events_add_up(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Good and total are sums over the parts; one that is not there adds nothing."""
    bench = _bench("weights: {a: 1, b: 2.5}", tmp_path, tool("promtool"))
    of_a = {f'a{name}_total{{synthetic="no"}}': f"500+{n}x200" for name, n in (("_ok", 8), ("", 9))}
    of_b = {f"b{name}_total": f"500+{n}x200" for name, n in (("_ok", 1), ("", 4))}
    asked = [
        (f'xla:{part}:sum{{agreement="whole",window="5m"}}', 1_200) for part in ("good", "total")
    ]
    assert bench.ask(of_a | of_b, asked) == pytest.approx([20 * (8 + 2.5), 20 * (9 + 10)])
    assert bench.ask(of_a, asked) == pytest.approx([20 * 8, 20 * 9])
    assert bench.ask({"other": "1"}, asked) == [None, None]


def test_a_part_that_is_no_number_adds_nothing(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Where nothing of one part was quick its share is 0/0, and the good of the others stays."""
    count = "sum(increase(a_ok_total[$window]))"
    service = _service("weights: {a: 1, b: 2.5}").replace(
        "good: a_ok_total", f"good: '{count} / {count} * {count}'"
    )
    bench = _bench_of(service, tmp_path, tool("promtool"))
    series = {"a_total": "500+9x200", "a_ok_total": "500x200"}
    series |= {"b_total": "500+4x200", "b_ok_total": "500+3x200"}
    asked = [
        (f'xla:{part}:sum{{agreement="whole",window="5m"}}', 1_200) for part in ("good", "total")
    ]
    assert bench.ask(series, asked) == pytest.approx([20 * 7.5, 20 * 19])


def test_a_bad_that_is_no_number_spoils_nothing(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Where nothing was bad the share of it is 0/0, and all that came was good."""
    count = "sum(increase(a_ok_total[$window]))"
    service = _service("every: [a]").replace(
        "good: a_ok_total", f"bad: '{count} / {count} * {count}'"
    )
    bench = _bench_of(service, tmp_path, tool("promtool"))
    asked = [(f'xla:{part}:sum{{agreement="a",window="5m"}}', 1_200) for part in ("good", "total")]
    series = {"a_total": "500+9x200", "a_ok_total": "500x200"}
    assert bench.ask(series, asked) == pytest.approx([180, 180])


def test_a_slice_is_good_when_every_part_is(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Of 12 slices of an hour two spoil one part and one both; a silent part spoils none."""
    bench = _bench("every: [a, b]", tmp_path, tool("promtool"))
    # 20 events per slice: a allows no bad one, b two.
    a_bad = [0] * 14 + [1, 1] + [0] * 20
    b_bad = [0] * 15 + [3, 2] + [0] * 19
    series = {}
    for name, bad in (("a", a_bad), ("b", b_bad)):
        total, good = [0], [0]
        for lost in bad:
            total += [total[-1] + n + 1 for n in range(20)]
            good += [good[-1] + max(0, n + 1 - lost) for n in range(20)]
        series[f"{name}_total"] = " ".join(str(9_000 + one) for one in total)
        series[f"{name}_ok_total"] = " ".join(str(9_000 + one) for one in good)
    asked = [
        (f'xla:{part}:sum{{agreement="whole",window="1h"}}', 25 * 300) for part in ("good", "total")
    ]
    assert bench.ask(series, asked) == [10, 12]
    silent = {name: values for name, values in series.items() if name.startswith("b")}
    assert bench.ask(silent, asked) == [11, 12]


def test_slices_read_what_the_parts_record() -> None:
    """The counts of the parts are read, at the pace at which a slice ends."""
    (whole,) = [one for one in _plan(_service("every: [a, b]")).agreements if one.name == "whole"]
    assert isinstance(whole.parts, Signal)
    assert whole.parts.slice_seconds == 300
    assert 'xla:good:increase5m{agreement="b",service="shop"} >= bool 0.9 *' in whole.parts.good


@pytest.mark.parametrize(
    ("composite", "problem"),
    [
        ("every: [a, c]", "reference/unknown"),
        ("every: [whole]", "reference/unknown"),
        ("every: [a, asked]", "composite/not-exact"),
        ("weights: {a: 1, asked: 1}", "composite/not-exact"),
        ("weights: {a: 1, felt: 1}", "composite/not-exact"),
        ("weights: {a: 1, held: 1}", "composite/not-exact"),
        ("every: [a], weights: {a: 1}", "language/bad-value"),
    ],
)
def test_what_does_not_add_up_is_refused(composite: str, problem: str) -> None:
    """Unknown names, itself, records, samples, slices by weight, and both ways at once."""
    found = compiled(shop=_service(composite))
    lints = {"alert/cannot-fire"}  # of the parts, whose objectives are low
    assert [one.id for one in found.problems if one.id not in lints] == [problem]
