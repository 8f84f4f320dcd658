"""Receipts of what a service costs (`service/costs`) and of a saving (`service/saving`).

Each has the window, the exact sums as text, and the SQL that adds the cost lines up; of a saving
the costs before and since by the day, of which it is made:

    saved = before / its days x days since - since
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from truegreen_definitions.plan.costs import COSTS
from truegreen_exporters.engines.sql_terms import in_zone

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan
    from truegreen_exporters.receipt.kind import Asked

__all__ = ["is_spending", "spending_receipt", "spending_text"]

FORMAT = 1


def is_spending(plan: Plan, name: str) -> bool:
    """Return whether an id is that of a service's costs or savings, and of no promise."""
    promised = {one.id for one in plan.agreements} | {one.id for one in plan.measurements}
    return name in _definitions(plan) and name not in promised


def spending_receipt(asked: Asked) -> dict[str, Any]:
    """Return the receipt of costs or of a saving as plain data."""
    plan = asked.loaded.plan
    service, _, part = asked.name.partition("/")
    about = {"service": service, **asked.moment}
    about |= {} if asked.window is None else {"window": asked.window}
    if part == COSTS:
        found = asked.reader.ask("costs", about)
    else:
        found = asked.reader.ask("saving", {**about, "saving": part})
    zone = "UTC" if part == COSTS else plan.service(service).zone
    return {
        "format": FORMAT,
        "spending": asked.name,
        "definition": _definitions(plan)[asked.name],
        "zone": in_zone(zone),
        **found,
    }


def spending_text(document: dict[str, Any]) -> str:
    """Return the receipt to be read."""
    out = [f"Receipt of {document['spending']}, window {document['window']}"]
    out += [f"  defined in: {document['definition']} (plan {document['plan'][:12]})"]
    out += [f"  seen from: {document['at']}"]
    for one in document.get("costs", ()):
        whose = one["business_unit"] or "no business unit"
        part = f", {one['component']}" if one["component"] else ""
        out.append(f"  {whose}{part}: {one['amount']} {one['currency']}")
    for one in document.get("compared", ()):
        out.append(
            f"  {one['from']} up to {one['until']}, {one['days']} days: "
            f"{one['cost']} {document['currency']}"
        )
    if "amount" in document:
        amount = document["amount"]
        saved = "costs are not known, or it began later"
        saved = saved if amount is None else f"{amount} {document['currency']}"
        out.append(f"  saved: {saved}")
    queries = [one["sql"] for one in document.get("compared", ())] or [document.get("sql", "")]
    out += ["  counted by:", f"    {document['zone']}"]
    out += [f"    {line}" for query in queries for line in f"{query};".splitlines()]
    return "\n".join(out) + "\n"


def _definitions(plan: Plan) -> dict[str, str]:
    """Return where what is spent is declared, by its id."""
    found = {f"{one.name}/{COSTS}": str(one.origin) for one in plan.services}
    for service in plan.services:
        for saving in service.losses.savings if service.losses else ():
            found[f"{service.name}/{saving.name}"] = str(saving.origin)
    return found
