"""What the overrun of a vendor's steps costs: money for an hour of its share.

The share in each service in which the vendor has a step is a line of its own; what no timestamps
explain is nobody's and is shown beside it. A vendor whose quick steps outweigh its slow ones, as
Shapley's value can have it, owes nothing and is owed nothing.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.names import LineValue
from truegreen_definitions.units import number_text
from truegreen_exporters.accountability.contracts.statement import Line, Verdict
from truegreen_exporters.accountability.money import amount, rounded
from truegreen_exporters.accountability.overruns import HOUR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.plan import Contract
    from truegreen_exporters.accountability.overruns import Overruns

__all__ = ["latency_lines"]

_SHOWN = Decimal("0.0001")


def latency_lines(contract: Contract, overruns: Sequence[Overruns]) -> Iterator[Line]:
    """Yield a line for every service, where a contract charges a share of latency.

    Args:
        contract: Its terms.
        overruns: What is known of the period, by service.
    """
    if contract.latency_share is None:
        return
    if not overruns:
        yield _no_data("", "no process tells how cases go through the vendor's steps")
    for one in overruns:
        yield _line(contract, one, contract.latency_share.per_hour)


def _no_data(service: str, why: str) -> Line:
    return Line(
        kind=LineValue.LATENCY_SHARE,
        agreement=service,
        verdict=Verdict.NO_DATA,
        amount=Decimal(0),
        arithmetic=why,
    )


def _line(contract: Contract, found: Overruns, per_hour: Decimal) -> Line:
    if not found.cases:
        return _no_data(found.service, "no case began in the period")
    share = max(found.of_vendor(contract.vendor), 0)
    owed = rounded(Decimal(share) * per_hour / HOUR, contract.currency)
    rest = f", {_hours(found.unattributed)} of it nobody's" if found.unattributed else ""
    return Line(
        kind=LineValue.LATENCY_SHARE,
        agreement=found.service,
        verdict=Verdict.APPLIED if share else Verdict.MET,
        amount=owed,
        arithmetic=(
            f"{found.over:,} of {found.cases:,} cases overran by {_hours(found.overrun)}{rest}: "
            f"{_hours(share)} ({found.method}) x {amount(per_hour, contract.currency)}"
        ),
    )


def _hours(microseconds: int) -> str:
    return f"{number_text((Decimal(microseconds) / HOUR).quantize(_SHOWN))} h"
