"""A step of a journey, and what takes back what the steps made."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.journey.assertion import Assertion
from truegreen_definitions.models.journey.browser import BrowserVisit
from truegreen_definitions.models.journey.extraction import Extract
from truegreen_definitions.models.journey.http import JourneyRequest
from truegreen_definitions.models.journey.other_actions import (
    DnsQuery,
    SmtpDialogue,
    SqlQuery,
    TcpExchange,
)
from truegreen_definitions.models.shapes import one_of
from truegreen_definitions.models.values import (
    Duration,
    Name,
    PositiveDuration,
    Variable,
    bad_value,
)

__all__ = ["Acting", "Cleanup", "JourneyStep"]

ASKING = ("request", "sql", "tcp", "dns", "smtp")
DOING = (*ASKING, "browser")


class Acting(Model):
    """What is done: exactly one of the ways to ask a system for something.

    Attributes:
        request: An HTTP request.
        sql: A statement in a database.
        tcp: A connection to a port.
        dns: A question to a name server.
        smtp: A talk with a mail server.
    """

    model_config = ConfigDict(json_schema_extra=one_of(*ASKING))

    request: JourneyRequest | None = None
    sql: SqlQuery | None = None
    tcp: TcpExchange | None = None
    dns: DnsQuery | None = None
    smtp: SmtpDialogue | None = None

    @model_validator(mode="after")
    def _one_action(self) -> "Acting":
        ways = tuple(name for name in DOING if name in type(self).model_fields)
        if sum(getattr(self, name) is not None for name in ways) != 1:
            bad_value("one thing is asked for", f"write exactly one of {', '.join(ways)}")
        return self

    @property
    def action_name(self) -> str:
        """Which of them it is."""
        return next(name for name in DOING if getattr(self, name, None) is not None)


class JourneyStep(Acting):
    """What is done for a step of the service; thresholds come from there.

    Attributes:
        browser: What a person does on a page.
        step: A step of the service.
        timeout: When it is given up; longer than the step's `tolerated`.
        think: How long the robot waits before it, as people do; never counted.
        extract: Variable to JSON path in the answer, or to another place in it. In `{…}` a path
            with brackets needs quotes: `'$.items[0].sku'`.
        asserts: What must hold of the answer; a status below 400 where none is about it.
    """

    model_config = ConfigDict(json_schema_extra=one_of(*DOING))

    browser: BrowserVisit | None = None
    step: Name
    timeout: PositiveDuration | None = None
    think: Duration = Decimal(0)
    extract: Mapping[Variable, Extract] = Field(default_factory=dict)
    asserts: Annotated[tuple[Assertion, ...], Field(alias="assert")] = ()


class Cleanup(Acting):
    """What undoes what the journey made, when the variable `when` has a value.

    Attributes:
        when: Variable that an earlier step extracts.
    """

    when: Variable
