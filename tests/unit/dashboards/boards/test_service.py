"""The Service board's words and its waterfall."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import plans
import pytest
from promtool import run_tests

from truegreen_dashboards.boards import service
from truegreen_dashboards.panels import Panel, Table, Text
from truegreen_definitions.plan import Alerting
from truegreen_definitions.units import Window

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def panel(key: str) -> Panel:
    """The panel of that key."""
    return next(one for one in service.board(plans.PLAN).panels if one.key == key)


def test_people_find_owner_vendor_and_line() -> None:
    """The text names the owner, each step's accountable party and bounds, and file:line."""
    people = panel("people")
    assert isinstance(people, Text)
    [section] = people.sections
    assert section.value == "order-to-cash"
    assert "Owner **Checkout team**" in section.body
    assert "| 2. Pay | vendor PayGate | 700ms | 2s800ms | `shop.yaml:7` |" in section.body
    assert "| XLA pay-felt: Paying feels quick | 99 % over 30d | step pay |" in section.body


def test_people_read_only_what_is_declared() -> None:
    """Of a service without process lead, domain and business unit no gap is left in the text."""
    bare = replace(plans.SERVICE, process_lead="", domain="", business_unit="")
    board = service.board(replace(plans.PLAN, services=(bare,)))
    text = next(one for one in board.panels if one.key == "people")
    assert isinstance(text, Text)
    who = f"Owner **Checkout team**, criticality {bare.criticality} of 5, `{bare.origin}`."
    assert who in text.sections[0].body.splitlines()


def test_people_find_what_to_do() -> None:
    """A runbook is a link that no character of its URL can end; that there is none is said."""
    told = replace(
        plans.AVAILABILITY, alerting=Alerting(runbook="https://wiki.example/a|b (c)?d=<e>")
    )
    board = service.board(replace(plans.PLAN, agreements=(told, plans.CSAT)))
    text = next(one for one in board.panels if one.key == "people")
    assert isinstance(text, Text)
    assert "[runbook](https://wiki.example/a%7Cb%20%28c%29?d=%3Ce>) |" in text.sections[0].body
    assert "| `shop.yaml:7` | no runbook |" in text.sections[0].body


def test_titles_cannot_break_the_table() -> None:
    """A bar or a line break in a title stays inside its cell, and markup is no markup."""
    odd = replace(plans.AVAILABILITY, title="a | b\nc <img>")
    board = service.board(replace(plans.PLAN, agreements=(odd,)))
    text = next(one for one in board.panels if one.key == "people")
    assert isinstance(text, Text)
    assert r"SLA availability: a \| b c &lt;img>" in text.sections[0].body


@pytest.mark.parametrize(("promises", "strip", "table"), [(1, 4, 5), (7, 6, 11), (13, 8, 19)])
def test_every_promise_has_room(promises: int, strip: int, table: int) -> None:
    """Strips and tables of a service are as high as its promises are many, those of values too."""
    shares = tuple(
        replace(plans.AVAILABILITY, name=f"a{n}", id=f"order-to-cash/a{n}")
        for n in range(promises - 1)
    )
    values = (plans.QUICK, replace(plans.QUICK, id="order-to-cash/watched", bound=None))
    board = service.board(replace(plans.PLAN, agreements=shares, measurements=values))
    height = {one.key: one.height for one in board.panels}
    assert (height["states"], height["verdict-own"], height["attainment"]) == (strip, strip, table)
    assert height["states-live"] == (4 if promises < 8 else 6)
    assert height["burn-rates"] == max(5, 3 + (promises - 1) * 5 // 4)
    assert height["state-timeline"] == height["budget"] == max(8, 2 + promises)


def test_the_waterfall_adds_the_steps_before() -> None:
    """A step's bar starts where the means of the steps before it in its journey end."""
    before = panel("waterfall").targets[0].expr
    first, second = before.split(" or ")
    assert first.startswith("0 * (")
    assert 'step="browse"' in first
    assert second.startswith("label_replace(sum(")
    assert 'step=~"browse"' in second
    assert second.endswith('"step", "pay", "", "")')


def test_the_most_critical_service_is_shown_first() -> None:
    """Without a choice the board opens on the service that matters most."""
    minor = replace(plans.SERVICE, name="a-minor-one", criticality=1)
    board = service.board(replace(plans.PLAN, services=(minor, plans.SERVICE)))
    assert board.variables[0].default == "order-to-cash"


def test_every_burn_pair_has_its_column() -> None:
    """A Policy with more pairs than half the alphabet shows all of them, the last one too."""
    burn = tuple(replace(plans.POLICY.burn[0], long=f"{hours}h") for hours in range(1, 31))
    board = service.board(replace(plans.PLAN, policy=replace(plans.POLICY, burn=burn)))
    table = next(one for one in board.panels if one.key == "burn-rates")
    assert isinstance(table, Table)
    assert [target.legend for target in table.targets] == [pair.long for pair in burn]
    assert {target.ref for target in table.targets} <= {column.source for column in table.columns}
    assert len({target.ref for target in table.targets}) == len(burn)


def test_every_window_of_records_has_its_column() -> None:
    """Records counted in more windows than half the alphabet show all of them."""
    windows = tuple(
        replace(plans.CSAT.windows[0], window=Window(label=f"{days}d", seconds=days * 86_400))
        for days in range(1, 31)
    )
    agreement = replace(plans.CSAT, windows=windows)
    board = service.board(replace(plans.PLAN, agreements=(agreement,)))
    table = next(one for one in board.panels if one.key == "windows")
    assert {target.legend for target in table.targets} == {one.label for one in windows}


def test_durations_stand_in_buckets_that_every_step_has(
    tool: Callable[[str], str], tmp_path: Path
) -> None:
    """A bucket that only one step has is left out: it would count those of that step alone."""
    held = {"browse": ("0.1", "0.25", "1", "+Inf"), "pay": ("0.1", "0.7", "1", "+Inf")}
    name = "xla_step_duration_seconds_bucket"
    series = [
        {
            "series": f'{name}{{service="order-to-cash",clock="intended",step="{step}",le="{le}"}}',
            "values": f"0+{place}x60",
        }
        for step, bounds in held.items()
        for place, le in enumerate(bounds, start=1)
    ]
    shared = {"0.1": 40, "1": 120, "+Inf": 160}
    expr = panel("spread").targets[0].expr
    expected = {
        "expr": expr.replace("$service", "order-to-cash").replace("$__rate_interval", "5m"),
        "eval_time": "10m",
        "exp_samples": [
            {"labels": f'{{le="{le}"}}', "value": risen} for le, risen in shared.items()
        ],
    }
    test = {"interval": "15s", "input_series": series, "promql_expr_test": [expected]}
    (tmp_path / "test.yml").write_text(json.dumps({"rule_files": [], "tests": [test]}))
    ran = run_tests(tool("promtool"), tmp_path / "test.yml")
    assert ran.returncode == 0, ran.stdout + ran.stderr
