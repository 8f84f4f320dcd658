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

from typing import Literal

from pydantic import Field

from truegreen_definitions.models.base import Header, Model
from truegreen_definitions.models.journey.client import Client
from truegreen_definitions.models.journey.scalars import TargetUrl
from truegreen_definitions.models.journey.step import Cleanup, JourneyStep
from truegreen_definitions.models.values import Name, PositiveDuration

__all__ = ["Journey", "JourneySpec"]


class JourneySpec(Model):
    """What a journey is made of.

    Attributes:
        service: Service whose steps it takes.
        every: Length of a slot of the schedule; one run a slot.
        locations: Where it runs from; a probe is started for one or more of them.
        target: Base URL of the system under test.
        steps: Requests, in order.
        cleanup: What takes back what a run made, also after a failure.
        client: How its requests travel.
    """

    service: Name
    every: PositiveDuration
    locations: tuple[Name, ...] = Field(min_length=1)
    target: TargetUrl
    steps: tuple[JourneyStep, ...] = Field(min_length=1)
    cleanup: tuple[Cleanup, ...] = ()
    client: Client = Field(default_factory=Client)


class Journey(Header):
    """A synthetic transaction: the steps a robot customer takes."""

    kind: Literal["Journey"]
    spec: JourneySpec
