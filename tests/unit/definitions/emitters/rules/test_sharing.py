"""Agreements over one total: who stands together, and that sharing changes no value."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import plans
import pytest
import yaml
from promtool import Bench

from truegreen_definitions import names
from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.emitters.forms import MIMIR
from truegreen_definitions.emitters.rules import rule_groups
from truegreen_definitions.emitters.rules.promise import promises_of
from truegreen_definitions.emitters.rules.rule import Alert
from truegreen_definitions.emitters.rules.sharing import MOST, Counted, counted_together
from truegreen_definitions.emitters.yaml_text import dumps
from truegreen_definitions.plan import ExcludedTime, Forms, MimirForm, Signal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from truegreen_definitions.emitters.rules.rule import Group
    from truegreen_definitions.plan import Agreement, Plan

STEP = 10
TOTAL = "sum(increase(hits_total[$window]))"
NIGHTS = ExcludedTime(calendar="nights", reason="nobody is there")
POLICY = replace(plans.POLICY, scrape_interval_seconds=STEP)


def agreement(name: str, parts: Signal) -> Agreement:
    """Return an agreement of the one service."""
    one = replace(plans.AVAILABILITY, id=f"order-to-cash/{name}", name=name, parts=parts)
    return plans.over(one, "1d", POLICY)


def plan_of(*agreements: Agreement) -> Plan:
    """Return a plan with these agreements alone."""
    return replace(plans.PLAN, policy=POLICY, agreements=agreements)


def counted(good: str, *exclusions: ExcludedTime) -> Signal:
    """Return counters over the one total."""
    return Signal(good=f"sum(increase({good}[$window]))", total=TOTAL, exclusions=tuple(exclusions))


def ids(together: tuple[tuple[Counted, ...], ...]) -> list[list[str]]:
    """Return the names of the agreements in each group."""
    return [[one.promise.agreement.name for one in group] for group in together]


FINE, FAST = counted("fine_total"), counted("fast_total")
TWO = plan_of(agreement("fast", FAST), agreement("fine", FINE))
EXCLUDING = plan_of(
    agreement("fast", counted("fast_total", NIGHTS)),
    agreement("fine", counted("fine_total", NIGHTS)),
)


def test_the_same_total_stands_together() -> None:
    """Agreements over one total share it; another total, mask or slice keeps its own."""
    plan = plan_of(
        agreement("a", FAST),
        agreement("b", replace(FAST, total="sum(increase(others_total[$window]))")),
        agreement("c", counted("fast_total", NIGHTS)),
        agreement("d", replace(FAST, slice_seconds=30)),
        replace(plans.CSAT, id="order-to-cash/e", name="e"),
        agreement("f", FINE),
        agreement("g", counted("fine_total", replace(NIGHTS, reason="another"))),
    )
    promises = promises_of(plan, plans.SERVICE)
    together = counted_together(promises, shared=True)
    assert ids(together) == [["a", "f"], ["b"], ["c", "g"], ["d"]]
    for group in together:
        assert group[0].sharer is None
        assert all(one.sharer is group[0].promise for one in group[1:])
    alone = counted_together(promises, shared=False)
    assert ids(alone) == [["a"], ["b"], ["c"], ["d"], ["f"], ["g"]]
    assert all(one.sharer is None for (one,) in alone)


def test_a_group_does_not_grow_for_ever() -> None:
    """After so many agreements a further group begins, and counts for itself."""
    plan = plan_of(*(agreement(f"a{number:02}", FAST) for number in range(MOST + 2)))
    together = counted_together(promises_of(plan, plans.SERVICE), shared=True)
    assert [len(group) for group in together] == [MOST, 2]
    assert together[1][0].sharer is None


def test_a_window_that_the_first_does_not_record_is_no_window_to_share() -> None:
    """An agreement whose first neighbour lacks a burn window reads the counters for that one."""
    first = TWO.agreements[0]
    lacking = replace(first, windows=tuple(one for one in first.windows if one.label != "30s"))
    groups = rule_groups(replace(TWO, agreements=(lacking, TWO.agreements[1])), plans.SERVICE)
    (rule,) = (
        rule
        for rule in groups[0].rules
        if rule.labels.get("window") == "30s"
        and not isinstance(rule, Alert)
        and rule.metric is names.TOTAL_SUM
    )
    assert "hits_total" in rule.expr


@pytest.mark.parametrize("plan", [TWO, EXCLUDING], ids=["plain", "excluding"])
def test_the_counters_of_a_total_are_read_once(plan: Plan) -> None:
    """Of two agreements the first alone reads the total, and each keeps the order of its rules."""
    groups = rule_groups(plan, plans.SERVICE)
    alone = rule_groups(plan, plans.SERVICE, shared=False)
    first, second = (one.name for one in plan.agreements)
    reads = [rule for group in groups for rule in group.rules if "hits_total" in rule.expr]
    assert reads
    assert {rule.labels[names.AGREEMENT] for rule in reads} == {first}
    assert [group.name for group in groups] == [
        "order-to-cash/fast",
        "order-to-cash/fast/period",
        "order-to-cash/fine/period",
        "order-to-cash/overruns",
        "order-to-cash",
    ]
    for name in (first, second):
        assert rules_of(groups, name) == rules_of(alone, name)
    assert "its total is that of order-to-cash/fast" in groups[0].comment


def rules_of(groups: tuple[Group, ...], agreement: str) -> list[tuple[str, dict[str, str]]]:
    """Return what the rules of an agreement record and raise, in order."""
    return [
        (str(rule.name) if isinstance(rule, Alert) else rule.metric.name, rule.labels)
        for group in groups
        for rule in group.rules
        if rule.labels.get(names.AGREEMENT) == agreement
    ]


def test_the_ruler_of_mimir_gets_totals_of_their_own() -> None:
    """Its groups are cut and run side by side, so nobody there reads another's total."""
    forms = Forms(mimir=MimirForm(prefix="truegreen"))
    plan = replace(TWO, policy=replace(POLICY, forms=forms))
    (artifact,) = MIMIR.emit(plan, BuildInfo())
    written = [rule for group in yaml.safe_load(artifact.text)["groups"] for rule in group["rules"]]
    alone = rule_groups(plan, plans.SERVICE, shared=False)
    text = yaml.safe_load(dumps([rule.to_yaml() for group in alone for rule in group.rules]))
    assert written == text
    reading = {r["labels"][names.AGREEMENT] for r in written if "hits_total" in r["expr"]}
    assert reading == {"fast", "fine"}


