"""Journey: a synthetic transaction, the steps a robot customer takes.

Example:
    apiVersion: truegreen/v1
    kind: Journey
    metadata: {name: buy-something}
    spec:
      service: order-to-cash
      every: 30s
      locations: [fra, nyc]
      target: http://127.0.0.1:8080
      steps:
        - step: browse
          request: {get: /products}
          # In `{...}` a path with brackets needs quotes: YAML would end the mapping at `]`.
          extract: {sku: '$.items[0].sku'}
          assert: [{status: 200}]
        - step: checkout
          request: {post: /cart, json: {sku: '${sku}', qty: 1}}
          extract: {order: $.order_id}
          assert: [{status: 201}, {json: $.total, gt: 0}]
        - step: pay
          request: {post: '/orders/${order}/pay', json: {card: '${secret:TEST_CARD}'}}
          timeout: 10s
      cleanup:
        - {when: order, request: {delete: '/orders/${order}'}}
"""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from truegreen_definitions.models.base import Header, Model
from truegreen_definitions.models.journey.auth import Auth, ClientCertificate
from truegreen_definitions.models.journey.client import Client
from truegreen_definitions.models.journey.cron import Cron, mean_interval
from truegreen_definitions.models.journey.data import Data
from truegreen_definitions.models.journey.scalars import TargetUrl
from truegreen_definitions.models.journey.step import Cleanup, JourneyStep
from truegreen_definitions.models.shapes import one_of
from truegreen_definitions.models.values import (
    Name,
    PositiveDuration,
    Zone,
    bad_value,
    whole_number,
)

__all__ = ["Journey", "JourneySpec"]

MOST_CONFIRMATIONS = 5


class JourneySpec(Model):
    """What a journey is made of.

    Attributes:
        service: Service whose steps it takes.
        every: Length of a slot of the schedule; one run a slot. Or `cron`.
        cron: When slots begin, by the clock on the wall; each location some seconds later.
        zone: Time zone of `cron`; the service's where none is given.
        during: Calendar outside of which nothing is run.
        pause: Calendars during which nothing is run, such as maintenance.
        locations: Where it runs from; a probe is started for one or more of them.
        target: Base URL of the system under test.
        auth: How its HTTP requests are authenticated.
        client_certificate: Certificate it shows to servers that ask for one.
        data: Rows that it takes turns with.
        confirm: How often a failed run is done again at once, to tell a lasting fault from a
            passing one. The first run alone is the indicator.
        writes_per_day: The most runs that may create something, per location and day (UTC).
        within: How long a run may take from end to end before it overruns; without it, as long
            as its steps tolerate together.
        steps: What is done, in order.
        cleanup: What takes back what a run made, also after a failure.
        client: How its requests travel.
    """

    model_config = ConfigDict(
        json_schema_extra={**one_of("every", "cron"), "dependencies": {"zone": ["cron"]}}
    )

    service: Name
    every: PositiveDuration | None = None
    cron: Cron | None = None
    zone: Zone | None = None
    during: Name | None = None
    pause: tuple[Name, ...] = ()
    locations: tuple[Name, ...] = Field(min_length=1)
    target: TargetUrl
    auth: Auth | None = None
    client_certificate: ClientCertificate | None = None
    data: Data | None = None
    confirm: Annotated[int, whole_number(0, MOST_CONFIRMATIONS)] = 0
    writes_per_day: Annotated[int, whole_number(1)] | None = None
    within: PositiveDuration | None = None
    steps: tuple[JourneyStep, ...] = Field(min_length=1)
    cleanup: tuple[Cleanup, ...] = ()
    client: Client = Field(default_factory=Client)

    @model_validator(mode="after")
    def _one_schedule(self) -> "JourneySpec":
        if (self.every is None) == (self.cron is None):
            bad_value("a journey has one schedule", "write every: 30s, or cron")
        if self.zone is not None and self.cron is None:
            bad_value("only cron goes by the clock on the wall of a zone", "take zone out")
        return self

    @model_validator(mode="after")
    def _a_page_first(self) -> "JourneySpec":
        visits = [one.browser for one in self.steps if one.browser is not None]
        if visits and visits[0].open is None:
            bad_value(
                "the first step in the browser has no page yet", "write open: with the path of one"
            )
        return self

    @property
    def interval(self) -> Decimal:
        """Seconds from one slot to the next; of cron, on average."""
        if self.every is not None:
            return self.every
        return mean_interval(self.cron or "* * * * *")


class Journey(Header):
    """A synthetic transaction: the steps a robot customer takes."""

    kind: Literal["Journey"]
    spec: JourneySpec
