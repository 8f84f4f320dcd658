"""Synthetic transactions: what a robot customer does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from truegreen_definitions.plan.actions import Action  # noqa: TC001  pydantic reads the annotations
from truegreen_definitions.plan.origin import Origin  # noqa: TC001  pydantic reads the annotations

__all__ = ["Assertion", "Cleanup", "Client", "Extraction", "Journey", "JourneyStep"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """A value taken from a JSON response: `$.items[0].sku` into the variable `name`."""

    name: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What must hold of a response.

    Attributes:
        subject: `status`, `json` or `text`.
        path: JSON path, for `json`; else empty.
        operator: `eq ne gt ge lt le contains matches exists`.
        operand: The value compared with, as JSON text.
    """

    subject: Literal["status", "json", "text"]
    path: str
    operator: Literal["eq", "ne", "gt", "ge", "lt", "le", "contains", "matches", "exists"]
    operand: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyStep:
    """A step of a journey: what it does, judged by the thresholds of the service's step."""

    step: str
    vendor: str
    satisfied_seconds: float
    tolerated_seconds: float
    timeout_seconds: float
    action: Action
    extract: tuple[Extraction, ...]
    asserts: tuple[Assertion, ...]
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleanup:
    """What undoes what a journey made; it is done when the variable `when` has a value."""

    when: str
    action: Action
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """How a journey's requests travel.

    Attributes:
        connections: How long a connection lives: a `run`, one `request`, or `kept` over runs.
        proxy: URL of the proxy; empty for what the probe's environment says.
    """

    engine: Literal["lean", "fasthttp", "requests"] = "lean"
    connections: Literal["run", "request", "kept"] = "run"
    proxy: str = ""


USUAL_CLIENT = Client()


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A synthetic transaction.

    Attributes:
        every_seconds: Length of a slot of the schedule.
        locations: From where it is run.
        target: Base URL of the system under test.
    """

    name: str
    service: str
    every_seconds: float
    locations: tuple[str, ...]
    target: str
    steps: tuple[JourneyStep, ...]
    cleanup: tuple[Cleanup, ...]
    origin: Origin
    client: Client = USUAL_CLIENT

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that may hold a template."""
        actions = (*(one.action for one in self.steps), *(one.action for one in self.cleanup))
        return tuple(text for action in actions for text in action.texts)
