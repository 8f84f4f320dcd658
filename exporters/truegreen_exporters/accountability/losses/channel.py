"""A channel whose losses are kept: its service, what a transaction is worth, and the terms."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.plan import LossTerms
from truegreen_exporters.engines.volume_question import VolumeQuestion
from truegreen_exporters.intake.mapping import quoted

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan, Service, TransactionValue

__all__ = ["Channel", "channels"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel of a service.

    Attributes:
        value: What its transactions are worth, and which rows they are.
        terms: How its losses are booked.
    """

    service: Service
    value: TransactionValue
    terms: LossTerms

    @property
    def name(self) -> str:
        """Its name in the service."""
        return self.value.channel

    @property
    def about(self) -> str:
        """What it is called where something is said about its losses."""
        return f"losses of {self.service.name}/{self.name}"

    @property
    def question(self) -> VolumeQuestion:
        """What to ask of an engine about its transactions."""
        return VolumeQuestion(
            service=self.service.name,
            zone=self.service.zone,
            table=self.value.table,
            at=self.value.at,
            where=self.value.where,
            amount=quoted(self.value.amount) if self.value.amount else "",
        )

    @property
    def catch_up_seconds(self) -> int:
        """How long after an outage customers come back; 0 when nobody said."""
        return sum(one.within_seconds for one in self.terms.catch_up if one.channel == self.name)

    @property
    def handling(self) -> Decimal:
        """What a transaction that came later costs to handle."""
        found = (one.handling for one in self.terms.catch_up if one.channel == self.name)
        return next((amount for amount in found if amount is not None), Decimal(0))

    @property
    def basis(self) -> str:
        """What of a transaction is lost: `margin` or `revenue`."""
        if self.terms.count is not None:
            return self.terms.count
        return "revenue" if self.value.margin is None else "margin"

    @property
    def share(self) -> Decimal:
        """What of a transaction's amount is lost, 0 to 1."""
        counted = self.value.margin if self.basis == "margin" else None
        return Decimal(1) if counted is None else counted

    @property
    def definition(self) -> str:
        """Digest of what a loss of it is estimated by, and not of what happened."""
        terms = asdict(self.terms)
        for told in ("incidents", "severities", "avoided", "savings"):
            del terms[told]
        outage = self.service.outage
        delay = None if outage is None else (outage.delay_days, outage.cost_of_capital)
        value = asdict(self.value)
        for told in ("at_risk", "recovered"):
            del value[told]
        said = {"value": value, "terms": terms, "delay": delay, "zone": self.service.zone}
        text = json.dumps(said, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def channels(plan: Plan) -> tuple[Channel, ...]:
    """Return the channels whose transactions rows tell, in the plan's order."""
    tables = {table.name for table in plan.tables}
    return tuple(
        Channel(service=service, value=value, terms=service.losses or LossTerms())
        for service in plan.services
        for value in service.values
        if value.table in tables and value.at
    )
