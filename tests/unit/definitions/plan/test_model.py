"""What the plan's parts say of themselves."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import plans
import pytest


@pytest.mark.parametrize(("objective", "budget"), [("0.999", "0.001"), ("0.85", "0.15")])
def test_budget_is_the_rest_of_the_objective_exactly(objective: str, budget: str) -> None:
    """Objective and budget are decimals that add up to one."""
    promise = replace(plans.AVAILABILITY, objective=Decimal(objective))
    assert str(promise.budget) == budget
    assert promise.objective + promise.budget == 1
