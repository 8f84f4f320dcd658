"""Raw samples as lines of JSON, for whoever wants to count for himself: `probe --samples FILE`.

A line for each step, `{"journey": …, "step": …, "outcome": …, "service_seconds": …,
"intended_seconds": …, "tainted": …}`, and one for each slot, `{"journey": …, "slot": 7, "state":
…}`. What is written is what was measured, before anything is counted.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

    from truegreen_definitions.names import ConfirmationValue
    from truegreen_synthetics.http.exchanges import Exchange
    from truegreen_synthetics.journeys import CompiledJourney
    from truegreen_synthetics.robot import RobotObserver
    from truegreen_synthetics.runs import CleanupResult, StepResult
    from truegreen_synthetics.schedule import Slot

__all__ = ["SamplesFile"]


class SamplesFile:
    """Passes everything on to another observer and writes it down.

    Args:
        inner: The other observer.
        file: Where lines go; each is flushed.
    """

    def __init__(self, inner: RobotObserver, file: TextIO) -> None:
        self._inner = inner
        self._file = file

    def step(self, journey: CompiledJourney, result: StepResult) -> None:
        """Pass a step on and write it down."""
        self._inner.step(journey, result)
        self._write(
            journey=journey.name,
            service=journey.service,
            step=result.step,
            outcome=result.outcome,
            service_seconds=result.service_seconds,
            intended_seconds=result.intended_seconds,
            reason=result.reason,
            tainted=result.tainted,
            trace_id=result.trace_id,
            phases=dict(result.phases),
            **_page(result.exchange),
        )

    def cleanup(self, journey: CompiledJourney, result: CleanupResult) -> None:
        """Pass a cleanup on."""
        self._inner.cleanup(journey, result)

    def confirmation(self, journey: CompiledJourney, result: ConfirmationValue) -> None:
        """Pass on what doing a failed run again has shown."""
        self._inner.confirmation(journey, result)

    def slot(self, journey: CompiledJourney, slot: Slot) -> None:
        """Pass a slot on and write it down."""
        self._inner.slot(journey, slot)
        self._write(
            journey=journey.name,
            slot=slot.number,
            state=slot.state,
            reason=slot.reason,
            late_seconds=slot.late_seconds,
        )

    def _write(self, **line: object) -> None:
        self._file.write(f"{json.dumps(line)}\n")
        self._file.flush()


def _page(exchange: Exchange) -> dict[str, float]:
    """Return how fast a browser's page came, where there was one."""
    told = {
        "page_load_seconds": exchange.page_load_seconds,
        "largest_paint_seconds": exchange.largest_paint_seconds,
    }
    return {name: seconds for name, seconds in told.items() if seconds is not None}
