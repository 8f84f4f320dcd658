"""Rules in a real Prometheus against the reference, on every kind of history."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import plans
import pytest
from history_kinds import KINDS
from prometheus_server import started
from rule_oracle import Grounds, plan_judging

from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.emitters.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AGREEMENTS = {
    "census": replace(plans.AVAILABILITY, objective=Decimal("0.99")),
    "sample": replace(plans.AVAILABILITY, objective=Decimal("0.95"), sampling="sample"),
}


@pytest.fixture(scope="module")
def grounds(
    tool: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Grounds]:
    """A server for the trials of this module."""
    with started(tool("prometheus"), tmp_path_factory.mktemp("prometheus")) as server:
        yield Grounds(server)


@pytest.mark.parametrize("name", KINDS)
def test_rules_say_what_was_counted(name: str, grounds: Grounds) -> None:
    """Counts, ratios, states and burn alerts at random instants follow from the events."""
    for seed, agreement in enumerate(AGREEMENTS.values()):
        plan = plan_judging(agreement)
        (artifact,) = RULES.emit(plan, BuildInfo())
        wrong = grounds.disagreements(plan, artifact.text, KINDS[name], seed)
        assert wrong == []


ALL_BAD = "errors are all there is"
FAULTS = [
    pytest.param("steady", "5m29s999ms", "5m59s999ms", id="a range reaches back too far"),
    pytest.param("steady", r"interval: 150s", "interval: 30m", id="the period lags"),
    pytest.param("steady", r">= bool 0\.25", ">= bool 0.05", id="little budget is enough"),
    pytest.param("steady", "59m59s999ms:5m", "54m59s999ms:5m", id="a count is missing"),
    pytest.param(ALL_BAD, r"> 14\.4", "> 101", id="the factor is too high"),
    pytest.param(
        ALL_BAD,
        r"or on \(\) vector\(0\)\)\n",
        "or on () vector(1e9))\n",
        id="no good series is all good",
    ),
]


@pytest.mark.parametrize(("kind", "pattern", "fault"), FAULTS)
def test_the_reference_notices_a_planted_fault(
    kind: str, pattern: str, fault: str, grounds: Grounds
) -> None:
    """The reference is no rubber stamp: rules with a fault in them disagree with it."""
    plan = plan_judging(AGREEMENTS["census"])
    (artifact,) = RULES.emit(plan, BuildInfo())
    rules, planted = re.subn(pattern, fault, artifact.text)
    assert planted, "the fault could not be planted"
    assert grounds.disagreements(plan, rules, KINDS[kind], 0)
