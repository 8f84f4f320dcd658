"""An entry of the ledger of losses: what an episode cost a channel, and everything it rests on.

Estimates are floats; here they become money, rounded once to the smallest unit of the currency.
From here on everything is Decimal, and what is split adds up: an entry's portions, one for each
incident and day, are its amount.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from truegreen_definitions.names import BookingValue
from truegreen_exporters.accountability.losses.allocation import split
from truegreen_exporters.accountability.money import rounded
from truegreen_exporters.digests import digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from truegreen_exporters.accountability.losses.incident import Incident
    from truegreen_exporters.accountability.losses.shortfall import Estimate

__all__ = ["FORMAT", "Booking", "BookingKey", "Money", "Portion", "booked_money", "portions"]

FORMAT = 1
ZERO = Decimal(0)

BookingKey = tuple[str, str, str]
"""(service, channel, episode)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An estimated amount in whole smallest units, with the ends of its interval."""

    lower: Decimal = ZERO
    point: Decimal = ZERO
    upper: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """What of a booking falls to an incident on a day, in the service's zone.

    Attributes:
        day: `2026-10-31`.
        vendor: Who answers for it; empty for our own teams.
    """

    incident: str
    day: str
    step: str
    vendor: str
    severity: str
    money: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One revision of an entry.

    Attributes:
        episode: Id of the episode's first incident.
        revision: 0 for what was written first, then one for each correction.
        state: Whether it is booked, or why not.
        start: Beginning of the first outage minute, in Unix seconds.
        end: End of the last one.
        money: The net loss as estimated; booked only where the state says so.
        gross: Transactions that were not made in the outage.
        recovered: Those of them that were made after it.
        net: The rest.
        deferred: What it costs that the recovered ones came later.
        portions: What of the money falls to whom; empty when it is not booked.
        evidence: What anybody needs to compute it again, as plain data.
        definition: Digest of the terms it was estimated by.
        known: When it was written down, in microseconds since 1970.
    """

    service: str
    channel: str
    episode: str
    revision: int = 0
    state: BookingValue
    start: int
    end: int
    currency: str
    money: Money = field(default_factory=Money)
    gross: Decimal = ZERO
    recovered: Decimal = ZERO
    net: Decimal = ZERO
    deferred: Decimal = ZERO
    portions: tuple[Portion, ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)
    definition: str
    known: int

    @property
    def key(self) -> BookingKey:
        """The entry it is a revision of."""
        return self.service, self.channel, self.episode

    @property
    def booked(self) -> bool:
        """Whether its money counts."""
        return self.state is BookingValue.BOOKED

    @property
    def document(self) -> dict[str, Any]:
        """All of it as plain data: amounts and numbers as text, as they are written."""
        plain = json.loads(json.dumps(asdict(self), default=str))
        return {"format": FORMAT, **plain}

    @property
    def digest(self) -> str:
        """SHA-256 of the document as JSON with sorted keys and no spaces, in hex."""
        return digest(self.document)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Booking:
        """Return the booking that a document describes; amounts are read exactly."""
        plain = {name: document[name] for name in document if name != "format"}
        numbers = {name: Decimal(plain[name]) for name in ("gross", "recovered", "net", "deferred")}
        parts = tuple(
            Portion(**{**one, "money": _money(one["money"])}) for one in plain["portions"]
        )
        read = {"state": BookingValue(plain["state"]), "money": _money(plain["money"])}
        return cls(**{**plain, **numbers, **read, "portions": parts})

    def says(self, other: Booking) -> bool:
        """Return whether another revision says the same."""
        mine, theirs = self.document, other.document
        for told in ("revision", "known"):
            del mine[told], theirs[told]
        return mine == theirs


def _money(plain: Mapping[str, str]) -> Money:
    return Money(**{bound: Decimal(text) for bound, text in plain.items()})


def booked_money(estimate: Estimate, currency: str) -> Money:
    """Return an estimate in whole smallest units; this is where it is rounded."""
    lower, point, upper = (
        rounded(Decimal(repr(number)), currency)
        for number in (estimate.lower, estimate.point, estimate.upper)
    )
    return Money(lower=lower, point=point, upper=upper)


def portions(
    money: Money, weights: Sequence[tuple[Incident, str, Fraction]], currency: str
) -> tuple[Portion, ...]:
    """Return what falls to each incident and day; the parts add up to the money, bounds too.

    Args:
        money: What is split; no part of it is below 0.
        weights: Incident, day and how much of the expected business was in its minutes.
        currency: ISO 4217.
    """
    shares = [weight for *_, weight in weights]
    parts = [split(one, shares, currency) for one in (money.lower, money.point, money.upper)]
    return tuple(
        Portion(
            incident=incident.id,
            day=day,
            step=incident.step,
            vendor=incident.vendor,
            severity=incident.severity,
            money=Money(lower=low, point=point, upper=high),
        )
        for (incident, day, _), low, point, high in zip(weights, *parts, strict=True)
    )
