"""The linter of boards: on the panel model, before any of it is JSON.

A dashboard server loads almost anything and shows an empty panel for the rest. What the model
can say for certain is asked here: queries against the metric contract, links and variables
against the boards there are, words beside colours. What only JSON can say is in `grafana_json`.

The 17 rules of Grafana's own dashboard-linter are kept by one or the other, but for these:

- template-job, template-instance, target-job, target-instance: our series are of services and
  vendors, so `query/chosen` asks for the board's business variable, or for a reason.
- template-label-promql, template-on-time-change-reload: choices come from the plan and not from
  queries, so a variable of type `query` is a fault in itself.
- target-logql, target-logql-auto: every target asks the board's Prometheus, another data source is
  a fault in itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.lint import queries, structure, texts
from truegreen_dashboards.lint.fault import Fault, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_dashboards.board import Board

__all__ = ["RULES", "faults"]

RULES: tuple[Rule, ...] = (*structure.RULES, *queries.RULES, *texts.RULES)


def faults(boards: Iterable[Board]) -> tuple[Fault, ...]:
    """Return what is wrong with boards that are shown together; nothing for sound ones."""
    every = tuple(boards)
    return tuple(
        sorted(
            Fault(board.uid, found.where, rule.id, found.said)
            for board in every
            for rule in RULES
            for found in rule.find(board, every)
        )
    )
