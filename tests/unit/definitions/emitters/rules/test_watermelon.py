"""The watermelon of a service, in real promtool against the table of its docstring."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import plans
from promtool import Bench

from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.emitters.rules import RULES
from truegreen_definitions.emitters.rules.promise import promises_of
from truegreen_definitions.emitters.rules.watermelon import closed_windows, watermelon_windows
from truegreen_definitions.names import WatermelonValue
from truegreen_definitions.plan import PrometheusRead, Records

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from truegreen_definitions.plan import Agreement

assert isinstance(plans.CSAT.parts, Records)
ROWS = replace(plans.CSAT.parts, min_sample=0)
BY_NAME = {
    name: replace(
        plans.over(plans.CSAT, "30d"),
        id=f"order-to-cash/{name}",
        name=name,
        kind=name[:3],
        sampling="census",
        parts=ROWS,
    )
    for name in ("sla1", "sla2", "xla1", "xla2")
}
PLAN = replace(plans.PLAN, agreements=tuple(BY_NAME.values()), sources=())
GOOD = {"ok": 100, "breached": 10, "no_data": 0}


def side(states: tuple[str, str]) -> bool | None:
    """Return whether a side is bad; None when nothing on it can be judged."""
    return "breached" in states if set(states) != {"no_data"} else None


def expected_value(states: tuple[str, ...]) -> WatermelonValue:
    """Read the table: SLAs first, XLAs second."""
    sla, xla = side((states[0], states[1])), side((states[2], states[3]))
    if sla is None or xla is None:
        return WatermelonValue.UNKNOWN
    if sla:
        return WatermelonValue.RED if xla else WatermelonValue.INVERSE
    return WatermelonValue.WATERMELON if xla else WatermelonValue.GREEN


def test_every_combination_of_states(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """For all 81 states of two SLAs and two XLAs exactly the table's value is 1."""
    (artifact,) = RULES.emit(PLAN, BuildInfo())
    bench = Bench(
        promtool=tool("promtool"),
        folder=tmp_path,
        rules=artifact.text,
        step_seconds=60,
        evaluate_seconds=60,
    )
    combinations = list(itertools.product(GOOD, repeat=4))
    series = {}
    for index, (name, agreement) in enumerate(BY_NAME.items()):
        head = (
            f'xla_window_events{{service="order-to-cash",agreement="{name}",kind="{agreement.kind}"'
        )
        states = [combination[index] for combination in combinations]
        totals = (str(100 * (state != "no_data")) for state in states)
        series[f'{head},part="total",window="30d"}}'] = " ".join(totals)
        series[f'{head},part="good",window="30d"}}'] = " ".join(str(GOOD[one]) for one in states)
    asked = [
        (f'xla:watermelon:state{{window="30d",state="{value}"}}', index * 60)
        for index in range(len(combinations))
        for value in WatermelonValue
    ]
    got = iter(bench.ask(series, asked))
    for combination in combinations:
        held = {value: next(got) for value in WatermelonValue}
        right = expected_value(combination)
        assert held == {value: float(value is right) for value in WatermelonValue}, combination


def test_windows_need_both_sides() -> None:
    """A window counts only where an SLA and an XLA are judged; the live one is among them."""
    promises = promises_of(plans.PLAN, plans.SERVICE)
    assert watermelon_windows(plans.PLAN, promises) == ("30d", "2m")
    xlas = [one for one in promises if one.agreement.kind == "xla"]
    assert watermelon_windows(plans.PLAN, xlas) == ()
    assert closed_windows(plans.PLAN, xlas) == ()


def test_closed_periods_are_judged_by_who_can() -> None:
    """The exporter judges months where it has rows, but not of signals that nobody pulls."""
    month = plans.over(plans.CSAT, "month")
    sla = replace(month, id="order-to-cash/kept", name="kept", kind="sla")
    signal = replace(plans.over(plans.AVAILABILITY, "month"), kind="sla")

    def windows(*agreements: Agreement, **more: object) -> tuple[tuple[str, ...], tuple[str, ...]]:
        plan = replace(plans.PLAN, agreements=agreements, measurements=(), **more)
        promises = promises_of(plan, plans.SERVICE)
        return watermelon_windows(plan, promises), closed_windows(plan, promises)

    assert windows(month, sla) == (("month",), ("prev_month",))
    assert windows(month, signal) == (("month", "prev_month"), ())
    hours = PrometheusRead(
        location="http://127.0.0.1:9090",
        authentication=None,
        look_back_seconds=0,
        history_seconds=0,
        every_seconds=1,
        timeout_seconds=1,
    )
    pulled = replace(plans.SURVEY_EXPORT, name="hours", read=hours)
    assert windows(month, signal, sources=(pulled,)) == (("month",), ("prev_month",))
    weekly = plans.over(plans.CSAT, "week")
    assert windows(weekly, sla)[1] == ("prev_month", "prev_week")
