"""What the overrun of a vendor's steps costs: money for an hour of its share.

The share of each service that the contract names is a line of its own; what no timestamps explain
is nobody's and is shown beside it. A vendor whose quick steps outweigh its slow ones, as Shapley's
value can have it, owes nothing and is owed nothing.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.names import LineValue
from truegreen_definitions.units import number_text
from truegreen_exporters.accountability.money import amount, rounded
from truegreen_exporters.accountability.overruns import HOUR
from truegreen_exporters.accountability.statement import Line, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.plan import Contract
    from truegreen_exporters.accountability.overruns import Overruns

__all__ = ["latency_lines"]

_SHOWN = Decimal("0.0001")


def latency_lines(contract: Contract, overruns: Sequence[Overruns]) -> Iterator[Line]:
    """Yield a line for every service of a contract that charges a share of latency.

    Args:
        contract: Its terms.
        overruns: What is known of the period, by service.
    """
    if contract.latency_share is None:
        return
    known = {one.service: one for one in overruns}
    for service in dict.fromkeys((*contract.services, *known)):
        yield _line(contract, service, known.get(service), contract.latency_share.per_hour)


def _line(contract: Contract, service: str, found: Overruns | None, per_hour: Decimal) -> Line:
    if found is None or not found.cases:
        return Line(
            kind=LineValue.LATENCY_SHARE,
            agreement=service,
            verdict=Verdict.NO_DATA,
            amount=Decimal(0),
            arithmetic="no case was timed" if found else "no overrun is known",
        )
    share = max(found.of_vendor(contract.vendor), 0)
    owed = rounded(Decimal(share) * per_hour / HOUR, contract.currency)
    rest = f", {_hours(found.unattributed)} of it nobody's" if found.unattributed else ""
    return Line(
        kind=LineValue.LATENCY_SHARE,
        agreement=service,
        verdict=Verdict.APPLIED if share else Verdict.MET,
        amount=owed,
        arithmetic=(
            f"{found.over:,} of {found.cases:,} cases overran by {_hours(found.overrun)}{rest}: "
            f"{_hours(share)} ({found.method}) x {amount(per_hour, contract.currency)}"
        ),
    )


def _hours(microseconds: int) -> str:
    return f"{number_text((Decimal(microseconds) / HOUR).quantize(_SHOWN))} h"
