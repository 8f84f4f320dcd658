"""The receipt of what a service was spared: `service/avoided`, every prevention with its parts.

    avoided = chance of an outage x what would have been sold in it, bound by bound

The chance is Beta(k + 1, n - k + 1) of the detections that are listed: n alike, k of them outages;
what would have been sold is expected x each x share over the stretch, from its half width times
`widened` on either side, and at least 0.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from truegreen_definitions.explanations.accounts import AVOIDED, account_ids
from truegreen_definitions.names import BoundValue
from truegreen_definitions.units import duration_label
from truegreen_exporters.accountability.money import amount
from truegreen_exporters.engines.sql_terms import in_zone
from truegreen_exporters.receipt.kind import is_promised

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from truegreen_definitions.plan import Plan
    from truegreen_exporters.receipt.kind import Asked

__all__ = ["avoided_receipt", "avoided_text", "is_avoided"]

FORMAT = 1


def is_avoided(plan: Plan, name: str) -> bool:
    """Return whether an id is that of a service's avoided losses."""
    ours = name.partition("/")[2] == AVOIDED and name in account_ids(plan)
    return ours and not is_promised(plan, name)


def avoided_receipt(asked: Asked) -> dict[str, Any]:
    """Return the receipt of a service's avoided losses as plain data."""
    service = asked.loaded.plan.service(asked.name.partition("/")[0])
    about = {"service": service.name, **asked.moment}
    about |= {} if asked.window is None else {"window": asked.window}
    return {
        "format": FORMAT,
        "definition": str(service.origin),
        "zone": in_zone(service.zone),
        **asked.reader.ask("avoided", about),
    }


def avoided_text(document: dict[str, Any]) -> str:
    """Return the receipt to be read."""
    out = [f"Receipt of {document['service']}/{AVOIDED}, window {document['window']}"]
    out += [f"  defined in: {document['definition']} (plan {document['plan'][:12]})"]
    out += [f"  seen from: {document['at']}"]
    out += [f"  days: {document['days'][0]} to {document['days'][1]}"]
    for one in document["avoided"]:
        if one["bound"] == BoundValue.POINT:
            spared = amount(Decimal(one["amount"]), one["currency"])
            out.append(f"  spared of {one['vendor'] or 'our own'}: {spared}, an opinion")
    out.append(f"  preventions: {document['cases']}")
    for one in document["prevented"]:
        out += _prevention(one)
    out += ["  asked by:", f"    {document['zone']}"]
    for name, sql in document["sql"].items():
        out += [f"    -- {name}", *(f"    {line}" for line in f"{sql};".splitlines())]
    return "\n".join(out) + "\n"


def _prevention(one: Mapping[str, Any]) -> Iterator[str]:
    found, money = one["evidence"], one["avoided"]
    low, point, high = (
        amount(Decimal(money[bound]), one["currency"]) for bound in ("lower", "point", "upper")
    )
    yield f"  {one['incident']} on {one['day']}, {one['channel']}: {point} ({low} to {high})"
    chance = found["chance"]
    yield (
        f"    {one['outages']} of {one['cases']} detections of {found['symptom']} without a remedy "
        f"became outages: {chance[1]:.3f} ({chance[0]:.3f} to {chance[2]:.3f})"
    )
    yield (
        f"    half of these lasted {duration_label(found['median_seconds'])} or less: "
        f"{found['expected']:.1f} +- {found['half_width']:.1f} transactions, widened "
        f"{found['widened']:.2f} times, {found['each']:.2f} {one['currency']} each "
        f"({found['each_from']}), {found['share']} of it"
    )
