"""The generated tests: green on the rules they came with, red on broken ones."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import plans
import pytest
import yaml
from promtool import run_tests

from truegreen_definitions.artifacts import BuildInfo, write_all
from truegreen_definitions.emitters.rule_tests import RULE_TESTS
from truegreen_definitions.emitters.rules import RULES
from truegreen_definitions.plan import Records, Signal

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


def built(plan: Plan, folder: Path) -> tuple[Path, tuple[Path, ...]]:
    """Write rules and tests; return the folder of the rules and the test files."""
    info = BuildInfo()
    write_all(folder, (*RULES.emit(plan, info), *RULE_TESTS.emit(plan, info)))
    return folder / "prometheus/rules", tuple(sorted((folder / "prometheus/tests").iterdir()))


def test_the_example_company_passes_its_own_tests(
    acme_plan: Plan, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """Every agreement of the example company has tests, and all are green."""
    _, tests = built(acme_plan, tmp_path)
    done = run_tests(tool("promtool"), *tests)
    assert done.returncode == 0, done.stdout + done.stderr
    named = {
        test["name"].partition(":")[0]
        for path in tests
        for test in yaml.safe_load(path.read_text())["tests"]
    }
    assert {agreement.id for agreement in acme_plan.agreements} <= named
    assert {service.name for service in acme_plan.services} <= named


FAULTS = [
    pytest.param(SIGNALS, r"> 14\.4", "> 18.1", id="the factor is a quarter too high"),
    pytest.param(SIGNALS, r"> 14\.4", "> 11.5", id="the factor is a fifth too low"),
    pytest.param(SIGNALS, r'over="30s"', 'over="31s"', id="the short window has another label"),
    pytest.param(SIGNALS, r"- (xla:good:sum{.*\) / \()", r"+ \1", id="bad is good plus total"),
    pytest.param(SIGNALS, r"or on \(\) 0 \*", "and on () 0 *", id="no good series is no data"),
    pytest.param(SIGNALS, r"or on \(\) 0 \*", "or on () 1 *", id="no good series is all good"),
    pytest.param(SIGNALS, r"< bool 0\.999$", "> bool 0.999", id="breached is above the objective"),
    pytest.param(SIGNALS, r"absent\((.*increase5m.*)\)", r"\1 == 0", id="absence is zero"),
    pytest.param(SIGNALS, r"\* 300 / ", "* 240 / ", id="a count is scaled wrong"),
    pytest.param(SIGNALS, r'code!~"5\.\."', 'code=~"5.."', id="good and bad are swapped"),
    pytest.param(SIGNALS, r"\[29d23h\S*:5m\]", "[1d:4m]", id="the grid is not the counts'"),
    pytest.param(ROWS, r'part="good"', 'part="total"', id="good reads the total"),
    pytest.param(ROWS, r"- 1\.96", "+ 1.96", id="the lower bound is the upper one"),
    pytest.param(ROWS, r"(total:sum{.*}) >= 30", r"\1 >= 3000000", id="nothing is ever enough"),
    pytest.param(ROWS, r"> bool 900", "> bool 9000", id="an unread source is fresh"),
    pytest.param(ROWS, r"absent\((.*)\)", r"(\1 < 0)", id="missing parts are fresh"),
    pytest.param(
        ROWS,
        r'state="breached"(,window="month"} == 1)$',
        r'state="ok"\1',
        id="the alert reads another state",
    ),
    pytest.param(ROWS, r"== bool 0\)$", "== bool 1)", id="the watermelon's sides are swapped"),
]


@pytest.mark.parametrize(("plan", "pattern", "fault"), FAULTS)
def test_a_planted_fault_turns_them_red(
    plan: Plan, pattern: str, fault: str, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """Each planted fault in the rules is caught by a generated test."""
    rules, tests = built(plan, tmp_path)
    (path,) = rules.iterdir()
    broken, replaced = re.subn(pattern, fault, path.read_text(), flags=re.MULTILINE)
    assert replaced, "the fault could not be planted"
    path.write_text(broken)
    done = run_tests(tool("promtool"), *tests)
    assert done.returncode != 0
    assert "got:" in done.stdout + done.stderr, "the rules must fail a test, not fail to load"


@pytest.mark.parametrize("plan", [SIGNALS, ROWS], ids=["signals", "rows"])
def test_without_a_fault_they_are_green(
    plan: Plan, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """The plans of the planted faults pass when nothing is planted."""
    _, tests = built(plan, tmp_path)
    done = run_tests(tool("promtool"), *tests)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_agreement_without_examples_is_named() -> None:
    """Where no example series is known, the file says which agreement has no tests."""
    free = Signal(
        good="sum(increase(a[$window])) - sum(increase(b[$window]))",
        total="sum(increase(a[$window]))",
    )
    plan = replace(plans.PLAN, agreements=(replace(plans.AVAILABILITY, parts=free),))
    (artifact,) = RULE_TESTS.emit(plan, BuildInfo())
    assert "# no example series, so no tests: order-to-cash/availability" in artifact.text
    assert yaml.safe_load(artifact.text)["tests"] == []
