"""Scope of an agreement: the part of the events that its promise covers."""

from __future__ import annotations

import pytest
from companies import compiled, promising, using

from truegreen_definitions.plan import Records, Signal

BY_REGION = "      scope: {matcher: 'region=\"eu\"'}\n"
BY_SCORE = "      scope: {where: 'score <> 3'}\n"


@pytest.mark.parametrize(
    ("indicator", "selectors"),
    [
        ("kind: promql\ngood: a_total\ntotal: b_total", 2),
        ("kind: promql\nbad: sum(increase(a_total[$window]))\ntotal: b_total", 3),
        ("kind: latency\nstep: pay\nsource: journey", 2),
        ("kind: latency\nstep: pay\nsource: {metric: http_seconds}", 2),
        ("kind: gauge\ngood_when: up == 1", 2),
        ("kind: journey\njourney: buy", 3),
    ],
)
def test_every_selector_is_scoped(indicator: str, selectors: int) -> None:
    """Good and total of a signal see the scoped series alone."""
    found = compiled(shop=promising(indicator) + BY_REGION)
    assert found.plan is not None, found.problems
    parts = found.plan.agreements[0].parts
    assert isinstance(parts, Signal)
    assert (parts.good + parts.total).count('region="eu"') == selectors


def test_rows_are_scoped() -> None:
    """A condition over rows joins that of the indicator."""
    found = compiled(shop=using("csat") + BY_SCORE)
    assert found.plan is not None, found.problems
    parts = found.plan.agreements[0].parts
    assert isinstance(parts, Records)
    assert parts.where == "score <> 3"


@pytest.mark.parametrize(
    ("service", "problem"),
    [
        (promising("kind: promql\ngood: a_total\ntotal: b_total") + BY_SCORE, "agreement/scope"),
        (using("csat") + BY_REGION, "agreement/scope"),
        (using("csat") + BY_SCORE.replace("score", "scroe"), "sql/unknown-column"),
        (
            promising("kind: gauge\ngood_when: up == 1") + BY_REGION.replace("=", "~"),
            "promql/syntax",
        ),
    ],
)
def test_a_scope_that_cannot_be_applied_is_refused(service: str, problem: str) -> None:
    """Rows have no labels and series no columns, and what is written must be read."""
    found = compiled(shop=service)
    assert [one.id for one in found.problems] == [problem]
