"""The manual page of a step type is its module's docstring; what it says is so."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest
from companies import JOURNEY, compiled

import truegreen_synthetics.steps
from truegreen_synthetics.steps import STEP_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

FAULTS = {
    "http": "template/unknown-variable",
    "tcp": "language/bad-value",
    "dns": "language/bad-value",
    "smtp": "language/bad-value",
    "sql": "language/bad-value",
    "browser": "language/bad-value",
}


def examples(kind: str, word: str) -> Iterator[str]:
    """Yield the examples of a page, each as one step of a journey."""
    path = Path(truegreen_synthetics.steps.__file__).with_name(f"{kind}.py")
    page = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    head = JOURNEY.partition("  steps:\n")[0]
    for part in page.split(f"{word}:\n")[1:]:
        step = dedent(part.split("\n\n", 1)[0]).strip()
        yield f"{head}  steps:\n    -\n{indent(step, ' ' * 6)}\n"


@pytest.mark.parametrize("kind", [one.kind for one in STEP_TYPES])
def test_the_page_of_a_step_type_tells_the_truth(kind: str) -> None:
    """Examples that pass become steps of the type; the others have the one named fault."""
    passing, failing = list(examples(kind, "Passes")), list(examples(kind, "Fails"))
    assert passing
    assert failing
    for one in passing:
        good = compiled(journey=one)
        assert good.problems == ()
        assert good.plan is not None
        assert [step.action.kind for step in good.plan.journeys[0].steps] == [kind]
    for one in failing:
        bad = compiled(journey=one)
        assert {problem.id for problem in bad.problems} == {FAULTS[kind]}, bad.problems


def test_every_step_type_has_a_page() -> None:
    """A step type without a page, or a page without a step type, does not come about."""
    assert {one.kind for one in STEP_TYPES} == set(FAULTS)
