"""What the generated tests say of alerts by themselves, against the rules and brute force."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import plans
import pytest

from truegreen_definitions.emitters.rule_tests.promised import (
    is_reachable,
    pace_of,
    silence_seconds,
)
from truegreen_definitions.emitters.rule_tests.wilson import surely_more, wilson
from truegreen_definitions.emitters.rules.alerts import absence_seconds
from truegreen_definitions.emitters.rules.burn import can_fire
from truegreen_definitions.emitters.rules.forecast import pace_window
from truegreen_definitions.emitters.rules.promise import promises_of


@pytest.mark.parametrize("objective", ["0.5", "0.9", "0.93", "0.99", "0.9995"])
@pytest.mark.parametrize("window", ["1d", "7d", "30d", "month"])
def test_rules_and_tests_state_the_same(objective: str, window: str) -> None:
    """Two ways to say when alerts fire agree over objectives and windows."""
    one = plans.over(replace(plans.AVAILABILITY, objective=Decimal(objective)), window)
    plan = replace(plans.PLAN, agreements=(one,))
    (promise,) = promises_of(plan, plan.services[0])
    assert silence_seconds(promise) == absence_seconds(promise)
    assert pace_of(promise) == pace_window(promise)
    for burn in plan.policy.burn:
        assert is_reachable(promise.agreement, burn) == can_fire(promise.agreement, burn)


@pytest.mark.parametrize("ratio", ["0.001", "0.0144", "0.3", "0.9"])
def test_one_event_less_is_not_sure(ratio: str) -> None:
    """The fewest events that are surely more are found as by trying all."""
    n, share = 2_000, Decimal(ratio)
    tried = (bad for bad in range(n + 1) if wilson(Decimal(bad) / n, Decimal(n))[0] > share)
    assert surely_more(share, n) == next(tried, n)
