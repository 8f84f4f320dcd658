"""Robots without a network: compiled journeys, scripted connections and a clock by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from shopping import CARD, JOURNEY

from truegreen_definitions.plan import Synthetic
from truegreen_definitions.secret_values import Secrets
from truegreen_synthetics.http.responses import Response
from truegreen_synthetics.journeys import CompiledJourney, compile_journey

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_definitions.names import ConfirmationValue
    from truegreen_definitions.plan import Journey
    from truegreen_synthetics.http.exchanges import Exchange, Request
    from truegreen_synthetics.runs import CleanupResult, StepResult
    from truegreen_synthetics.schedule import Slot

MARK = Synthetic(header="X-Synthetic", value="truegreen")


def compiled(journey: Journey = JOURNEY) -> CompiledJourney:
    """Return a journey that is ready to run, with the test's card as its secret."""
    return compile_journey(journey, MARK, Secrets({"TEST_CARD": CARD}), "robot/1")


def answer(document: object, status: int = 200) -> Response:
    """Return a response with a JSON document."""
    return Response(status, {}, json.dumps(document).encode())


PRODUCTS = answer({"items": [{"sku": "mug-12"}]})
CART = answer({"order_id": "W-1", "total": 12.5}, 201)
PAID = answer({"state": "paid"})
GONE = answer({"state": "cancelled"})


class Clock:
    """Monotonic seconds that pass when they are told to."""

    def __init__(self, now: float = 100.0) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return the present."""
        return self.now


class Script:
    """A connection that answers with what it was given: (seconds, response or exception)."""

    def __init__(
        self, clock: Clock, answers: Iterable[tuple[float, Response | BaseException]]
    ) -> None:
        self._clock = clock
        self._answers = iter(answers)
        self.sent: list[tuple[Request, float]] = []
        self.closed = False

    def send(self, request: Request, timeout_seconds: float, exchange: Exchange) -> Response:
        """Let the time of the next answer pass and give it."""
        assert not self.closed
        self.sent.append((request, timeout_seconds))
        seconds, found = next(self._answers)
        self._clock.now += seconds
        if isinstance(found, BaseException):
            raise found
        exchange.phases.update(first_byte=seconds, body=0.0)
        return found

    def close(self) -> None:
        """Take no further request."""
        self.closed = True


class Notes:
    """An observer that keeps everything."""

    def __init__(self) -> None:
        self.steps: list[StepResult] = []
        self.cleanups: list[CleanupResult] = []
        self.slots: list[Slot] = []
        self.confirmations: list[ConfirmationValue] = []

    def confirmation(self, journey: CompiledJourney, result: ConfirmationValue) -> None:
        """Keep what doing a failed run again has shown."""
        self.confirmations.append(result)

    def step(self, journey: CompiledJourney, result: StepResult) -> None:
        """Keep a step."""
        self.steps.append(result)

    def cleanup(self, journey: CompiledJourney, result: CleanupResult) -> None:
        """Keep a cleanup."""
        self.cleanups.append(result)

    def slot(self, journey: CompiledJourney, slot: Slot) -> None:
        """Keep a slot."""
        self.slots.append(slot)
