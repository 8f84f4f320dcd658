"""Checks of the whole catalog, one module a check; `CHECKS` lists them all.

The docstring of a check's module is its manual page: what it looks for, the ids of its problems,
and after `Passes:` and `Fails:` an example of each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.checks import (
    duplicates,
    nobody_told,
    not_compiled,
    objectives,
    one_policy,
    references,
    source_columns,
    step_order,
    thresholds,
    windows,
)

if TYPE_CHECKING:
    from truegreen_definitions.checks.check import Check

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    one_policy.CHECK,
    references.CHECK,
    source_columns.CHECK,
    duplicates.CHECK,
    step_order.CHECK,
    thresholds.CHECK,
    objectives.CHECK,
    windows.CHECK,
    nobody_told.CHECK,
    not_compiled.CHECK,
)
