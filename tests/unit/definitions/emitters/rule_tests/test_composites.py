"""Composites and free forms: their tests pass, and notice what a lowering gets wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from companies import SERVICE, compiled
from promtool import run_tests

from truegreen_definitions.artifacts import BuildInfo, write_all
from truegreen_definitions.emitters.rule_tests import RULE_TESTS
from truegreen_definitions.plan import Signal
from truegreen_definitions.proof.coverage import coverage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from truegreen_definitions.plan import Plan

AGREEMENTS = """  slas:
    - {name: a, objective: 99.9%, window: 30d,
       indicator: {kind: promql, good: 'http_total{code!~"5..",job="a"}',
                   total: 'http_total{job="a"}'}}
    - {name: b, objective: 98%, window: 30d,
       indicator: {kind: promql, bad: b_failed_total, total: b_total}}
    - {name: held, objective: 99.5%, window: 30d, indicator: {kind: gauge, good_when: up == 1}}
"""
WEIGHTED = "{name: of, objective: 99%, window: 30d, indicator: {kind: composite, WHAT}}"
FREE = """{name: of, objective: 99%, window: 30d,
       indicator: {kind: promql, good: 'GOOD', total: 'TOTAL'}}"""


def plan(agreement: str) -> Plan:
    """Return a company with one more agreement, `of`, in flow style."""
    service = SERVICE.replace("zone: Europe/Berlin", "zone: UTC")
    found = compiled(shop=f"{service}{AGREEMENTS}    - {agreement}\n")
    assert found.plan is not None, found.problems
    return found.plan


def weighted(what: str) -> Plan:
    """Return a company with a composite."""
    return plan(WEIGHTED.replace("WHAT", what))


def free(good: str, total: str) -> Plan:
    """Return a company with a free form."""
    return plan(FREE.replace("GOOD", good).replace("TOTAL", total))


def said(plan: Plan, folder: Path, promtool: str) -> str:
    """Return what promtool says of the tests of counts and composites that fail."""
    write_all(folder, RULE_TESTS.emit(plan, BuildInfo()))
    out = ""
    for layer in ("counts", "composite"):
        path = folder / f"prometheus/tests/shop/{layer}_test.yml"
        if path.exists():
            done = run_tests(promtool, path)
            out += (done.stdout + done.stderr) if done.returncode else ""
    return out


EVERY, WEIGHTS = "every: [a, b, held]", "weights: {a: 1, b: 2.5}"
A, B = (f"sum(increase({name}_total[$window]))" for name in "xy")
OK_A, OK_B = (f"sum(increase({name}_ok_total[$window]))" for name in "xy")
LATE_OK, LATE = (f"sum(increase({name}_total[$window] offset 7m))" for name in ("x_ok", "x"))
RENAMED = 'sum(label_replace(increase(x_total[$window]), "way", "$1", "route", "/(.*)"))'


@pytest.mark.parametrize(
    "company",
    [
        weighted(EVERY),
        weighted("every: [held]"),
        weighted(WEIGHTS),
        weighted("weights: {b: 0.25}"),
        free(f"{OK_A} + {OK_B}", f"{A} + {B}"),
        free(f"{A} - sum(increase(x_bad_total[$window])) + {B} / 2", f"{A} + {B}"),
        free(
            'sum(increase(x_total{a="1"}[$window])) + 3 * sum(increase(x_total{a="2"}[$window]))',
            "3 * sum(increase(x_total[$window]))",
        ),
        free(LATE_OK, LATE),
        free(RENAMED.replace("x_total", "x_ok_total"), RENAMED),
    ],
    ids=[
        *("every", "every-one", "weights", "one-weight", "sums", "difference", "one-metric"),
        *("offset", "labels"),
    ],
)
def test_every_rule_has_a_test_that_passes(
    company: Plan, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """All rules are covered by tests, and the tests hold."""
    assert coverage(company).uncovered == ()
    assert said(company, tmp_path, tool("promtool")) == ""


FAULTS = [
    pytest.param(EVERY, r"bool 0\.98", "bool 0.97", id="another objective"),
    pytest.param(EVERY, r">= bool", "> bool", id="met to the point is not met"),
    pytest.param(EVERY, r"min\(", "max(", id="any is enough"),
    pytest.param(EVERY, r" and xla:total:\S+ > 0", "", id="nothing is met"),
    pytest.param(EVERY, r"min\((.*) or \(.*?\)\)\[", r"min(\1)[", id="the last is left out"),
    pytest.param(EVERY, r"\) or \(", ") and on () (", id="all must have data"),
    pytest.param(EVERY, r":5m\]", ":1m]", id="shorter slices"),
    pytest.param(WEIGHTS, r"2\.5 \*", "2 *", id="another weight"),
    pytest.param(WEIGHTS, r"^\(1 \*(.*?)2\.5 \*", r"(2.5 *\g<1>1 *", id="weights are swapped"),
    pytest.param(WEIGHTS, r" \+ 2\.5 .*\) and on", ") and on", id="the last is not added"),
    pytest.param(WEIGHTS, r" and on \(\) \(.*", "", id="silence counts"),
    pytest.param(WEIGHTS, r"b_failed_total", "b_total", id="another counter"),
]


@pytest.mark.parametrize(("what", "pattern", "fault"), FAULTS)
def test_a_fault_in_the_lowering_is_noticed(
    what: str, pattern: str, fault: str, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """What a compiler with the fault writes fails the tests that the same compiler writes."""
    sound = weighted(what)
    (parts,) = [one.parts for one in sound.agreements if one.name == "of"]
    assert isinstance(parts, Signal)
    good, total = (re.sub(pattern, fault, text) for text in (parts.good, parts.total))
    assert (good, total) != (parts.good, parts.total), "the fault could not be planted"
    lowered = replace(parts, good=good, total=total)
    agreements = tuple(
        replace(one, parts=lowered) if one.name == "of" else one for one in sound.agreements
    )
    assert "got:" in said(replace(sound, agreements=agreements), tmp_path, tool("promtool"))


def test_a_shift_is_counted_where_it_is(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Counters of a while ago are expected of a while ago: another shift fails the tests."""
    write_all(tmp_path, RULE_TESTS.emit(free(LATE_OK, LATE), BuildInfo()))
    path = tmp_path / "prometheus/tests/shop/counts_test.yml"
    rules = path.with_name("counts.yml")
    rules.write_text(rules.read_text().replace("offset 7m", "offset 6m"))
    done = run_tests(tool("promtool"), path)
    assert "got:" in done.stdout + done.stderr


def test_what_cannot_be_shown_is_said(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """A free form without examples leaves its counts uncovered, with the reason in words."""
    company = free("max(increase(x_ok_total[$window]))", A)
    found = coverage(company).uncovered
    assert {one.group for one in found} == {"shop/of"}
    assert {one.series.partition("{")[0] for one in found} == {
        "xla:good:increase5m",
        "xla:total:increase5m",
        "xla:good:sum",
        "xla:total:sum",
        "ALERTS",
    }
    assert all("no sum of increases" in one.lacks for one in found)
    assert said(company, tmp_path, tool("promtool")) == ""


def test_a_total_that_is_never_missing_is_said() -> None:
    """Where `or vector(0)` keeps the total there, the alert on its absence cannot be shown."""
    company = free(OK_A, f"({A} + {B}) or vector(0)")
    (found,) = coverage(company).uncovered
    assert "XlaAbsent" in found.series
    assert "never missing" in found.lacks
