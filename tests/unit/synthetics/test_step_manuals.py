"""The manual page of a step type is its module's docstring; what it says is so."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent, indent

import pytest
from companies import JOURNEY, compiled

import truegreen_synthetics.steps
from truegreen_synthetics.steps import STEP_TYPES

FAULTS = {
    "http": "template/unknown-variable",
    "tcp": "language/bad-value",
    "dns": "language/bad-value",
    "smtp": "language/bad-value",
    "sql": "language/bad-value",
}


def example(kind: str, word: str) -> str:
    """Return an example of a page, as one step of a journey."""
    path = Path(truegreen_synthetics.steps.__file__).with_name(f"{kind}.py")
    page = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    step = dedent(page.split(f"{word}:\n", 1)[1].split("\n\n", 1)[0]).strip()
    head = JOURNEY.partition("  steps:\n")[0]
    return f"{head}  steps:\n    -\n{indent(step, ' ' * 6)}\n"


@pytest.mark.parametrize("kind", [one.kind for one in STEP_TYPES])
def test_the_page_of_a_step_type_tells_the_truth(kind: str) -> None:
    """The example that passes becomes a step of the type; the other has the one named fault."""
    good = compiled(journey=example(kind, "Passes"))
    assert good.problems == ()
    assert good.plan is not None
    assert [step.action.kind for step in good.plan.journeys[0].steps] == [kind]
    bad = compiled(journey=example(kind, "Fails"))
    assert {problem.id for problem in bad.problems} == {FAULTS[kind]}, bad.problems


def test_every_step_type_has_a_page() -> None:
    """A step type without a page, or a page without a step type, does not come about."""
    assert {one.kind for one in STEP_TYPES} == set(FAULTS)
