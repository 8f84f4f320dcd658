"""Business services and the steps of their process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003  pydantic reads the annotations when plan.json is loaded
from typing import Literal

from truegreen_definitions.plan.experience import (  # noqa: TC001  pydantic reads the annotations
    Cases,
    Score,
)
from truegreen_definitions.plan.losses import LossTerms  # noqa: TC001  pydantic reads the annotations
from truegreen_definitions.plan.origin import Origin  # noqa: TC001  pydantic reads the annotations
from truegreen_definitions.plan.process import Process  # noqa: TC001  pydantic reads the annotations
from truegreen_definitions.plan.worth import (  # noqa: TC001  pydantic reads the annotations
    CriticalPeriod,
    Outage,
    Production,
    TransactionValue,
)

__all__ = ["KnownIssue", "Outcome", "Raci", "Service", "Step"]


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
        calendar: Calendar outside of which its clock stands still; empty for a clock that runs
            at all hours.
    """

    name: str
    title: str
    vendor: str
    team: str
    after: tuple[str, ...]
    satisfied_seconds: float | None
    tolerated_seconds: float | None
    origin: Origin
    calendar: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the business wants from a service: a word (`revenue`) and a sentence.

    Attributes:
        measure: Name of the agreement or measure that says whether it gets it; empty for none.
        better: Whether the business wants more of it or less.
        every: Length of the periods in which it is compared with others.
        lags: How many periods later it may follow, at most.
        leading: Names of what may warn, once validated.
    """

    kind: str
    goal: str
    measure: str = ""
    better: Literal["more", "less"] = "more"
    every: Literal["day", "week"] = "day"
    lags: int = 0
    leading: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Raci:
    """Who does what, by the names of teams, vendors and roles."""

    responsible: str
    accountable: str
    consulted: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIssue:
    """What is known to be wrong; what is empty was not said.

    Attributes:
        plan: What is done about it.
        owner: Team or vendor who does it.
        due: By when; None when not said.
        funding: Whether it is paid for.
    """

    id: str
    title: str
    plan: str
    owner: str
    due: date | None
    funding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A business service and its process.

    Attributes:
        criticality: 1 (least) to 5 (most); weighs disruption.
        zone: IANA time zone in which its calendar windows turn.
        review_due: Day on which its definition is to be looked at again; None for never.
        steps: In the order of the definition.
        priority: Rank among the business's processes, from 1; None when not said.
        outcome: What the business wants from it, if said.
        raci: Who does what, if said.
        hours: Calendar of its business hours; empty for always.
        critical_periods: Calendars in which it matters most.
        values: What its transactions are worth, by channel.
        known_issues: What is known to be wrong.
        production: What it makes.
        outage: What an outage costs beside; None where nothing was said.
        process: Where rows tell how cases go through the steps; None where none do.
        cases: How cases are followed from promise to experience, if said.
        score: How the XLA score is made, if said.
        losses: How losses are booked; None where nothing was said, and usual terms hold.
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
    priority: int | None = None
    outcome: Outcome | None = None
    raci: Raci | None = None
    hours: str = ""
    critical_periods: tuple[CriticalPeriod, ...] = ()
    values: tuple[TransactionValue, ...] = ()
    known_issues: tuple[KnownIssue, ...] = ()
    production: tuple[Production, ...] = ()
    outage: Outage | None = None
    cases: Cases | None = None
    score: Score | None = None
    losses: LossTerms | None = None
    process: Process | None = None

    @property
    def followed(self) -> tuple[Step, ...]:
        """The steps that the process follows: those with thresholds, as far as it names any."""
        if self.process is None:
            return ()
        named = {visit.step for visit in self.process.visits if visit.step}
        timed = (step for step in self.steps if step.tolerated_seconds is not None)
        return tuple(step for step in timed if not named or step.name in named)
