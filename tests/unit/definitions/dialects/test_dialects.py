"""Definitions of other tools: what they become, what is told, and that it is proven.

`UPDATE_GOLDEN=1` writes the expectations anew; look at the difference before you commit it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from truegreen_definitions.compiler import compile_folder
from truegreen_definitions.emitters.rule_tests import suites_of
from truegreen_definitions.plan import Signal
from truegreen_definitions.plan.text import plan_text
from truegreen_definitions.problems import Severity, render
from truegreen_definitions.proof.build import write_proof
from truegreen_definitions.proof.coverage import coverage
from truegreen_definitions.proof.promtool import run_suite

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from truegreen_definitions.compiler import Compiled

CASES = ("mixed", "openslo", "openslo-every-field", "sloth", "sloth-every-field")


@pytest.fixture(params=CASES)
def folder(request: pytest.FixtureRequest, root: Path) -> Path:
    """The folder of a case."""
    return root / "tests" / "golden" / "definitions" / "dialects" / request.param


@pytest.fixture
def compiled(folder: Path) -> Compiled:
    """What a case compiles to."""
    return compile_folder(folder / "input")


def test_every_case_says_why_it_exists(root: Path) -> None:
    """Each case has a README, and no folder lies there without a test."""
    cases = root / "tests" / "golden" / "definitions" / "dialects"
    assert sorted(path.name for path in cases.iterdir()) == sorted(CASES)
    assert all((cases / name / "README.md").read_text().strip() for name in CASES)


def test_what_they_become(folder: Path, compiled: Compiled) -> None:
    """The plan and the problems are the expected ones, each at its place in the given file."""
    assert compiled.plan is not None, render(compiled.problems, compiled.texts)
    shown = render(compiled.problems, compiled.texts).replace(f"{folder}/", "")
    found = {"plan.txt": plan_text(compiled.plan), "problems.txt": shown}
    if os.environ.get("UPDATE_GOLDEN"):
        for name, text in found.items():
            (folder / name).write_text(text)
    assert found == {name: (folder / name).read_text() for name in found}


def test_nothing_of_it_is_an_error(compiled: Compiled) -> None:
    """What people publish loads as it is: fields that mean nothing here are told, not refused."""
    assert not [one for one in compiled.problems if one.severity is Severity.ERROR]


def test_rates_become_increases(compiled: Compiled) -> None:
    """No rate is left: a ratio of rates over a window is the ratio of the increases over it."""
    assert compiled.plan is not None
    signals = [one.parts for one in compiled.plan.agreements if isinstance(one.parts, Signal)]
    counted = [parts for parts in signals if not parts.slice_seconds]
    assert counted
    for parts in counted:
        assert "increase(" in parts.good
        assert "increase(" in parts.total
        assert "rate(" not in parts.good + parts.total


def test_the_rules_are_proven(
    compiled: Compiled, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """Every generated test passes promtool, and every rule is asserted by one."""
    plan = compiled.plan
    assert plan is not None
    write_proof(tmp_path, plan)
    for service in plan.services:
        for suite in suites_of(plan, service):
            outcome = run_suite(tool("promtool"), tmp_path, suite)
            assert not outcome.failed, outcome
    assert coverage(plan).uncovered == ()
