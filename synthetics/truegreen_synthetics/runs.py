"""One run of a journey: its steps in order, then its cleanup, whatever happened.

A step that failed ends the run: the steps behind it were not attempted and are not counted. A
step that was slow does not. The outcome is judged from the intended start: for the first step
that is the slot's, for a later one the end of the step before it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Protocol

from truegreen_definitions.names import OutcomeValue, PhaseValue
from truegreen_synthetics.exchange_faults import ExchangeError
from truegreen_synthetics.exchanges import Exchange
from truegreen_synthetics.jsonpath import MissingValueError
from truegreen_synthetics.rendering import RenderError
from truegreen_synthetics.steps.step_type import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from truegreen_synthetics.journeys import CompiledCleanup, CompiledJourney, CompiledStep
    from truegreen_synthetics.responses import Response
    from truegreen_synthetics.steps.step_type import Connection

__all__ = ["CleanupResult", "Run", "RunObserver", "StepResult", "judge"]

ABORTED_CLEANUP_SECONDS = 0.3
SHORTEST_CLEANUP_SECONDS = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """How a step of a run went.

    Attributes:
        service_seconds: From when its request was begun to the end of the response.
        intended_seconds: From its intended start to the end of the response.
        exchange: What was sent and received, and what each phase took.
        reason: Why it failed, in one word: a `Reason`, `assertion`, `extraction`, `variable` or
            `internal`; empty when it did not fail.
        detail: The same in a sentence, without secrets.
        trace_id: Of the run's W3C trace.
        span_id: Of the step's span in it; its requests were sent as children of that.
    """

    step: str
    outcome: OutcomeValue
    service_seconds: float
    intended_seconds: float
    exchange: Exchange
    reason: str
    detail: str
    trace_id: str
    span_id: str

    @property
    def phases(self) -> Mapping[PhaseValue, float]:
        """Seconds of each phase of its request that ended."""
        return self.exchange.phases


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanupResult:
    """How a cleanup request went; `detail` says what failed, without secrets."""

    when: str
    failed: bool
    detail: str


class RunObserver(Protocol):
    """Is told of every result, as soon as it is there."""

    def step(self, journey: CompiledJourney, result: StepResult) -> None:
        """A step ended."""

    def cleanup(self, journey: CompiledJourney, result: CleanupResult) -> None:
        """A cleanup request ended."""


def judge(seconds: float, satisfied_seconds: float, tolerated_seconds: float) -> OutcomeValue:
    """Return the outcome of a step that did not fail; the thresholds themselves are inside."""
    if seconds <= satisfied_seconds:
        return OutcomeValue.SATISFIED
    return OutcomeValue.TOLERATED if seconds <= tolerated_seconds else OutcomeValue.FRUSTRATED


class Run:
    """One run of a journey.

    Args:
        journey: What to do.
        connection: A fresh one; it is closed at the end.
        observer: Is told of every result.
        clock: Monotonic seconds.
        new_id: Returns a random id of so many bytes, in hex.
    """

    def __init__(
        self,
        journey: CompiledJourney,
        connection: Connection,
        observer: RunObserver,
        clock: Callable[[], float],
        new_id: Callable[[int], str] = lambda size: os.urandom(size).hex(),
    ) -> None:
        self._journey = journey
        self._connection = connection
        self._observer = observer
        self._clock = clock
        self._new_id = new_id
        self._trace_id = new_id(16)
        self._span_id = ""
        self._variables: dict[str, object] = {}
        self._scope = Scope(
            variables=self._variables, connection=connection, trace_headers=self._trace_headers
        )

    def go(self, measured_from: float) -> None:
        """Run the steps, then the cleanup; `measured_from` is the intended start."""
        until = inf
        try:
            self._go(measured_from)
        except BaseException:
            # The probe is being stopped: what was made is undone, but quickly, all of it together.
            until = self._clock() + ABORTED_CLEANUP_SECONDS
            raise
        finally:
            try:
                self._clean_up(until)
            finally:
                self._connection.close()

    def _go(self, intended: float) -> None:
        for step in self._journey.steps:
            result = self._step(step, intended)
            self._observer.step(self._journey, result)
            if result.outcome is OutcomeValue.FAILED:
                return
            intended = self._clock()

    def _step(self, step: CompiledStep, intended: float) -> StepResult:
        exchange = Exchange()
        start = end = self._clock()
        try:
            response = step.action.run(self._scope, step.timeout_seconds, exchange)
            end = self._clock()
            exchange.response = response
            reason, detail = self._read(step, response)
        except ExchangeError as error:
            end = self._clock()
            reason, detail = error.reason.value, str(error)
        except RenderError as error:
            reason, detail = "variable", str(error)
        except Exception as error:  # noqa: BLE001  a bug of ours must not lose the sample
            end = self._clock()
            reason, detail = "internal", f"{type(error).__name__}: {error}"
        waited = end - intended
        slow = judge(waited, step.satisfied_seconds, step.tolerated_seconds)
        return StepResult(
            step=step.name,
            outcome=OutcomeValue.FAILED if reason else slow,
            service_seconds=end - start,
            intended_seconds=waited,
            exchange=exchange,
            reason=reason,
            detail=self._journey.mask(detail),
            trace_id=self._trace_id,
            span_id=self._span_id,
        )

    def _read(self, step: CompiledStep, response: Response) -> tuple[str, str]:
        """Take the variables, also of a bad response: what was made must be undone."""
        missing = [text for text in (self._take(*one, response) for one in step.extract) if text]
        wrong = [text for text in (check(response) for check in step.checks) if text]
        if wrong:
            return "assertion", "; ".join(wrong)
        return ("extraction", "; ".join(missing)) if missing else ("", "")

    def _take(self, variable: str, get: Callable[[object], object], response: Response) -> str:
        try:
            value = get(response.document())
        except MissingValueError as error:
            return f"{variable}: {error}"
        except ValueError as error:
            return f"{variable}: {error}"
        if value is None:
            return f"{variable}: the value is null"
        self._variables[variable] = value
        return ""

    def _clean_up(self, until: float) -> None:
        for cleanup in self._journey.cleanup:
            if cleanup.when in self._variables:
                left = max(SHORTEST_CLEANUP_SECONDS, until - self._clock())
                patience = min(self._journey.cleanup_seconds, left)
                detail = self._journey.mask(self._undo(cleanup, patience))
                result = CleanupResult(when=cleanup.when, failed=bool(detail), detail=detail)
                self._observer.cleanup(self._journey, result)

    def _undo(self, cleanup: CompiledCleanup, patience: float) -> str:
        """Return what went wrong, empty when nothing is left behind."""
        try:
            response = cleanup.action.run(self._scope, patience, Exchange())
        except (ExchangeError, RenderError) as error:
            return str(error)
        return cleanup.action.left_behind(self._scope, response)

    def _trace_headers(self) -> tuple[tuple[str, str], ...]:
        """Return the W3C trace context; the flag 01 asks for the trace to be kept."""
        self._span_id = self._new_id(8)
        return (("traceparent", f"00-{self._trace_id}-{self._span_id}-01"),)
