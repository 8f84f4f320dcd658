"""What the probe says while it runs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import structlog

from truegreen_definitions.names import OutcomeValue, SlotReasonValue, SlotValue

if TYPE_CHECKING:
    from truegreen_definitions.names import ConfirmationValue
    from truegreen_synthetics.journeys import CompiledJourney
    from truegreen_synthetics.robot import RobotObserver
    from truegreen_synthetics.runs import CleanupResult, StepResult
    from truegreen_synthetics.schedule import Slot

__all__ = ["LoggingObserver"]

_log = structlog.get_logger(__name__)


class LoggingObserver:
    """Passes everything on to another observer and says what went wrong."""

    def __init__(self, inner: RobotObserver) -> None:
        self._inner = inner
        self._away: Counter[str] = Counter()

    def step(self, journey: CompiledJourney, result: StepResult) -> None:
        """Pass a step on; say when it failed or took too long."""
        self._inner.step(journey, result)
        if result.outcome is OutcomeValue.FAILED:
            _log.warning(
                "step_failed",
                journey=journey.name,
                step=result.step,
                reason=result.reason,
                detail=result.detail,
                seconds=round(result.intended_seconds, 6),
                trace_id=result.trace_id,
            )
        elif result.outcome is OutcomeValue.FRUSTRATED:
            _log.info(
                "step_slow",
                journey=journey.name,
                step=result.step,
                seconds=round(result.intended_seconds, 6),
                trace_id=result.trace_id,
            )

    def cleanup(self, journey: CompiledJourney, result: CleanupResult) -> None:
        """Pass a cleanup on; say when it may have left something behind."""
        self._inner.cleanup(journey, result)
        if result.failed:
            _log.warning(
                "cleanup_failed", journey=journey.name, of=result.when, detail=result.detail
            )

    def confirmation(self, journey: CompiledJourney, result: ConfirmationValue) -> None:
        """Pass it on; say what doing a failed run again has shown."""
        self._inner.confirmation(journey, result)
        _log.info("run_done_again", journey=journey.name, result=result)

    def slot(self, journey: CompiledJourney, slot: Slot) -> None:
        """Pass a slot on; say when it was missed."""
        self._inner.slot(journey, slot)
        if slot.number < 0:
            self._tell_away(journey, slot)
        elif slot.state is SlotValue.MISSED:
            _log.warning(
                "slot_missed",
                journey=journey.name,
                reason=slot.reason,
                late_seconds=round(slot.late_seconds, 3),
            )

    def _tell_away(self, journey: CompiledJourney, slot: Slot) -> None:
        """Say once how many slots came due while no probe ran: there may be very many."""
        if slot.state is SlotValue.MISSED:
            self._away[journey.name] += 1
        if slot.number == -1 and (count := self._away.pop(journey.name, 0)):
            _log.warning(
                "slots_missed", journey=journey.name, reason=SlotReasonValue.RESTART, slots=count
            )
