"""Rules in a real Prometheus against the reference, on every kind of history."""

from __future__ import annotations

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
