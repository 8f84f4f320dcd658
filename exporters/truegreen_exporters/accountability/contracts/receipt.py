"""The receipt of a contract: its last period as settled, and what the running one may come to.

    contract                     a contract of the plan
    contract/service/agreement   the same, asked for by what is in it
    vendor, client               all contracts with it

Each statement has the whole arithmetic, the events behind it and the queries that count them;
the running period has the counts, lots and parameters of its probabilities.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from truegreen_definitions.explanations.term import term_ids
from truegreen_exporters.accountability.contracts.outlook_text import outlook_text
from truegreen_exporters.digests import digest
from truegreen_exporters.windows.periods import closed_before

if TYPE_CHECKING:
    from truegreen_definitions.plan import Contract, Plan
    from truegreen_exporters.receipt.kind import Asked

__all__ = ["contract_receipt", "contract_text", "is_contract"]

FORMAT = 1


def is_contract(plan: Plan, name: str) -> bool:
    """Return whether a name is that of a contract, of what is in one, or of a party to one."""
    return bool(_contracts(plan, name))


def contract_receipt(asked: Asked) -> dict[str, Any]:
    """Return the receipt of contracts as plain data."""
    return {
        "format": FORMAT,
        "of": asked.name,
        "contracts": [_of(asked, one) for one in _contracts(asked.loaded.plan, asked.name)],
    }


def contract_text(document: dict[str, Any]) -> str:
    """Return the receipt to be read."""
    out = [f"Receipt of {document['of']}\n"]
    for one in document["contracts"]:
        out += [one["text"], "\n", outlook_text(one["running"])]
    return "".join(out)


def _of(asked: Asked, contract: Contract) -> dict[str, Any]:
    running = asked.reader.ask("exposure", {"who": contract.name, **asked.moment})
    moment = datetime.fromisoformat(running["at"])
    (period,) = closed_before(moment, contract.period, contract.zone, 1)
    last = {"deed": "explain", "who": contract.name, "from": period.label, "to": period.label}
    settled = asked.reader.ask("contract", {**last, "at": running["at"]})
    return {
        "contract": contract.name,
        "last": settled["document"],
        "text": settled["text"],
        "running": {**running, "digest": digest(running)},
    }


def _contracts(plan: Plan, name: str) -> tuple[Contract, ...]:
    of = name.partition("/")[0] if name in term_ids(plan) else name
    return tuple(one for one in plan.contracts if of in {one.name, one.party})
