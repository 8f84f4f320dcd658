"""What the overrun of a vendor's steps costs: money for an hour of its share.

The share in each service in which the vendor has a step is a line of its own, by the rows of its
process, by runs of journeys and by histograms, as far as they know steps of the vendor; what no
timestamps explain is nobody's and is shown beside it. What histograms tell is an estimate, and
the arithmetic says so. A vendor whose quick steps outweigh its slow ones, as
Shapley's value can have it, owes nothing and is owed nothing.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.names import LineValue, OriginValue
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
_CASE = {
    OriginValue.RECORDS: "case began",
    OriginValue.JOURNEY: "run of a journey is known",
    OriginValue.HISTOGRAM: "histogram is known",
}


def latency_lines(contract: Contract, overruns: Sequence[Overruns]) -> Iterator[Line]:
    """Yield a line for every service and origin, where a contract charges a share of latency.

    Args:
        contract: Its terms.
        overruns: What is known of the period, by service; of each, the rows of its process
            before runs of journeys, and these before histograms. A step is charged by the first
            that knows it.
    """
    if contract.latency_share is None:
        return
    if not overruns:
        yield _no_data("", "nothing tells how cases go through the vendor's steps")
    charged: set[tuple[str, str]] = set()
    for one in overruns:
        own = {(one.service, share.step) for share in one.shares}
        theirs = {
            (one.service, share.step) for share in one.shares if share.vendor == contract.vendor
        }
        if theirs - charged:
            twice = {step for _, step in own & charged}
            yield _line(contract, one, contract.latency_share.per_hour, twice)
        charged |= own


def _no_data(service: str, why: str) -> Line:
    return Line(
        kind=LineValue.LATENCY_SHARE,
        agreement=service,
        verdict=Verdict.NO_DATA,
        amount=Decimal(0),
        arithmetic=why,
    )


def _line(contract: Contract, found: Overruns, per_hour: Decimal, twice: set[str]) -> Line:
    if not found.cases:
        return _no_data(found.service, f"no {_CASE[found.origin]} in the period")
    mine = (one for one in found.shares if one.vendor == contract.vendor and one.step not in twice)
    share = max(sum(one.microseconds for one in mine), 0)
    owed = rounded(Decimal(share) * per_hour / HOUR, contract.currency)
    return Line(
        kind=LineValue.LATENCY_SHARE,
        agreement=found.service,
        verdict=Verdict.APPLIED if share else Verdict.MET,
        amount=owed,
        arithmetic=(
            f"{_whole(found)}: {_hours(share)} ({found.method}) x "
            f"{amount(per_hour, contract.currency)}"
        ),
    )


def _whole(found: Overruns) -> str:
    """Return what overran, for people, and how well that is known."""
    rest = f", {_hours(found.unattributed)} of it nobody's" if found.unattributed else ""
    if found.origin is OriginValue.HISTOGRAM:
        text = f"{found.cases:,} requests were above tolerated by about {_hours(found.overrun)}"
        rest += ", estimated from histograms"
    else:
        what = "runs of journeys" if found.origin is OriginValue.JOURNEY else "cases"
        text = f"{found.over:,} of {found.cases:,} {what} overran by {_hours(found.overrun)}"
    unknown = f" ({found.unknown_hours:,} hours not known)" if found.unknown_hours else ""
    return f"{text}{rest}{unknown}"


def _hours(microseconds: int) -> str:
    return f"{number_text((Decimal(microseconds) / HOUR).quantize(_SHOWN))} h"
