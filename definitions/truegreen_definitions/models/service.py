"""Service: a business service, its process and its promises.

Example:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: order-to-cash, title: Order to cash}
    spec:
      domain: Sales
      business_unit: Retail
      criticality: 5
      outcome: {kind: revenue, goal: protect revenue in web retail}
      owner: checkout-team
      raci: {accountable: head-of-retail, responsible: checkout-team, informed: [finance]}
      zone: Europe/Berlin
      critical_periods: [{calendar: month-end-close, factor: 1.5}]
      value:
        - channel: web
          currency: EUR
          per_transaction: 84.20
          of: {table: orders, at: ordered_at, where: channel = 'web', amount: amount}
          margin: 31%
          at_risk: [pay-felt]
          recovered: 40%
      production:
        - {name: packing, unit: parcel, per_hour: 240, yield: 98%, value: 3.10, currency: EUR}
      outage:
        penalties: {per_minute: 15.00, currency: EUR}
        overtime: {people: 4, per_hour: 62.00, currency: EUR}
        cash_delay: {days: 3, cost_of_capital: 8%}
      losses:
        holidays: DE-BE
        leave_out: [maintenance]
        catch_up: [{channel: web, within: 6h, handling: 0.40}]
        severities: [{severity: sev1, at_least: 5000.00}, {severity: sev2, at_least: 500.00}]
        incidents:
          - {id: OUT-7, from: '2026-10-03 10:00', to: '2026-10-03 12:30', step: pay, severity: sev1}
      review: {every: quarter, last: 2026-10-01}
      known_issues:
        - {id: KI-7, title: gateway retries time out at peak, owner: paygate, due: 2026-12-15}
      steps:
        - {name: browse, latency: {satisfied: 250ms, tolerated: 1s}}
        - {name: pay, vendor: paygate, latency: {satisfied: 700ms, tolerated: 2800ms}}
        - {name: invoice, latency: {satisfied: 4h, tolerated: 24h}}
      process:
        table: orders
        case: order_id
        steps:
          invoice: {from: ordered_at, to: invoiced_at}
        within: 30h
      slas:
        - name: availability
          indicator:
            kind: promql
            good: shop_requests_total{code!~"5.."}
            total: shop_requests_total
          objective: 99.9%
          window: 30d
          alerts: {runbook: 'https://runbooks.example/shop'}
      xlas:
        - name: pay-felt
          indicator: {kind: latency, step: pay, source: journey}
          objective: 99%
          window: 30d
        - name: invoice-on-time
          indicator:
            kind: latency
            step: invoice
            source: {table: orders, from: ordered_at, to: invoiced_at}
          objective: 97%
          window: month
        - {name: csat, use: csat, with: {table: surveys}, objective: 85%, window: month}
      score: {weights: {pay-felt: 3, csat: 1}, veto: [pay-felt]}
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from truegreen_definitions.models.agreement import Agreement, Measured, Watched
from truegreen_definitions.models.base import Header, Model
from truegreen_definitions.models.experience import Cases, Score
from truegreen_definitions.models.losses import Losses
from truegreen_definitions.models.process import Process
from truegreen_definitions.models.values import (
    Date,
    Name,
    PositiveDuration,
    Text,
    Zone,
    bad_value,
    whole_number,
)
from truegreen_definitions.models.worth import CriticalPeriod, Outage, Periods, Production, Value

__all__ = ["KnownIssue", "Latency", "Outcome", "Raci", "Review", "Section", "Service"]
__all__ += ["ServiceSpec", "Step"]


_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}

Section: TypeAlias = Literal["slas", "xlas"]


class Outcome(Model):
    """What the business wants from the service.

    Attributes:
        kind: A word such as `revenue`, `cost` or `risk`.
        goal: What it is for, in a sentence.
        measure: Agreement or measure of the service, counted from records, that says whether the
            business gets it. Everything else that is counted from records is compared with it.
        better: Whether the business wants more of it or less.
        every: Length of the periods that are compared.
        lags: How many periods later the outcome may follow, at most.
        leading: Agreements or measures that may warn once their own history shows that the
            outcome follows them.
    """

    kind: Text
    goal: Text
    measure: Name | None = None
    better: Literal["more", "less"] = "more"
    every: Literal["day", "week"] = "day"
    lags: Annotated[int, whole_number(0, 28)] = 7
    leading: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _measured(self) -> "Outcome":
        if self.leading and self.measure is None:
            bad_value("nothing can lead an outcome that is not measured", "add `measure`")
        return self


class Raci(Model):
    """Who is responsible, accountable, consulted and informed: roles, teams or vendors.

    Attributes:
        responsible: Does the work.
        accountable: Answers for it.
        consulted: Are asked before.
        informed: Are told after.
    """

    responsible: Name
    accountable: Name
    consulted: tuple[Name, ...] = ()
    informed: tuple[Name, ...] = ()


class Review(Model):
    """When the definition was last looked at, and how often that is due.

    Attributes:
        every: How often.
        last: The last time.
    """

    every: Literal["month", "quarter", "half_year", "year"]
    last: Date

    @property
    def due(self) -> date:
        """The day it is due again: the same of a later month, or the last of a shorter one."""
        months = self.last.year * 12 + self.last.month - 1 + _MONTHS[self.every]
        year, month = divmod(months, 12)
        last = monthrange(year, month + 1)[1]
        return self.last.replace(year=year, month=month + 1, day=min(self.last.day, last))


class KnownIssue(Model):
    """Something known to be wrong, and what is done about it.

    Attributes:
        id: What people call it.
        title: What is wrong.
        plan: What is done about it.
        owner: Team or vendor who does it.
        due: By when.
        funding: Whether it is paid for.
    """

    id: Text
    title: Text
    plan: Text = ""
    owner: Name | None = None
    due: Date | None = None
    funding: Text = ""


class Latency(Model):
    """Thresholds of a step: up to which people are content, and up to which they put up with it.

    Attributes:
        satisfied: Up to here people are content.
        tolerated: Up to here they put up with it; above it they give up.
        clock: Whether the time outside business hours counts (`calendar`) or not (`business`).
    """

    satisfied: PositiveDuration
    tolerated: PositiveDuration
    clock: Literal["calendar", "business"] = "calendar"


class Step(Model):
    """A major step of the process.

    Attributes:
        name: Unique in its service; `SERVICE/NAME` is its id.
        title: What people call it; the name where none is given.
        vendor: The accountable Vendor; else `team`, else the service's owner.
        team: The accountable Team; beside a vendor the one that watches it and gets the alerts.
        after: Steps before this one; the one written above it where nothing is said.
        latency: Its thresholds; a latency indicator needs them.
    """

    name: Name
    title: Text = ""
    vendor: Name | None = None
    team: Name | None = None
    after: tuple[Name, ...] | None = None
    latency: Latency | None = None


class ServiceSpec(Model):
    """What a service is made of.

    Attributes:
        domain: Part of the business it belongs to.
        business_unit: Unit that it is run for.
        criticality: 1 (least) to 5 (most).
        priority: Rank among the business's processes, from 1.
        outcome: What the business wants from it.
        owner: Team that answers for it and gets its alerts.
        process_lead: Role that leads the process.
        raci: Who does what.
        zone: Time zone of its calendar windows.
        hours: Calendar of business hours.
        critical_periods: Calendars in which it matters most, by name or with a factor.
        value: What its transactions are worth, a line a channel.
        production: What it makes, a line a production line.
        outage: What an outage costs beside the business that is lost.
        losses: How what outages have cost is estimated and booked.
        review: When these lines were last looked at.
        known_issues: What is known to be wrong.
        steps: Major steps of the process, in order; `after` makes branches.
        process: Where rows tell how cases go through these steps.
        slas: What the contract says.
        xlas: What people experience.
        measures: What is measured and shown, and nobody promised anything about.
        cases: How cases are followed from promise to experience.
        score: How the XLA score is made.
    """

    domain: Text = ""
    business_unit: Text = ""
    criticality: Annotated[int, whole_number(1, 5)] = 3
    priority: Annotated[int, whole_number(1)] | None = None
    outcome: Outcome | None = None
    owner: Name
    process_lead: Name | None = None
    raci: Raci | None = None
    zone: Zone = "UTC"
    hours: Name | None = None
    critical_periods: Periods = ()
    value: tuple[Value, ...] = ()
    production: tuple[Production, ...] = ()
    outage: Outage | None = None
    losses: Losses | None = None
    review: Review | None = None
    known_issues: tuple[KnownIssue, ...] = ()
    steps: tuple[Step, ...] = Field(min_length=1)
    process: Process | None = None
    slas: tuple[Agreement, ...] = ()
    xlas: tuple[Agreement, ...] = ()
    measures: tuple[Watched, ...] = ()
    cases: Cases | None = None
    score: Score | None = None

    @property
    def periods(self) -> tuple[CriticalPeriod, ...]:
        """The critical periods, those by name alone with a factor of 1."""
        return tuple(
            one if isinstance(one, CriticalPeriod) else CriticalPeriod(calendar=one)
            for one in self.critical_periods
        )

    def agreements(self) -> Iterator[tuple[Section, int, Agreement]]:
        """Yield every agreement with its section and index there, SLAs first."""
        for index, agreement in enumerate(self.slas):
            yield "slas", index, agreement
        for index, agreement in enumerate(self.xlas):
            yield "xlas", index, agreement

    def measured(self) -> Iterator[tuple[str, int, Measured]]:
        """Yield all that is measured, with its section and index there: agreements first."""
        yield from self.agreements()
        for index, measure in enumerate(self.measures):
            yield "measures", index, measure

    def after(self, step: Step) -> tuple[str, ...]:
        """Return the steps before one: those it names, else the one written above it."""
        if step.after is not None:
            return step.after
        names = [other.name for other in self.steps]
        index = names.index(step.name)
        return (names[index - 1],) if index else ()

    def step(self, name: str) -> Step | None:
        """Return the step of a name, if there is one."""
        return next((step for step in self.steps if step.name == name), None)


class Service(Header):
    """A business service in business words: its process and its promises."""

    kind: Literal["Service"]
    spec: ServiceSpec
