"""What tickets of the made-up help desks are worth, for tests that weigh the desks by revenue."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.plan import TransactionValue

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan

__all__ = ["worth"]

_OF_TICKETS = TransactionValue(
    channel="all",
    currency="USD",
    per_transaction=Decimal("1.10"),
    table="tickets",
    amount="",
    margin=None,
    at="resolved_at",
)


def worth(plan: Plan) -> Plan:
    """Return the desks with what they earn.

    North has 2.55 EUR of a ticket of low priority and 1.10 USD of any. South has as many EUR as a
    ticket was reopened times, the amount that rows hold, and a channel of which nobody says what
    it is worth.
    """
    unknown = replace(_OF_TICKETS, channel="unknown", currency="EUR", per_transaction=None)
    low = replace(unknown, channel="low", per_transaction=Decimal("2.55"), where="priority = 'low'")
    again = replace(unknown, channel="again", amount="reopen_count")
    values = {"north": (low, _OF_TICKETS), "south": (again, unknown)}
    services = tuple(replace(one, values=values[one.name]) for one in plan.services)
    return replace(plan, services=services)
