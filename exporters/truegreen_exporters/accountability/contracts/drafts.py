"""Terms that nobody has signed yet: Contracts in a file beside the definitions, to be tried out."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from truegreen_definitions.catalog import build_catalog
from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.errors import TerminalError
from truegreen_definitions.planner.contracts import contract_of
from truegreen_definitions.problems import render
from truegreen_definitions.suggestions import suggestion

if TYPE_CHECKING:
    from truegreen_definitions.plan import Contract, Plan
    from truegreen_definitions.problems import Problem

__all__ = ["drafts"]


def drafts(path: str, data: bytes, plan: Plan) -> tuple[Contract, ...]:
    """Return the contracts of a file, in order of their names.

    Args:
        path: What the file is called; nothing is read from there.
        data: What stands in it.
        plan: Its agreements and tables are what the terms may name.

    Raises:
        TerminalError: The file is wrong, has no contract, or one that names an agreement which
            is not in the plan.
    """
    name = PurePath(path).name
    catalog, found = build_catalog([SourceFile(path=name, shown=path, data=data)])
    problems: list[Problem] = [*found]
    columns = {table.name: tuple(one.name for one in table.columns) for table in plan.tables}
    contracts = tuple(
        contract_of(catalog.contracts[name], columns, problems)
        for name in sorted(catalog.contracts)
    )
    if problems:
        text = data.decode("utf-8", "replace")
        shown = render(problems, {name: text, path: text})
        raise TerminalError(f"the terms of {path} cannot be settled\n{shown.rstrip()}")
    if not contracts:
        raise TerminalError(f"{path} has no contract: write one, `kind: Contract`")
    for contract in contracts:
        _check(contract, plan)
    return contracts


def _check(contract: Contract, plan: Plan) -> None:
    """Refuse what the plan does not know."""
    known = {one.id for one in plan.agreements}
    for agreement in contract.agreements:
        if agreement not in known:
            raise TerminalError(
                f"contract {contract.name} ({contract.origin}): there is no agreement "
                f"`{agreement}` in the plan: {suggestion(agreement, sorted(known))}"
            )
    invoices = contract.invoices
    if invoices is not None and all(table.name != invoices.table for table in plan.tables):
        raise TerminalError(
            f"contract {contract.name} ({contract.origin}): the plan has no table "
            f"`{invoices.table}`, so no invoice is known"
        )
