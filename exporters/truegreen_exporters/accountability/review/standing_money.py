"""What money stands at the moment a review is seen from: at stake, running, prevented, saved."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from truegreen_definitions.names import BasisValue
from truegreen_definitions.reviews import (
    AtStake,
    Estimated,
    Likely,
    Prevented,
    Running,
    Saved,
)

if TYPE_CHECKING:
    from truegreen_definitions.plan import Service, TransactionValue

__all__ = ["at_stake", "prevented", "running", "savings"]


def at_stake(
    service: Service,
    value: TransactionValue,
    document: dict[str, Any] | None,
    at_risk: float | None,
) -> AtStake:
    """Return what the present hour of a channel is worth.

    Args:
        service: Whose channel.
        value: What was declared of it.
        document: What is expected of it, from the answer to `channel`; None where nobody says.
        at_risk: What Prometheus says is at risk in a minute; None where nobody says.
    """
    worth = document["value_per_minute"] if document else {}
    basis = BasisValue.MARGIN if BasisValue.MARGIN in worth else BasisValue.REVENUE
    return AtStake(
        service=service.name,
        channel=value.channel,
        currency=value.currency,
        expected=_estimated(worth[basis]) if worth else None,
        basis=str(basis) if worth else "",
        at_risk=at_risk,
    )


def running(document: dict[str, Any]) -> Running:
    """Return what a running period may come to, from the answer to `exposure`."""
    pool, penalty, reward = (document[name] for name in ("at_risk", "penalty", "reward"))
    return Running(
        contract=document["contract"],
        period=document["period"],
        end=datetime.fromisoformat(document["end"]),
        at_risk=None if pool is None else Decimal(pool),
        penalty=None if penalty is None else _estimated(penalty),
        reward=None if reward is None else _estimated(reward),
        latency_paced=document["latency_paced"],
        misses=tuple(
            Likely(**{told: one[told] for told in ("line", "agreement", "probability")})
            for one in document["misses"]
        ),
    )


def prevented(document: dict[str, Any]) -> tuple[Prevented, ...]:
    """Return the preventions of a service, from the answer to `prevented`."""
    service = document["service"]
    return tuple(
        Prevented(**{**one, "service": service, "avoided": _estimated(one["avoided"])})
        for one in document["prevented"]
    )


def savings(document: dict[str, Any]) -> tuple[Saved, ...]:
    """Return the savings of a service, from the answer to `prevented`."""
    return tuple(
        Saved(
            **{
                **one,
                "service": document["service"],
                "amount": None if one["amount"] is None else Decimal(one["amount"]),
            }
        )
        for one in document["savings"]
    )


def _estimated(bounds: dict[str, str]) -> Estimated:
    return Estimated(**{name: Decimal(bounds[name]) for name in ("lower", "point", "upper")})
