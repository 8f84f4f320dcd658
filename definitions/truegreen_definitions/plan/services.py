"""Business services and the steps of their process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003  pydantic reads the annotations when plan.json is loaded

from truegreen_definitions.plan.origin import Origin  # noqa: TC001  pydantic reads the annotations

__all__ = ["Service", "Step"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A major step of a service's process, in business words.

    One party is accountable: the vendor, where there is one. A team beside a vendor watches it:
    alerts about the step go to that team, and the vendor stays accountable.

    Attributes:
        vendor: The accountable vendor; empty when a team is.
        team: The accountable team; beside a vendor the one that watches it, empty for none.
        after: Steps that come before this one; empty for a first step.
        satisfied_seconds: People are content up to this latency; None when not declared.
        tolerated_seconds: People put up with it up to here; None when not declared.
    """

    name: str
    title: str
    vendor: str
    team: str
    after: tuple[str, ...]
    satisfied_seconds: float | None
    tolerated_seconds: float | None
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A business service and its process.

    Attributes:
        criticality: 1 (least) to 5 (most); weighs disruption.
        zone: IANA time zone in which its calendar windows turn.
        review_due: Day on which its definition is to be looked at again; None for never.
        steps: In the order of the definition.
    """

    name: str
    title: str
    description: str
    domain: str
    business_unit: str
    criticality: int
    owner: str
    process_lead: str
    zone: str
    steps: tuple[Step, ...]
    origin: Origin
    review_due: date | None = None
