"""Checks of the whole catalog, one module a check; `CHECKS` lists them all.

The docstring of a check's module is its manual page: what it looks for, the ids of its problems,
and after `Passes:` and `Fails:` an example of each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.checks import (
    duplicates,
    not_compiled,
    objectives,
    one_policy,
    references,
    step_order,
    thresholds,
)

if TYPE_CHECKING:
    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.checks.check import Check
    from truegreen_definitions.problems import Problem

__all__ = ["CHECKS", "run_checks"]

CHECKS: tuple[Check, ...] = (
    one_policy.CHECK,
    references.CHECK,
    duplicates.CHECK,
    step_order.CHECK,
    thresholds.CHECK,
    objectives.CHECK,
    not_compiled.CHECK,
)


def run_checks(catalog: Catalog) -> tuple[Problem, ...]:
    """Return what all checks find, in their order."""
    return tuple(problem for check in CHECKS for problem in check.run(catalog))
