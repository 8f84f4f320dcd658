"""The row of the Service board about its process: how long cases take, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.boards.frame import CASES_OVER, HERE, records_behind
from truegreen_dashboards.display import Colour, Unit
from truegreen_dashboards.panels import BarChart, Panel
from truegreen_dashboards.promql import equal, select
from truegreen_dashboards.targets import Style, Target, lettered
from truegreen_definitions import names
from truegreen_definitions.names import StepOutcomeValue, TimeValue

if TYPE_CHECKING:
    from truegreen_dashboards.targets import RecordsLink
    from truegreen_definitions.plan import Plan

__all__ = ["process"]

_OUTCOMES = (
    (StepOutcomeValue.SATISFIED, Colour.GOOD),
    (StepOutcomeValue.TOLERATED, Colour.FAIR),
    (StepOutcomeValue.FRUSTRATED, Colour.BAD),
    (StepOutcomeValue.PENDING, Colour.NO_DATA),
    (StepOutcomeValue.UNKNOWN, Colour.AT_RISK),
)


def process(plan: Plan) -> tuple[Panel, ...]:
    """Return the panels of cases; none where no rows tell of a process."""
    if not any(service.process for service in plan.services):
        return ()
    behind = records_behind(plan.policy, "step", CASES_OVER.value)
    return (_time(behind), _outcomes(behind))


def _time(behind: RecordsLink) -> Panel:
    cases = f"sum by ({names.STEP}) ({select(names.STEP_CASES, HERE, CASES_OVER)})"

    def mean(part: TimeValue) -> str:
        spent = select(names.STEP_TIME, HERE, CASES_OVER, equal(names.PART, part))
        return f"max by ({names.STEP}) ({spent}) / on ({names.STEP}) ({cases} > 0)"

    return BarChart(
        key="process-time",
        title="Where cases spend their time",
        description=(
            f"Mean time of a case in each step of the process over {CASES_OVER.value}, on the "
            "clock of the step. What waits between two steps is the earlier one's, until the next "
            "takes it on. The cases that took longest: a click, where the address of the records "
            "is known, or `truegreen explain SERVICE/STEP --state FILE`."
        ),
        records=behind,
        width=12,
        height=9,
        targets=(
            Target(
                ref="A",
                expr=mean(TimeValue.WORKING),
                legend=TimeValue.WORKING,
                instant=True,
                style=Style(colour=Colour.GOOD),
            ),
            Target(
                ref="B",
                expr=mean(TimeValue.WAITING),
                legend=TimeValue.WAITING,
                instant=True,
                style=Style(colour=Colour.FAIR),
            ),
        ),
        category=names.STEP,
        unit=Unit.SECONDS,
    )


def _outcomes(behind: RecordsLink) -> Panel:
    return BarChart(
        key="process-outcomes",
        title="What became of cases",
        description=(
            f"Share of each outcome by step over {CASES_OVER.value}. Open cases are pending until "
            "they are beyond tolerated; unknown are those whose times are missing or contradict "
            "each other. Whose they are: a click, where the address of the records is known, or "
            "`truegreen explain SERVICE/STEP --state FILE`."
        ),
        records=behind,
        width=12,
        height=9,
        targets=tuple(
            Target(
                ref=ref,
                expr=f"max by ({names.STEP}) ({_cases(outcome)})",
                legend=outcome,
                instant=True,
                style=Style(colour=colour),
            )
            for ref, (outcome, colour) in lettered(_OUTCOMES)
        ),
        category=names.STEP,
        unit=Unit.COUNT,
        share=True,
    )


def _cases(outcome: StepOutcomeValue) -> str:
    return select(names.STEP_CASES, HERE, CASES_OVER, equal(names.OUTCOME, outcome))
