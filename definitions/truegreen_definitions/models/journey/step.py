"""A step of a journey, and what takes back what the steps made."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.journey.assertion import Assertion
from truegreen_definitions.models.journey.http import JourneyRequest
from truegreen_definitions.models.journey.scalars import JsonPath
from truegreen_definitions.models.values import Name, PositiveDuration, Variable

__all__ = ["Cleanup", "JourneyStep"]


class JourneyStep(Model):
    """A request for a step of the service; thresholds come from there.

    Attributes:
        step: A step of the service.
        request: What is sent.
        timeout: When it is given up; longer than the step's `tolerated`.
        extract: Variable to JSON path in the response. In `{…}` a path with brackets needs quotes:
            `'$.items[0].sku'`.
        asserts: What must hold of the response; a status below 400 where none is about it.
    """

    step: Name
    request: JourneyRequest
    timeout: PositiveDuration | None = None
    extract: Mapping[Variable, JsonPath] = Field(default_factory=dict)
    asserts: Annotated[tuple[Assertion, ...], Field(alias="assert")] = ()


class Cleanup(Model):
    """A request that undoes what the journey made, when the variable `when` has a value.

    Attributes:
        when: Variable that an earlier step extracts.
        request: What is sent.
    """

    when: Variable
    request: JourneyRequest
