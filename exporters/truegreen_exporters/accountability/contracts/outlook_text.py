"""What a running period may come to, for people: amounts, how likely lines are missed, and why."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from truegreen_definitions.names import LineValue
from truegreen_exporters.accountability.contracts.statement import percent
from truegreen_exporters.accountability.money import amount

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["outlook_text"]


def outlook_text(document: Mapping[str, Any]) -> str:
    """Return the receipt of a running period of a contract."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: Mapping[str, Any]) -> Iterator[str]:
    currency = document["currency"]
    yield f"{document['contract']}: {document['period']}, which ends at {document['end']}"
    yield f"seen from {document['at']}, defined at {document['definition']}"
    pool = document["at_risk"]
    unknown = "a share of an invoice that is not known"
    yield f"  at risk: {unknown if pool is None else amount(Decimal(pool), currency)}"
    for what in ("penalty", "reward"):
        if (found := document[what]) is not None:
            point, low, high = (
                amount(Decimal(found[bound]), currency) for bound in ("point", "lower", "upper")
            )
            yield f"  {what} by its end: {point} expected, 95 %: {low} to {high}"
    if document["latency_paced"]:
        yield (
            "    latency goes on at its pace so far: the lower bound is what has been run up, and "
            "how much faster it may grow is in no bound"
        )
    seen = {one["agreement"]: one for one in document["outlooks"]}
    for one in document["misses"]:
        line = "minimum of " if one["line"] == LineValue.MINIMUM else ""
        yield (
            f"  {line}{one['agreement']}: below {percent(Decimal(one['bound']))} by then with "
            f"{100 * one['probability']:.2f} %"
        )
        view = seen[one["agreement"]]
        yield (
            f"    {view['good']:,} of {view['total']:,} so far, {view['coming']:,} to come in "
            f"{view['lots']:,} lots; P(good lots <= {one['most_good_lots']:,}) of a beta-binomial "
            f"with {view['alpha']:.4f} and {view['beta']:.4f}"
        )
    yield f"  method: {document['method']}"
    yield f"  digest: {document['digest']}"
