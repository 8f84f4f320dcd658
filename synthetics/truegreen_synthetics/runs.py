"""One run of a journey: its steps in order, then its cleanup, whatever happened.

A step that failed ends the run: the steps behind it were not attempted and are not counted. A
step that was slow does not. The outcome is judged from the intended start: for the first step
that is the slot's, for a later one the end of the step before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Protocol

from truegreen_definitions.expressions.templates import RUN_VARIABLE
from truegreen_definitions.names import OutcomeValue, PhaseValue, TaintValue
from truegreen_synthetics.assertions import Evidence
from truegreen_synthetics.equipment import Equipment
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.http.exchanges import Exchange
from truegreen_synthetics.identifiers import new_id
from truegreen_synthetics.jsonpath import MissingValueError
from truegreen_synthetics.making import Making
from truegreen_synthetics.rendering import RenderError
from truegreen_synthetics.steps.step_type import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from truegreen_synthetics.equipment import Connection
    from truegreen_synthetics.http.responses import Response
    from truegreen_synthetics.journeys import CompiledJourney, CompiledStep

__all__ = ["CleanupResult", "Run", "RunObserver", "StepResult", "judge"]

ABORTED_CLEANUP_SECONDS = 0.3
SHORTEST_CLEANUP_SECONDS = 0.01
LAG_SHARE = 0.05
USUAL = Equipment()
NO_ROW: Mapping[str, str] = MappingProxyType({})


class StepResult(NamedTuple):
    """How a step of a run went; a tuple, for there is one of every step.

    Attributes:
        service_seconds: From when its request was begun to the end of the response.
        intended_seconds: From its intended start to the end of the response.
        exchange: What was sent and received, and what each phase took.
        reason: Why it failed, in one word: a `Reason`, `assertion`, `extraction`, `variable` or
            `internal`; empty when it did not fail.
        detail: The same in a sentence, without secrets.
        trace_id: Of the run's W3C trace.
        span_id: Of the step's span in it; its requests were sent as children of that.
        tainted: Why the outcome may be the prober's own delay; empty when it is the target's.
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
    tainted: TaintValue = TaintValue.NONE

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
        equipment: What the process lends.
        row: Values of variables from the start.

    Attributes:
        failed: Whether a step failed.
    """

    def __init__(
        self,
        journey: CompiledJourney,
        connection: Connection,
        observer: RunObserver,
        clock: Callable[[], float],
        new_id: Callable[[int], str] = new_id,
        *,
        equipment: Equipment = USUAL,
        row: Mapping[str, str] = NO_ROW,
    ) -> None:
        self._journey = journey
        self._connection = connection
        self._observer = observer
        self._clock = clock
        self._new_id = new_id
        self._equipment = equipment
        self._trace_id = new_id(16)
        self._span_id = ""
        self._variables: dict[str, object] = {**row, RUN_VARIABLE: self._trace_id}
        self._scope = Scope(
            variables=self._variables,
            connection=connection,
            trace_headers=self._trace_headers,
            equipment=equipment,
        )
        # What has nothing to take back keeps no account of what it makes.
        self._making = Making(journey, self._trace_id, self._scope) if journey.cleanup else None
        self._certificate: float | None = None
        self.failed = False

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
                if self._making is not None:
                    self._clean_up(self._making, until)
            finally:
                self._connection.close()
                self._equipment.browsers.left(self._trace_id)

    def _go(self, intended: float) -> None:
        for step in self._journey.steps:
            if step.think_seconds or step.creates:
                # What the robot does for itself is not what a customer waits for.
                intended += self._prepare(step)
            result = self._step(step, intended)
            self._observer.step(self._journey, result)
            if result.outcome is OutcomeValue.FAILED:
                self.failed = True
                return
            intended = self._clock()

    def _prepare(self, step: CompiledStep) -> float:
        """Think, and note what a step is about to make; return the seconds that took."""
        began = self._clock()
        if step.think_seconds:
            self._equipment.sleep(step.think_seconds)
        if self._making is not None:
            self._making.about_to(step)
        return self._clock() - began

    def _step(self, step: CompiledStep, intended: float) -> StepResult:
        exchange = Exchange()
        self._span_id = self._new_id(8)
        start = self._clock()
        end = 0.0
        reason = detail = ""
        response: Response | None = None
        try:
            response = step.action.run(self._scope, step.timeout_seconds, exchange)
            end = exchange.ended or self._clock()
            exchange.response = response
        except ExchangeError as error:
            reason, detail = error.reason.value, str(error)
        except RenderError as error:
            reason, detail, end = "variable", str(error), start
        except Exception as error:  # noqa: BLE001  a bug of ours must not lose the sample
            reason, detail = "internal", f"{type(error).__name__}: {error}"
        end = end or self._clock()
        begun = exchange.started or start
        if response is not None:
            reason, detail = self._read(step, response, exchange, end - begun)
        if self._making is not None:
            self._making.attempted(step, exchange, response)
        waited = max(0.0, end - intended - (begun - start))
        slow = judge(waited, step.satisfied_seconds, step.tolerated_seconds)
        outcome = OutcomeValue.FAILED if reason else slow
        return StepResult(
            step=step.name,
            outcome=outcome,
            service_seconds=end - begun,
            intended_seconds=waited,
            exchange=exchange,
            reason=reason,
            detail=self._journey.mask(detail) if detail else "",
            trace_id=self._trace_id,
            span_id=self._span_id,
            tainted=(
                TaintValue.NONE
                if outcome is OutcomeValue.SATISFIED  # all the more without our own delay
                else self._tainted(step, outcome, reason, waited, self._equipment.lag(start))
            ),
        )

    def _tainted(
        self, step: CompiledStep, outcome: OutcomeValue, reason: str, waited: float, lag: float
    ) -> TaintValue:
        """Return why the prober cannot vouch for an outcome: without its own delay it may differ.

        A wrong answer is wrong at any speed.
        """
        if reason == Reason.BROWSER.value:
            return TaintValue.BROWSER
        if not lag:
            return TaintValue.NONE
        if outcome is OutcomeValue.FAILED:
            late = reason == Reason.TIMEOUT.value and lag > LAG_SHARE * step.timeout_seconds
            return TaintValue.HUB_LAG if late else TaintValue.NONE
        without = judge(waited - lag, step.satisfied_seconds, step.tolerated_seconds)
        return TaintValue.NONE if without is outcome else TaintValue.HUB_LAG

    def _read(
        self, step: CompiledStep, response: Response, exchange: Exchange, seconds: float
    ) -> tuple[str, str]:
        """Take the variables, also of a bad response: what was made must be undone."""
        if exchange.certificate_expiry is not None:
            self._certificate = exchange.certificate_expiry
        left = None if self._certificate is None else self._certificate - self._equipment.wall()
        evidence = Evidence(response, seconds, left)
        try:
            missing = [t for one in step.extract if (t := self._take(*one, response))]
            wrong = [text for check in step.checks if (text := check(evidence))]
        except Exception as error:  # noqa: BLE001  a bug of ours must not lose the sample
            return "internal", f"{type(error).__name__}: {error}"
        if wrong:
            return "assertion", "; ".join(wrong)
        return ("extraction", "; ".join(missing)) if missing else ("", "")

    def _take(self, variable: str, get: Callable[[Response], object], response: Response) -> str:
        try:
            value = get(response)
        except MissingValueError as error:
            return f"{variable}: {error}"
        except ValueError as error:
            return f"{variable}: {error}"
        if value is None:
            return f"{variable}: the value is null"
        self._variables[variable] = value
        return ""

    def _clean_up(self, making: Making, until: float) -> None:
        for cleanup in making.to_undo():
            left = max(SHORTEST_CLEANUP_SECONDS, until - self._clock())
            patience = min(self._journey.cleanup_seconds, left)
            self._span_id = self._new_id(8)
            detail = making.undo(cleanup, patience)
            result = CleanupResult(when=cleanup.when, failed=bool(detail), detail=detail)
            self._observer.cleanup(self._journey, result)
        making.close()

    def _trace_headers(self) -> tuple[tuple[str, str], ...]:
        """Return the W3C trace context; the flag 01 asks for the trace to be kept."""
        return (("traceparent", f"00-{self._trace_id}-{self._span_id}-01"),)
