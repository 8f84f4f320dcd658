"""Terms side by side: what each would have moved, period by period, for people and programs.

Amounts of different currencies stand beside each other and are never subtracted.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from truegreen_definitions.names import LineValue
from truegreen_exporters.accountability.contracts.render import FORMAT, as_document
from truegreen_exporters.accountability.contracts.statement import State
from truegreen_exporters.accountability.money import figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_definitions.plan import Contract
    from truegreen_exporters.accountability.contracts.statement import Statement

    Settled = tuple[Contract, tuple[Statement, ...]]

__all__ = ["document", "side_by_side"]


def side_by_side(settled: Sequence[Settled]) -> str:
    """Return a line a period: penalty, reward and net of every contract, and how nets differ.

    Args:
        settled: Contracts with their statements, of the same periods.
    """
    heads = ["period"]
    for contract, _ in settled:
        heads += [f"{contract.name} {contract.currency}", "reward", "net"]
    differs = _comparable(settled)
    heads += ["difference"] * differs
    rows = [heads]
    for place, statement in enumerate(settled[0][1]):
        of_period = [statements[place] for _, statements in settled]
        open_ = any(one.state is not State.CLOSED for one in of_period)
        money = [(one.sum_of(), -one.sum_of(LineValue.REWARD)) for one in of_period]
        rows.append(_row(statement.period.label + "*" * open_, settled, money, differs=differs))
    sums = [(_sum(statements), -_sum(statements, LineValue.REWARD)) for _, statements in settled]
    rows.append(_row("sum", settled, sums, differs=differs))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(f"{cell:{'<' if i == 0 else '>'}{widths[i]}}" for i, cell in enumerate(row))
        for row in rows
    ]
    titles = [
        f"{contract.name}: {contract.title}, {contract.party}; net above 0 is owed "
        + ("to us" if contract.vendor else f"to {contract.client}")
        for contract, _ in settled
    ]
    note = ["", "* not closed yet: cases may still come, be corrected or ripen"]
    marked = any("*" in row[0] for row in rows)
    return "\n".join([*titles, "", *lines, *(note if marked else [])]) + "\n"


def document(settled: Sequence[Settled]) -> dict[str, object]:
    """Return every contract with its statements, and how the nets of neighbours differ."""
    found: dict[str, object] = {
        "format": FORMAT,
        "contracts": [as_document(contract, statements) for contract, statements in settled],
    }
    if _comparable(settled):
        found["difference"] = {
            one.period.label: str(other.sum_of() - one.sum_of())
            for one, other in zip(settled[0][1], settled[1][1], strict=True)
        }
    return found


def _row(
    label: str,
    settled: Sequence[Settled],
    money: Sequence[tuple[Decimal, Decimal]],
    *,
    differs: bool,
) -> list[str]:
    row = [label]
    for (contract, _), (net, reward) in zip(settled, money, strict=True):
        row += [figure(one, contract.currency) for one in (net + reward, reward, net)]
    if differs:
        row.append(figure(money[1][0] - money[0][0], settled[0][0].currency))
    return row


def _sum(statements: Sequence[Statement], *kinds: LineValue) -> Decimal:
    return sum((one.sum_of(*kinds) for one in statements), Decimal(0))


def _comparable(settled: Sequence[Settled]) -> bool:
    """Return whether there are two, of one currency and with the same side owing."""
    sides = [(one.currency, bool(one.vendor)) for one, _ in settled]
    return len(sides) == 2 and all(one == other for one, other in pairwise(sides))  # noqa: PLR2004
