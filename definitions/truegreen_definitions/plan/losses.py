"""How losses are booked: terms of a service, and outages that were declared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003  pydantic reads the annotations when plan.json is loaded
from decimal import Decimal  # noqa: TC003  pydantic reads the annotations
from typing import Literal

from truegreen_definitions.plan.origin import Origin  # noqa: TC001  pydantic reads the annotations

__all__ = ["AvoidedRule", "CatchUp", "DeclaredIncident", "LossTerms", "MoneySeverity", "Saving"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchUp:
    """How long after an outage customers of a channel come back.

    Attributes:
        handling: What a transaction that came later costs to handle; None if not said.
    """

    channel: str
    within_seconds: int
    handling: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredIncident:
    """An outage that no system has told of.

    Attributes:
        start: On the wall clock of the service's zone.
        end: Likewise.
        severity: Empty if not said; so are step and reason.
        vendor: Who answers for it; empty for our own teams.
    """

    id: str
    start: datetime
    end: datetime
    severity: str
    step: str
    vendor: str
    reason: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneySeverity:
    """From which loss on an incident is of a severity."""

    severity: str
    at_least: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AvoidedRule:
    """Under which rule a loss counts as avoided."""

    stays_away_seconds: int
    least_cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """Infrastructure that was made cheaper.

    Attributes:
        where: SQL over the columns of the table of costs; empty for every line of the service.
        start: First day of the time that is compared with, in the service's zone.
        end: Day after its last one.
        since: Day from which on it is cheaper.
    """

    name: str
    kind: Literal["tuning", "cloud"]
    currency: str
    where: str
    start: date
    end: date
    since: date
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class LossTerms:
    """How losses of a service's channels are estimated and booked.

    Attributes:
        count: What of a transaction is lost; None: the margin where its channel has one.
        weeks: How many ordinary weeks are compared.
        holidays: ISO 3166 region whose public holidays are no ordinary days; empty for none.
        leave_out: Calendars of agreed downtime.
        unusual: Calendars of days that are unlike others.
        severities: The worst first.
        avoided: None: no loss counts as avoided.
    """

    count: Literal["revenue", "margin"] | None = None
    weeks: int = 8
    holidays: str = ""
    leave_out: tuple[str, ...] = ()
    unusual: tuple[str, ...] = ()
    catch_up: tuple[CatchUp, ...] = ()
    incidents: tuple[DeclaredIncident, ...] = ()
    severities: tuple[MoneySeverity, ...] = ()
    avoided: AvoidedRule | None = None
    savings: tuple[Saving, ...] = ()