@pytest.mark.parametrize("plan", [TWO, EXCLUDING], ids=["plain", "excluding"])
def test_sharing_changes_no_value(plan: Plan, tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Promtool records the same with and without, whether traffic falls, restarts or pauses."""
    series = {
        "hits_total": "0+100x120 12000+10x59 0+5x30 _x50 2000+50x60",
        "fine_total": "0+99x120 11880+9x59 0+4x30 _x50 1900+45x60",
        "fast_total": "0+90x120 10800+2x59 0+1x30 _x50 1500+20x60",
        'xla_calendar_active{calendar="nights"}': "0x200 1x100 0x50",
    }
    instants = [*range(300, 3_200, 130), 1_210, 1_220, 1_230, 1_800, 1_810]
    fast = [
        f'{metric.name}{{agreement="{one.name}"{more}}}'
        for one in plan.agreements
        for metric, more in (
            (names.TOTAL_5M, ""),
            (names.GOOD_5M, ""),
            *((names.TOTAL_SUM, f',window="{label}"') for label in ("30s", "2m", "5m", "1h")),
            *((names.GOOD_SUM, f',window="{label}"') for label in ("30s", "2m", "5m", "1h")),
            *((names.BURN_RATE, f',over="{label}"') for label in ("30s", "2m", "1h")),
            (names.WINDOW_EVENTS, ',part="excluded",window="5m"'),
        )
    ]
    alerts = [
        f'count(ALERTS{{agreement="{one.name}",burn="{burn.label}"}})'
        for one in plan.agreements
        for burn in POLICY.burn
    ]
    asked = [(expr, at) for expr in (*fast, *alerts) for at in instants]
    shared, alone = (
        Bench(
            promtool=tool("promtool"),
            folder=tmp_path,
            rules=rules_text(plan, shared=shared),
            step_seconds=STEP,
            evaluate_seconds=STEP,
        ).ask(series, asked)
        for shared in (True, False)
    )
    assert shared == alone
    found = {expr for (expr, _), value in zip(asked, shared, strict=True) if value}
    assert {expr for expr in fast if "excluded" not in expr or plan is EXCLUDING} <= found
    assert any(expr in found for expr in alerts)


def rules_text(plan: Plan, *, shared: bool) -> str:
    """Return the rules that count and raise: those of periods read what these record."""
    groups = rule_groups(plan, plans.SERVICE, shared=shared)
    fast = [group for group in groups if group.name.count("/") == 1]
    return dumps({"groups": [group.to_yaml() for group in fast]})
