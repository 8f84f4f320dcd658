"""Kind Journey: a synthetic transaction, one module for each of its parts."""

from truegreen_definitions.models.journey.assertion import Assertion
from truegreen_definitions.models.journey.auth import Auth
from truegreen_definitions.models.journey.browser import BrowserVisit, Gesture
from truegreen_definitions.models.journey.client import Client
from truegreen_definitions.models.journey.data import Data
from truegreen_definitions.models.journey.extraction import Extraction
from truegreen_definitions.models.journey.http import JourneyRequest
from truegreen_definitions.models.journey.journey import Journey, JourneySpec
from truegreen_definitions.models.journey.scalars import HeaderName, HeaderValue
from truegreen_definitions.models.journey.step import Acting, Cleanup, JourneyStep

__all__ = [
    "Acting",
    "Assertion",
    "Auth",
    "BrowserVisit",
    "Cleanup",
    "Client",
    "Data",
    "Extraction",
    "Gesture",
    "HeaderName",
    "HeaderValue",
    "Journey",
    "JourneyRequest",
    "JourneySpec",
    "JourneyStep",
]
