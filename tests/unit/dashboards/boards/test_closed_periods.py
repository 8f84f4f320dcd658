"""What closed periods and overruns read, by a real Prometheus on made-up series."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from promtool import Bench

from truegreen_dashboards.boards import boards
from truegreen_dashboards.panels import Table
from truegreen_definitions.names import WatermelonValue

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from truegreen_dashboards.panels import Panel
    from truegreen_definitions.plan import Plan

PERIODS = {
    # service: (state, suspected, first, vetoed); suspected is None where the exporter is silent
    "ripe": (WatermelonValue.WATERMELON, 0, 1_793_000_000, 0),
    "doubtful": (WatermelonValue.UNKNOWN, 1, None, 0),
    "unripe": (WatermelonValue.UNKNOWN, 0, None, 1),
    "silent": (WatermelonValue.UNKNOWN, None, None, None),
}


def panel_of(plan: Plan, key: str) -> Panel:
    """The panel of that key, on whichever board."""
    return next(one for board in boards(plan) for one in board.panels if one.key == key)


def history() -> dict[str, str]:
    """The series of `PERIODS`, one sample each; every score that is not vetoed is 60."""
    found = {}
    for service, (state, suspected, first, vetoed) in PERIODS.items():
        of = f'service="{service}",window="prev_month"'
        for one in WatermelonValue:
            found[f'xla:watermelon:state{{{of},state="{one}"}}'] = str(int(one is state))
        found[f"one{{{of}}}"] = "1"
        if suspected is None:
            continue
        found[f"xla_watermelon_suspected{{{of}}}"] = str(suspected)
        found[f"xla_watermelon_periods{{{of}}}"] = str(int(first is not None))
        found[f"xla_score{{{of}}}"] = "0" if vetoed else "60"
        found[f"xla_score_vetoed{{{of}}}"] = str(vetoed)
        if first is not None:
            found[f"xla_watermelon_first_timestamp_seconds{{{of}}}"] = str(first)
    return found


def bench(tool: Callable[[str], str], folder: Path) -> Bench:
    """A Prometheus without rules."""
    program = tool("promtool")
    return Bench(
        promtool=program, folder=folder, rules="groups: []\n", step_seconds=60, evaluate_seconds=60
    )


def test_closed_periods_read_as_they_were_judged(
    tool: Callable[[str], str], tmp_path: Path, acme_plan: Plan
) -> None:
    """Suspicion, never, a veto and an exporter that says nothing each have a word of their own."""
    table = panel_of(acme_plan, "closed-periods")
    assert isinstance(table, Table)
    exprs = {target.ref: target.expr for target in table.targets}
    columns = {one.title: one for one in table.columns}
    shown = ("SLA against XLA", "Watermelon since", "XLA score")
    asked = [
        (f'({exprs[columns[title].source]}) and on (service) one{{service="{service}"}}', 0)
        for service in PERIODS
        for title in shown
    ]
    told = iter(bench(tool, tmp_path).ask(history(), asked))
    read = {}
    for service in PERIODS:
        values = [next(told) for _ in shown]
        read[service] = [
            {one.value: one.text for one in columns[title].mappings}.get(value or 0.0, value)
            if value is not None
            else None
            for title, value in zip(shown, values, strict=True)
        ]
    noon = (1_793_000_000 + 43_200) * 1000.0
    assert read == {
        "ripe": ["WATERMELON", noon, 60.0],
        "doubtful": ["SUSPECTED", "NEVER", 60.0],
        "unripe": ["UNKNOWN", "NEVER", "0, VETOED"],
        "silent": ["UNKNOWN", None, None],
    }


@pytest.mark.parametrize(
    ("panel", "origin"), [("overrun-share", "records"), ("overrun-share-journey", "journey")]
)
def test_shares_of_overruns_are_of_the_whole(
    panel: str, origin: str, tool: Callable[[str], str], tmp_path: Path, acme_plan: Plan
) -> None:
    """Vendors', our own and nobody's shares of one origin make 100 % by one method; 0 of 0 is 0."""
    exprs = [target.expr for target in panel_of(acme_plan, panel).targets]
    whole = f'origin="{origin}",window="30d"'
    of = f'{whole},method="proportional"'
    shares = {
        f'xla:overrun_share:seconds{{service="a",step="s",vendor="v",{of}}}': "30",
        f'xla:overrun_share:seconds{{service="b",step="s",vendor="v",{of}}}': "15",
        f'xla:overrun_share:seconds{{service="b",step="s",vendor="v",{whole},'
        'method="shapley"}': "99",
        'xla:overrun_share:seconds{service="b",step="s",vendor="v",window="30d",'
        'origin="elsewhere",method="proportional"}': "99",
        f'xla:overrun_share:seconds{{service="b",step="t",{of}}}': "45",
        f'xla:overrun_unattributed:seconds{{service="a",{of}}}': "10",
        f'xla:process_overrun:seconds{{service="a",{whole}}}': "40",
        f'xla:process_overrun:seconds{{service="b",{whole}}}': "60",
        'xla:process_overrun:seconds{service="b",window="30d",origin="elsewhere"}': "99",
    }
    asked = [(expr, 0) for expr in exprs]
    assert bench(tool, tmp_path).ask(shares, asked) == [0.45, 0.45, 0.10]
    idle = dict.fromkeys(shares, "0")
    assert bench(tool, tmp_path).ask(idle, asked) == [0, 0, 0]
