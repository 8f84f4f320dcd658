"""The linter of boards: on the panel model, before any of it is JSON.

A dashboard server loads almost anything and shows an empty panel for the rest. What the model
can say for certain is asked here: queries against the metric contract, links and variables
against the boards there are, words beside colours. What only JSON can say is in `grafana_json`.
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
