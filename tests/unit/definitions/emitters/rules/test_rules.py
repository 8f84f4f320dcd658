"""Rule files as a whole: accepted, complete, and the same for the same plan."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import plans
import pytest
import yaml
from promtool import Bench

from truegreen_definitions import names
from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.emitters.rules import RULES
from truegreen_definitions.emitters.rules.cadence import (
    base_interval,
    half_open,
    period_interval,
)
from truegreen_definitions.emitters.rules.expression import any_of, series
from truegreen_definitions.emitters.rules.rule import Recording
from truegreen_definitions.errors import InvariantError
from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from truegreen_definitions.plan import Plan


# Values of measures and money are recorded where they are declared; their own tests have some.
_OF_MEASURES = (names.VALUE, names.VALUE_LOWER, names.VALUE_UPPER, names.TARGET)
_OF_MONEY = (
    names.IMPACT,
    names.VALUE_AT_RISK,
    names.REPORTED_VALUE_AT_RISK,
    names.PRODUCTION_AT_RISK,
    names.OUTAGE_COST,
    names.REPORTED_OUTAGE_COST,
    names.REPUTATION,
)
ELSEWHERE = {*_OF_MEASURES, *_OF_MONEY}
RECORDED = [one for one in names.ALL if one.by == "rules" and one not in ELSEWHERE]


def text_of(plan: Plan) -> str:
    """Return the one rule file of a plan with one service."""
    (artifact,) = RULES.emit(plan, BuildInfo())
    return artifact.text


def test_promtool_accepts_them(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """`promtool check rules` with its lint finds nothing, duplicates among it."""
    path = tmp_path / "rules.yml"
    path.write_text(text_of(plans.PLAN))
    command = [tool("promtool"), "check", "rules", "--lint=all", "--lint-fatal", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_head_tells_source_and_digest() -> None:
    """The digest in the head is that of what follows, and each group names its line."""
    text = text_of(plans.PLAN)
    head, digest, body = text.split("\n", 2)
    assert "do not edit" in head
    assert "shop.yaml" in head
    assert digest.rpartition(" ")[2] == hashlib.sha256(body.encode()).hexdigest()
    groups = yaml.safe_load(text)["groups"]
    assert body.count("  # order-to-cash") == len(groups)
    assert body.count("shop.yaml:7: ") == len(groups)


def test_every_recorded_metric_of_the_contract_is_recorded() -> None:
    """What `names` says the rules make is exactly what they make, with its labels."""
    rules = [r for group in yaml.safe_load(text_of(plans.PLAN))["groups"] for r in group["rules"]]
    recorded = {rule["record"] for rule in rules if "record" in rule}
    assert recorded == {metric.name for metric in RECORDED}
    for rule in rules:
        if "record" in rule:
            metric = names.ALL_BY_NAME[rule["record"]]
            assert set(rule["labels"]) <= set(metric.labels)
            empty = {names.VENDOR, names.STEP, names.METHOD}
            assert set(metric.labels) - set(rule["labels"]) <= empty


def test_recorded_series_have_the_labels_of_the_contract_alone(
    tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """No series keeps a label that an expression left on it, after a whole day."""
    bench = Bench(
        promtool=tool("promtool"),
        folder=tmp_path,
        rules=text_of(plans.PLAN),
        step_seconds=150,
        evaluate_seconds=900,  # the labels of a series do not depend on how often it is made
    )
    probed = 'journey="buy-something",service="order-to-cash",step="pay"'
    shared = f'{probed},method="proportional"'
    nobodys = 'journey="buy-something",service="order-to-cash",method="proportional"'
    surveyed = 'agreement="csat",instance="a",job="b",kind="xla",service="order-to-cash"'
    samples = {
        'shop_requests_total{code="200",instance="a",job="b"}': "1000+10x620",
        f'xla_step_outcomes_total{{{probed},outcome="satisfied",instance="a"}}': "1000+10x620",
        'xla_journey_runs_total{service="order-to-cash",state="over",instance="a"}': "0+10x620",
        'xla_journey_overrun_seconds_total{service="order-to-cash",instance="a"}': "0+10x620",
        f'xla_journey_step_overrun_seconds_total{{{probed},instance="a"}}': "0+10x620",
        f'xla_journey_overrun_share_seconds_total{{{shared},instance="a"}}': "0+7x620",
        f'xla_journey_overrun_share_seconds_total{{{nobodys},instance="a"}}': "0+3x620",
        f'xla_window_events{{{surveyed},part="total",window="month"}}': "100x620",
        f'xla_window_events{{{surveyed},part="good",window="month"}}': "90x620",
    }
    # A forecast needs a budget that is nearly spent; its own test has one.
    sometimes = (names.BUDGET_EXHAUSTION,)
    recorded = [one for one in RECORDED if one not in sometimes]
    every = {"instance", "job", *(label for metric in names.ALL for label in metric.labels)}
    left = [
        f'count({metric.name}{{{label}!=""}})'
        for metric in recorded
        for label in sorted(every - set(metric.labels))
    ]
    there = [f"count({metric.name})" for metric in recorded]
    got = bench.ask(samples, [(expr, 25 * 3_600) for expr in (*there, *left)])
    assert all(got[: len(there)]), "every metric must be there to say anything"
    found = zip(left, got[len(there) :], strict=True)
    assert [expr for expr, value in found if value is not None] == []


def test_groups_follow_one_layout() -> None:
    """A signal has a fast and a period group, records have one, the service comes last."""
    groups = yaml.safe_load(text_of(plans.PLAN))["groups"]
    assert [(group["name"], group["interval"]) for group in groups] == [
        ("order-to-cash/availability", "4s"),
        ("order-to-cash/availability/period", "20s"),
        ("order-to-cash/csat", "20s"),
        ("order-to-cash/pay-felt", "4s"),
        ("order-to-cash/pay-felt/period", "20s"),
        ("order-to-cash/overruns", "20s"),
        ("order-to-cash", "20s"),
    ]


def test_a_rule_reads_only_what_its_group_wrote_before() -> None:
    """Inside a group no rule reads a series that the same group records further down."""
    for group in yaml.safe_load(text_of(plans.PLAN))["groups"]:
        seen: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
        keys = [
            (rule["record"], _where(rule["labels"])) for rule in group["rules"] if "record" in rule
        ]
        for rule in group["rules"]:
            later = [key for key in keys if key not in seen]
            for name, where in later:
                inside = ",".join(f'{label}="{value}"' for label, value in where)
                assert f"{name}{{{inside}}}" not in rule["expr"], (group["name"], name)
            if "record" in rule:
                seen.add((rule["record"], _where(rule["labels"])))


def _where(labels: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, value) for name, value in labels.items() if name != "kind"))


@pytest.mark.parametrize(
    ("scrape", "base", "period"),
    [(1, 2, 10), (2, 4, 20), (7, 15, 75), (30, 60, 150), (60, 60, 150), (600, 150, 150)],
)
def test_intervals_divide_the_grid(scrape: int, base: int, period: int) -> None:
    """Base counts take every second scrape, once a minute at least, the period two and a half."""
    policy = replace(plans.POLICY, scrape_interval_seconds=scrape)
    assert (base_interval(policy), period_interval(policy)) == (base, period)
    assert 300 % base == 0


@pytest.mark.parametrize(("version", "label"), [("2.42", "59m59s999ms"), ("3.1", "1h")])
def test_ranges_fit_the_declared_server(version: str, label: str) -> None:
    """2.x counts both ends of a range, so it is a millisecond short there."""
    assert half_open(replace(plans.POLICY, prometheus_version=version), 3600)[0] == label


def test_an_own_window_among_the_burn_windows_is_recorded_once() -> None:
    """An agreement over 3d shares the sums of the 3d burn window."""
    plan = replace(plans.PLAN, agreements=(plans.over(plans.AVAILABILITY, "3d"),))
    rules = [r for group in yaml.safe_load(text_of(plan))["groups"] for r in group["rules"]]
    sums = [
        r for r in rules if r.get("record") == "xla:total:sum" and r["labels"]["window"] == "3d"
    ]
    assert len(sums) == 1


def test_a_label_that_spells_the_window_stays_as_it_is() -> None:
    """`[$window]` inside a string of an indicator is text and no range."""
    parts = Signal(
        good='sum(increase(a_total{x="[$window]"}[$window]))',
        total="sum(increase(a_total[$window]))",
    )
    plan = replace(plans.PLAN, agreements=(replace(plans.AVAILABILITY, parts=parts),))
    rules = [r for group in yaml.safe_load(text_of(plan))["groups"] for r in group["rules"]]
    read = [r["expr"] for r in rules if "a_total{" in r["expr"]]
    assert read
    assert all('a_total{x="[$window]"}[' in expr for expr in read)
    assert not any("}[$window]" in expr for expr in read)


def test_a_signal_over_all_history_is_our_bug() -> None:
    """Prometheus keeps nothing for ever: the planner lets no signal ask for that."""
    plan = replace(plans.PLAN, agreements=(plans.over(plans.AVAILABILITY, "all"),))
    with pytest.raises(InvariantError, match=r"order-to-cash/availability .*'all'"):
        text_of(plan)


def test_a_label_outside_the_contract_is_our_bug() -> None:
    """Neither a selector nor a rule can use a label that the metric does not have."""
    with pytest.raises(InvariantError, match="no label step"):
        series(names.STATE_OF, step="pay")
    with pytest.raises(InvariantError, match="no label step"):
        any_of(names.STATE_OF, "step", ["pay"])
    with pytest.raises(InvariantError, match="the contract says"):
        Recording(metric=names.STATE_OF, expr="vector(1)", labels={"service": "x"})
