"""The receipt of what moves a service's outcome: `service/outcome`, with series and their SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from truegreen_definitions.explanations.accounts import OUTCOME, account_ids
from truegreen_exporters.accountability.outcomes.render import outcomes_text
from truegreen_exporters.receipt.kind import is_promised

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan
    from truegreen_exporters.receipt.kind import Asked

__all__ = ["is_outcome", "outcome_receipt", "outcome_text"]

FORMAT = 1


def is_outcome(plan: Plan, name: str) -> bool:
    """Return whether an id is that of what moves a service's outcome."""
    ours = name.partition("/")[2] == OUTCOME and name in account_ids(plan)
    return ours and not is_promised(plan, name)


def outcome_receipt(asked: Asked) -> dict[str, Any]:
    """Return the receipt as plain data; see `document`."""
    about = {"service": asked.name.partition("/")[0], **asked.moment}
    return {"format": FORMAT, **asked.reader.ask("outcomes", about)}


def outcome_text(document: dict[str, Any]) -> str:
    """Return the receipt to be read; the values of the periods are in the document alone."""
    out = [f"Receipt of {outcomes_text(document)}  seen from: {document['at']}"]
    out += [f"  the values of a {document['every']} from $start up to $end are counted by:"]
    out += [f"    {document['zone']}"]
    for name, sql in document["sql"].items():
        out += [f"    -- {name}", *(f"    {line}" for line in f"{sql};".splitlines())]
    return "\n".join(out) + "\n"
