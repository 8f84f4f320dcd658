"""How losses of a service are booked: what is ordinary, what comes back, what happened."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.calendar import Region, WallTime
from truegreen_definitions.models.values import (
    Currency,
    Date,
    Duration,
    Money,
    Name,
    PositiveDuration,
    Text,
    bad_value,
    whole_number,
)

__all__ = ["Avoided", "CatchUp", "DeclaredIncident", "Losses", "MoneySeverity", "Saving"]


class CatchUp(Model):
    """How long after an outage customers come back to buy what they could not.

    A long time makes the net loss uncertain: those who come back are looked for among all the
    others.

    Attributes:
        channel: Channel of the service's `value`.
        within: For so long after the outage.
        handling: What it costs to handle a transaction that came later.
    """

    channel: Name
    within: PositiveDuration
    handling: Money | None = None


class DeclaredIncident(Model):
    """An outage that no system has told of.

    Attributes:
        id: What people call it; unique among the service's incidents.
        start: When the impact began, in the service's zone (`from:`).
        end: When it ended (`to:`).
        severity: How severe it was.
        step: Step of the service that was hit.
        vendor: Who answers for it; the vendor of the step where none is given.
        reason: What happened, for people.
    """

    id: Text
    start: Annotated[WallTime, Field(alias="from")]
    end: Annotated[WallTime, Field(alias="to")]
    severity: Text | None = None
    step: Name | None = None
    vendor: Name | None = None
    reason: Text | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "DeclaredIncident":
        if self.start >= self.end:
            bad_value("the incident ends before it begins", "write from before to")
        return self


class MoneySeverity(Model):
    """From which loss on an incident is of a severity.

    Attributes:
        severity: As incidents are recorded: `sev1`.
        at_least: Loss from which on it is that, in the currency of the channel.
    """

    severity: Text
    at_least: Money


class Avoided(Model):
    """Under which rule a loss counts as avoided.

    A prevention counts when its detection, a remedy and the return to normal are on record: an
    incident with an `impact_share` of 0, and a remediation of it that was `ok` and whose fault
    stayed away for `stays_away`. It is worth the chance that such a symptom becomes an outage
    when nobody acts, times the median length of those outages, times what was expected then.

    Attributes:
        stays_away: For so long the fault must not come back.
        least_cases: With fewer detections of a symptom nothing is said about it.
    """

    stays_away: Duration = Decimal(86_400)
    least_cases: Annotated[int, whole_number(2)] = 5


class Saving(Model):
    """Infrastructure that was made cheaper: what it cost a day before, against now.

    Attributes:
        name: What it is called; once in a service.
        kind: Whether it was tuned or moved to a cloud.
        currency: Currency of the cost lines that count.
        where: SQL over the columns of Table `costs` that a cost line meets; every line of the
            service where none is given.
        start: First day of the time that is compared with (`from:`).
        end: Day after its last one (`to:`).
        since: Day from which on it is cheaper.
    """

    name: Name
    kind: Literal["tuning", "cloud"]
    currency: Currency
    where: Text | None = None
    start: Annotated[Date, Field(alias="from")]
    end: Annotated[Date, Field(alias="to")]
    since: Date

    @model_validator(mode="after")
    def _in_order(self) -> "Saving":
        if not self.start < self.end <= self.since:
            bad_value("the days are not in order", "write from before to, and since not before to")
        return self


class Losses(Model):
    """How losses of the service's channels are estimated and booked.

    Incidents are those of Table `incidents`, where a source fills it, and those declared here.
    A ticket, and what had an `impact_share` of 0, is none.

    Attributes:
        count: What of a transaction is lost: what is paid for it, or the margin of it; the margin
            where channels declare one.
        weeks: How many ordinary weeks say what is expected.
        holidays: Region (ISO 3166) whose public holidays are no ordinary days.
        leave_out: Calendars of agreed downtime: nothing is lost then, and nothing learned.
        unusual: Calendars of days that are unlike others.
        catch_up: When customers come back, a line a channel; never where there is none.
        incidents: Outages that no system has told of.
        severities: From which loss on an incident is how severe, the worst first.
        avoided: Under which rule losses count as avoided; none are where it is not given.
        savings: Infrastructure that was made cheaper.
    """

    count: Literal["revenue", "margin"] | None = None
    weeks: Annotated[int, whole_number(4, 12)] = 8
    holidays: Region | None = None
    leave_out: tuple[Name, ...] = ()
    unusual: tuple[Name, ...] = ()
    catch_up: tuple[CatchUp, ...] = ()
    incidents: tuple[DeclaredIncident, ...] = ()
    severities: tuple[MoneySeverity, ...] = ()
    avoided: Avoided | None = None
    savings: tuple[Saving, ...] = ()
