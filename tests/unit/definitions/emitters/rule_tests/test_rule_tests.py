"""The generated tests: green on the rules they came with, red on broken ones."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import plans
import pytest
from companies import compiled, promising
from promtool import run_tests

from truegreen_definitions.artifacts import BuildInfo, write_all
from truegreen_definitions.emitters.rule_tests import RULE_TESTS, cases_of
from truegreen_definitions.emitters.rule_tests.case import Layer
from truegreen_definitions.emitters.rule_tests.slices import RuleIndex, rules_for
from truegreen_definitions.emitters.rules import rule_groups
from truegreen_definitions.errors import InvariantError
from truegreen_definitions.names import MethodValue
from truegreen_definitions.plan import Records

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from truegreen_definitions.plan import Plan

assert isinstance(plans.CSAT.parts, Records)
ONE_PAIR = replace(plans.POLICY, burn=plans.POLICY.burn[:1])
SIGNALS = plans.under(ONE_PAIR, replace(plans.PLAN, agreements=(plans.AVAILABILITY,)))
PROMISED = replace(
    plans.CSAT, id="order-to-cash/answered", name="answered", kind="sla", sampling="census"
)
ROWS = plans.under(ONE_PAIR, replace(plans.PLAN, agreements=(PROMISED, plans.CSAT)))

HOURLY = replace(ROWS, sources=(replace(plans.SURVEY_EXPORT, read=plans.HOURLY),))

BY_BOTH = replace(plans.BUY, methods=tuple(MethodValue))
RUNS = plans.under(ONE_PAIR, replace(plans.PLAN, agreements=(), journeys=(BY_BOTH,)))
BUCKETS = "{metric: http_seconds, bounds: [100ms, 700ms, 5s, 10s]}"
FELT = compiled(shop=promising("kind: latency\nstep: pay\nsource: " + BUCKETS)).plan
assert FELT is not None
HISTOGRAM = plans.under(ONE_PAIR, replace(FELT, journeys=()))


def built(plan: Plan, folder: Path) -> tuple[Path, ...]:
    """Write the layers of all services; return the files of tests."""
    write_all(folder, RULE_TESTS.emit(plan, BuildInfo()))
    return tuple(sorted(folder.glob("prometheus/tests/*/*_test.yml")))


def test_the_example_company_passes_its_own_tests(
    acme_plan: Plan, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """Every agreement and service of the example company has tests, and all are green."""
    tests = built(acme_plan, tmp_path)
    for path in tests:
        done = run_tests(tool("promtool"), path)
        assert done.returncode == 0, done.stdout + done.stderr
    about = {case.about for service in acme_plan.services for case in cases_of(acme_plan, service)}
    assert about == {
        *(agreement.id for agreement in acme_plan.agreements),
        *(one.id for one in acme_plan.measurements if one.bound is not None),
        *(service.name for service in acme_plan.services),
    }


FAULTS = [
    pytest.param(SIGNALS, r"> 14\.4", "> 14.6", id="the factor is a little too high"),
    pytest.param(SIGNALS, r"> 14\.4", "> 14.2", id="the factor is a little too low"),
    pytest.param(SIGNALS, r'over="30s"', 'over="31s"', id="the short window has another label"),
    pytest.param(SIGNALS, r'over="30s"(.*> 14)', r'over="2m"\1', id="only the long window counts"),
    pytest.param(SIGNALS, r">= 4\.99", ">= 5.99", id="one bad event more is needed"),
    pytest.param(SIGNALS, r">= 4\.99", ">= 3.99", id="one bad event fewer is enough"),
    pytest.param(SIGNALS, r"- (xla:good:sum{.*\n *\) / \()", r"+ \1", id="bad is good plus total"),
    pytest.param(SIGNALS, r"\) / 0\.001$", ") / 0.01", id="a budget ten times as big"),
    pytest.param(SIGNALS, r" or on \(\) vector\(0\)\)$", ")", id="no good series is no data"),
    pytest.param(
        SIGNALS,
        r"or on \(\) vector\(0\)\)$",
        "or on () vector(9e9))",
        id="no good series is all good",
    ),
    pytest.param(SIGNALS, r"< bool 0\.999$", "> bool 0.999", id="breached is above the objective"),
    pytest.param(SIGNALS, r">= bool 0\.25", ">= bool 0", id="little budget is budget enough"),
    pytest.param(SIGNALS, r"absent\((.*increase5m.*)\)", r"\1 == 0", id="absence is zero"),
    pytest.param(SIGNALS, r"\* 300 / ", "* 299 / ", id="a count is scaled wrong"),
    pytest.param(SIGNALS, r"increase\(", "delta(", id="a restart is a loss"),
    pytest.param(SIGNALS, r'code!~"5\.\."', 'code=~"5.."', id="good and bad are swapped"),
    pytest.param(SIGNALS, r"(\[23h59m\S*):5m\]", r"\1:4m]", id="the grid is not the counts'"),
    pytest.param(SIGNALS, r"\[23h59m[^:]*:5m", "[1d5m:5m", id="a day has one record too many"),
    pytest.param(SIGNALS, r"\[23h59m[^:]*:5m", "[23h54m59s999ms:5m", id="a record is missing"),
    pytest.param(SIGNALS, r"\[28d23h[^:]*:", "[29d23h:", id="a window has one day too many"),
    pytest.param(SIGNALS, r"\[28d23h[^:]*:", "[27d23h:", id="a day is missing"),
    pytest.param(SIGNALS, r" offset 30d\)", " offset 29d)", id="the first day begins elsewhere"),
    pytest.param(SIGNALS, r"\[23h:6h\]", "[5h:6h]", id="a lost evening is a lost day"),
    pytest.param(
        SIGNALS, r"max without \(over\) \((.*)\) >", r"\1 >", id="an alert has a label more"
    ),
    pytest.param(SIGNALS, r"^ +kind: sla\n(?= +window)", "", id="a recording has a label less"),
    pytest.param(SIGNALS, r"severity: ticket", "severity: page", id="a ticket is a page"),
    pytest.param(SIGNALS, r"for: 2m2s", "for: 15m", id="silence is told late"),
    pytest.param(SIGNALS, r"<= 0$", "< 0.01", id="a budget is spent too early"),
    pytest.param(RUNS, "- sum", "+ sum", id="a credit is a charge"),
    pytest.param(RUNS, 'state="over"', 'state="within"', id="runs within the target are over"),
    pytest.param(RUNS, r"and on \(\) xla", "or on () xla", id="no run is an overrun of 0"),
    pytest.param(RUNS, r"(step_overrun_seconds_total{.*)pay", r"\1checkout", id="another step"),
    pytest.param(HISTOGRAM, r"-4\.\d+ \*", "-1 *", id="a bucket has another weight"),
    pytest.param(HISTOGRAM, "clamp_min", "clamp_max", id="time above tolerated is below 0"),
    pytest.param(HOURLY, "> 7200$", "> 7800", id="an hourly source is told late"),
    pytest.param(ROWS, r'part="good"', 'part="total"', id="good reads the total"),
    pytest.param(ROWS, r"- 1\.96", "+ 1.96", id="the lower bound is the upper one"),
    pytest.param(ROWS, r"1\.9208", "1.96", id="the interval is a little off"),
    pytest.param(ROWS, r"(total:sum{.*}) >= 30", r"\1 >= 3000000", id="nothing is ever enough"),
    pytest.param(ROWS, r"< bool 30", "< bool 29", id="one too few is enough"),
    pytest.param(ROWS, r"> bool 900", "> bool 9000", id="an unread source is fresh"),
    pytest.param(ROWS, r"absent\((.*)\)", r"(\1 < 0)", id="missing parts are fresh"),
    pytest.param(
        ROWS,
        r'state="breached"(,window="month"} == 1)$',
        r'state="ok"\1',
        id="the alert reads another state",
    ),
    pytest.param(ROWS, r"== bool 0\)$", "== bool 1)", id="the watermelon's sides are swapped"),
    pytest.param(ROWS, r"vector\(0\.85\)", "vector(0.86)", id="the objective is another"),
]


@pytest.mark.parametrize(("plan", "pattern", "fault"), FAULTS)
def test_a_planted_fault_turns_them_red(
    plan: Plan, pattern: str, fault: str, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """Each planted fault in the rules is caught by a generated test."""
    said = []
    for tests in built(plan, tmp_path):
        rules = tests.with_name(tests.name.replace("_test", ""))
        broken, replaced = re.subn(pattern, fault, rules.read_text(), flags=re.MULTILINE)
        if replaced:
            rules.write_text(broken)
            done = run_tests(tool("promtool"), tests)
            said.append(done.stdout + done.stderr)
    assert said, "the fault could not be planted"
    assert "got:" in "".join(said), "the rules must fail a test, not fail to load"


@pytest.mark.parametrize(
    "plan",
    [SIGNALS, ROWS, HOURLY, RUNS, HISTOGRAM],
    ids=["signals", "rows", "hourly rows", "runs", "histogram"],
)
def test_without_a_fault_they_are_green(
    plan: Plan, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """The plans of the planted faults pass when nothing is planted."""
    for tests in built(plan, tmp_path):
        done = run_tests(tool("promtool"), tests)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_layer_is_given_what_another_records() -> None:
    """A case that gives a series no rule records, or one of its own layer, is a fault of ours."""
    (service,) = SIGNALS.services
    index = RuleIndex(rule_groups(SIGNALS, service))
    case = next(one for one in cases_of(SIGNALS, service) if one.layer is Layer.BURN)
    name, values = case.series[0]
    unknown = replace(case, series=((name.replace("2m", "3m"), values),))
    with pytest.raises(InvariantError, match="which no rule records"):
        rules_for(index, (unknown,))
    overwritten = replace(case, series=())
    with pytest.raises(InvariantError, match="which its layer records"):
        rules_for(index, (case, overwritten))
