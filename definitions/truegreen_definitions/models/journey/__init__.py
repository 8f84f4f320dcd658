"""Kind Journey: a synthetic transaction, one module for each of its parts."""

from truegreen_definitions.models.journey.assertion import Assertion
from truegreen_definitions.models.journey.client import Client
from truegreen_definitions.models.journey.http import JourneyRequest
from truegreen_definitions.models.journey.journey import Journey, JourneySpec
from truegreen_definitions.models.journey.scalars import HeaderName, HeaderValue
from truegreen_definitions.models.journey.step import Cleanup, JourneyStep

__all__ = [
    "Assertion",
    "Cleanup",
    "Client",
    "HeaderName",
    "HeaderValue",
    "Journey",
    "JourneyRequest",
    "JourneySpec",
    "JourneyStep",
]
