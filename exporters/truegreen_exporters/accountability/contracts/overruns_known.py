"""The overruns that a contract's share of latency is charged by, from the rows of processes.

Asked are the processes in which the vendor has a step. A period that is closed is seen as it was
known when it closed; where nothing was known then, as it is now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.names import MethodValue, OriginValue
from truegreen_exporters.engines.engine import CountError
from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.process.question import process_questions

if TYPE_CHECKING:
    from datetime import datetime

    from truegreen_definitions.plan import Contract, Plan
    from truegreen_exporters.accountability.overruns import Overruns
    from truegreen_exporters.engines.engines import Engines
    from truegreen_exporters.process.question import ProcessQuestion
    from truegreen_exporters.windows.periods import Period

__all__ = ["overruns_known"]


def overruns_known(
    plan: Plan, contract: Contract, period: Period, seen: tuple[tuple[Engines, datetime], ...]
) -> tuple[Overruns, ...]:
    """Return what cases of a period took too long, by service.

    Args:
        plan: Its processes.
        contract: Names the vendor and the method.
        period: In which the cases began.
        seen: Engines and the moments they are asked as of; the first that knows a case answers.

    Raises:
        TerminalError: The rows of a process cannot be counted.
    """
    share = contract.latency_share
    if share is None or not contract.vendor or share.origin not in ("", OriginValue.RECORDS):
        return ()
    method = MethodValue(share.method)
    return tuple(
        _asked(question, method, period, seen)
        for question in process_questions(plan)
        if any(step.vendor == contract.vendor for step in question.steps)
    )


def _asked(
    question: ProcessQuestion,
    method: MethodValue,
    period: Period,
    seen: tuple[tuple[Engines, datetime], ...],
) -> Overruns:
    span = {period.label: (microseconds(period.start), microseconds(period.end))}
    for engine, at in seen:
        try:
            found = engine.process(question, at).overruns(span, method)[period.label]
        except CountError as error:
            reason = str(error).partition("\n")[0]
            raise TerminalError(
                f"the process of {question.service} cannot be followed: {reason}"
            ) from error
        if found.cases:
            break
    return found
