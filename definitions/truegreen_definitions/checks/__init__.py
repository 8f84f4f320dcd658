"""Checks of the whole catalog, one module a check; three tuples list them all.

The answer of a dated check depends on the day as well, that of an inventory check on what a
Prometheus server has. The docstring of a check's module holds
the manual pages of its problems, in the form that `manual.page` describes: what each means, why it
matters, how to mend it, and after `Passes:` and `Fails:` YAML without it and with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.checks import (
    dependencies,
    duplicates,
    escalation_hours,
    exchange_rates,
    issue_overdue,
    known_metrics,
    look_alikes,
    losses,
    nobody_told,
    not_compiled,
    objectives,
    one_policy,
    processes,
    references,
    review_due,
    same_promise,
    source_columns,
    source_reads,
    step_order,
    synthetic,
    team_told,
    thresholds,
    undecidable,
    unreachable_alerts,
    vendor_renewal,
    weaker_contract,
    windows,
    worth,
)

if TYPE_CHECKING:
    from truegreen_definitions.checks.check import Check, DatedCheck, InventoryCheck

__all__ = ["CHECKS", "DATED_CHECKS", "INVENTORY_CHECKS"]

CHECKS: tuple[Check, ...] = (
    one_policy.CHECK,
    references.CHECK,
    source_columns.CHECK,
    source_reads.CHECK,
    duplicates.CHECK,
    escalation_hours.CHECK,
    look_alikes.CHECK,
    step_order.CHECK,
    thresholds.CHECK,
    processes.CHECK,
    objectives.CHECK,
    same_promise.CHECK,
    unreachable_alerts.CHECK,
    undecidable.CHECK,
    weaker_contract.CHECK,
    dependencies.CHECK,
    synthetic.CHECK,
    windows.CHECK,
    nobody_told.CHECK,
    team_told.CHECK,
    worth.CHECK,
    losses.CHECK,
    exchange_rates.CHECK,
    not_compiled.CHECK,
)

DATED_CHECKS: tuple[DatedCheck, ...] = (
    review_due.CHECK,
    issue_overdue.CHECK,
    vendor_renewal.CHECK,
)

INVENTORY_CHECKS: tuple[InventoryCheck, ...] = (known_metrics.CHECK,)
