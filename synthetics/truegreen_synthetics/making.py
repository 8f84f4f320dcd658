"""What a run makes, and taking it back: at its end, or by the next probe after a crash.

A step that extracts the variable of a cleanup makes something. Before it is asked for, the intent
is on the disk. What came back decides what is left to do:

- the value is there: the cleanup is done with it;
- there is none, but the request was sent and may have been carried out: the cleanup is done where
  it needs only what is known, such as `${run}`, which the step sent along; else it stays open;
- nothing was sent, or it was refused: nothing was made.

"There is no such thing" (404, 410) is success, but to a request whose own was never answered: that
may still be on its way, so it stays open and is asked about again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.expressions.templates import RUN_VARIABLE
from truegreen_definitions.names import PhaseValue
from truegreen_synthetics.http.exchange_faults import ExchangeError
from truegreen_synthetics.http.exchanges import Exchange
from truegreen_synthetics.rendering import RenderError
from truegreen_synthetics.steps.step_type import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from truegreen_synthetics.equipment import Connection, Equipment
    from truegreen_synthetics.http.responses import Response
    from truegreen_synthetics.intents import Intent
    from truegreen_synthetics.journeys import CompiledCleanup, CompiledJourney, CompiledStep

__all__ = ["GONE_ALREADY", "Making", "undo_intent"]

GONE_ALREADY = (404, 410)
FIRST_BAD_STATUS = 400
SENT = (PhaseValue.FIRST_BYTE, PhaseValue.BODY)


class Making:
    """What one run has made so far.

    Args:
        journey: What is done.
        run: Id of the run.
        scope: Of the run.
    """

    def __init__(self, journey: CompiledJourney, run: str, scope: Scope) -> None:
        self._journey = journey
        self._run = run
        self._scope = scope
        self._needs = frozenset[str]().union(*(one.needs for one in journey.cleanup))
        self._asked: set[str] = set()
        self._answered: set[str] = set()
        self._undone: list[str] = []
        self._noted = self._left = False

    def about_to(self, step: CompiledStep) -> None:
        """Note for good that a step is about to make something."""
        if not step.creates:
            return
        self._asked |= step.creates
        lent, journey = self._scope.equipment, self._journey.name
        lent.ledger.intend(self._run, journey, lent.location, step.creates, self._values())
        self._noted = True

    def attempted(self, step: CompiledStep, exchange: Exchange, response: Response | None) -> None:
        """Take over what came of a step."""
        if not step.creates:
            return
        for variable in step.creates:
            if variable in self._scope.variables or not _may_be_made(exchange, response):
                self._answered.add(variable)
        self._scope.equipment.ledger.made(self._run, self._values(), self._answered)

    def to_undo(self) -> Iterator[CompiledCleanup]:
        """Yield the cleanups that have something to do and know enough to do it."""
        known = self._scope.variables
        for cleanup in self._journey.cleanup:
            made = cleanup.when in known
            unsure = cleanup.when in self._asked - self._answered
            if not made and not unsure:
                continue
            if cleanup.needs <= known.keys():
                yield cleanup
            else:
                self._left = True

    def undo(self, cleanup: CompiledCleanup, patience_seconds: float) -> str:
        """Return what went wrong, without secrets; empty when nothing is left behind."""
        exchange = Exchange()
        detail = self._journey.mask(_undo(cleanup, self._scope, patience_seconds, exchange))
        sure = cleanup.when not in self._asked - self._answered
        if detail or (not sure and exchange.status in GONE_ALREADY):
            self._left = True
        else:
            self._undone.append(cleanup.when)
        return detail

    def close(self) -> None:
        """Note whether anything is left."""
        if self._noted:
            ledger = self._scope.equipment.ledger
            for variable in self._undone if self._left else ():
                ledger.undone(self._run, variable)
            (ledger.left if self._left else ledger.gone)(self._run)

    def _values(self) -> dict[str, object]:
        """Return what cleanups need of what is known, without secrets that a server sent back."""
        known, mask = self._scope.variables, self._journey.mask
        needed = ((name, known[name]) for name in sorted(self._needs & known.keys()))
        return {name: value for name, value in needed if mask(str(value)) == str(value)}


def undo_intent(
    intent: Intent,
    journey: CompiledJourney,
    connection: Connection,
    equipment: Equipment,
    settled_seconds: float,
    *,
    undone: Callable[[str], object],
) -> str:
    """Return what is left of what a run may have made; empty when it is gone.

    Args:
        intent: What is open.
        journey: Whose cleanups are done.
        connection: To its target; the caller closes it.
        equipment: What the process lends.
        settled_seconds: How long a request that was never answered may still be on its way.
        undone: Is told the variable of each thing that is gone.
    """
    variables = {**intent.values, RUN_VARIABLE: intent.run}
    scope = Scope(
        variables=variables,
        connection=connection,
        trace_headers=tuple,
        equipment=equipment,
    )
    young = equipment.wall() - intent.at < settled_seconds
    left = []
    for cleanup in journey.cleanup:
        if intent.asked and cleanup.when not in intent.asked:
            continue  # the run did not come that far
        if cleanup.when in intent.undone:
            continue
        sure = cleanup.when in intent.answered
        if sure and cleanup.when in cleanup.needs and cleanup.when not in intent.values:
            continue  # it was answered, and this was not made
        if not cleanup.needs <= variables.keys():
            left.append(f"it is not known which {cleanup.when} was made")
            continue
        exchange = Exchange()
        detail = _undo(cleanup, scope, journey.cleanup_seconds, exchange)
        if not detail and not sure and young and exchange.status in GONE_ALREADY:
            detail = f"{cleanup.when} may still be on its way"
        if not detail:
            undone(cleanup.when)
        left.append(detail)
    if not journey.cleanup:
        return "the journey has no cleanup any more"
    return journey.mask("; ".join(one for one in left if one))


def _undo(
    cleanup: CompiledCleanup, scope: Scope, patience_seconds: float, exchange: Exchange
) -> str:
    try:
        response = cleanup.action.run(scope, patience_seconds, exchange)
        exchange.status = exchange.status or response.status
        return cleanup.action.left_behind(scope, response)
    except (ExchangeError, RenderError) as error:
        return str(error)
    except Exception as error:  # noqa: BLE001  whatever a target sent, the next is taken back too
        return f"internal: {type(error).__name__}: {error}"


def _may_be_made(exchange: Exchange, response: Response | None) -> bool:
    """Return whether a step that gave no value may have made something all the same."""
    if response is None:
        # An answer that led on to where nobody is was one all the same.
        return exchange.stage in SENT or exchange.status > 0
    return not response.status or response.status < FIRST_BAD_STATUS or response.status >= 500  # noqa: PLR2004  the server's own fault: who knows how far it came
