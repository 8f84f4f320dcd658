"""What contracts came to in a reviewed period: their own periods, as they were settled.

A contract settles by its own unit. A review tells all of its periods that end within the one that
is reviewed (three months of a quarter); where none does (a week of a month), the last one that had
ended by then, which is told not to be of the review.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from truegreen_definitions.reviews import ReviewedContract, Statement, StatementLine
from truegreen_exporters.windows.periods import before, period_at

if TYPE_CHECKING:
    from truegreen_definitions.plan import Contract
    from truegreen_exporters.windows.periods import Period

__all__ = ["reviewed_contract", "statement_span"]


def statement_span(contract: Contract, reviewed: Period, count: int) -> tuple[str, str]:
    """Return the labels of the first and last period of a contract that a review tells.

    Args:
        contract: Whose.
        reviewed: The period that is reviewed, in the contract's zone.
        count: How many periods are told at least.
    """
    after = period_at(reviewed.end, contract.period, contract.zone)
    last = before(after, 1, contract.zone)
    within = period_at(reviewed.start, contract.period, contract.zone)
    return before(last, max(count, last.index - within.index + 1) - 1, contract.zone).label, (
        last.label
    )


def reviewed_contract(
    contract: Contract, document: dict[str, Any], reviewed: Period
) -> ReviewedContract:
    """Return a contract's statements from the answer to `contract`.

    Args:
        contract: Whose.
        document: One contract, or several where its name is also that of a party.
        reviewed: The period that is reviewed, in the contract's zone.
    """
    found = document.get("contracts", [document])
    mine = next(one for one in found if one["contract"] == contract.name)
    statements = tuple(_statement(one, reviewed) for one in mine["statements"])
    return ReviewedContract(contract=contract.name, statements=statements)


def _statement(plain: dict[str, Any], reviewed: Period) -> Statement:
    start, end = (datetime.fromisoformat(plain[name]) for name in ("start", "end"))
    return Statement(
        period=plain["period"],
        start=start,
        end=end,
        state=plain["state"],
        at_risk=None if plain["at_risk"] is None else Decimal(plain["at_risk"]),
        net=Decimal(plain["net"]),
        lines=tuple(
            StatementLine(
                kind=line["kind"],
                agreement=line["agreement"],
                verdict=line["verdict"],
                amount=Decimal(line["amount"]),
                arithmetic=line["arithmetic"],
            )
            for line in plain["lines"]
        ),
        notes=tuple(plain["notes"]),
        reviewed=reviewed.start < end <= reviewed.end,
    )
