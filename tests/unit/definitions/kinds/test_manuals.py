"""The manual page of a kind is its module's docstring; what it says is so."""

from __future__ import annotations

import sys
from textwrap import dedent

import pytest
from companies import compiled, promising

from truegreen_definitions.kinds import KINDS

FAULTS = {
    "promql": "promql/rate",
    "latency": "latency/no-journey",
    "gauge": "promql/not-a-condition",
    "journey": "reference/unknown",
    "composite": "reference/unknown",
    "records": "sql/unknown-column",
    "measure": "measure/total-of-a-sample",
}
OTHER = """
  slas:
    - name: up
      indicator: {kind: promql, good: ok_total, total: all_total}
      objective: 99%
      window: 30d
"""


def _example(kind: str, word: str) -> str:
    page = sys.modules[f"truegreen_definitions.kinds.{kind}"].__doc__ or ""
    after = page.split(f"{word}:\n", 1)[1]
    return dedent(after.split("\n\n", 1)[0])


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_manual_page_tells_the_truth(kind: str) -> None:
    """The example that passes compiles without a word; the other gives the one named fault."""
    objective = "{at_least: 4}" if kind == "measure" else "99%"
    passing = promising(_example(kind, "Passes"), objective=objective)
    good = compiled(shop=passing + OTHER[1:])
    assert good.problems == ()
    assert good.plan is not None
    measured = (*good.plan.agreements, *good.plan.measurements)
    found = [one.indicator for one in measured if one.name == "felt"]
    assert found == [kind]
    failing = promising(_example(kind, "Fails"), objective=objective)
    bad = compiled(shop=failing + OTHER[1:])
    assert [problem.id for problem in bad.problems] == [FAULTS[kind]]


def test_every_kind_has_a_page() -> None:
    """A kind without a manual page, or a page without a kind, does not come about."""
    assert {kind.name for kind in KINDS} == set(FAULTS)
