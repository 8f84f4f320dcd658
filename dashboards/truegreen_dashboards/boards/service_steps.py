"""The row of the Service board about its steps: where the time goes, and who was content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.boards.frame import HERE
from truegreen_dashboards.boards.service_pages import pages
from truegreen_dashboards.display import Colour, Threshold, Unit
from truegreen_dashboards.panels import BarChart, BarGauge, Heatmap, Panel, TimeSeries
from truegreen_dashboards.promql import equal, like, select
from truegreen_dashboards.targets import Style, Target, lettered
from truegreen_definitions import names
from truegreen_definitions.names import ClockValue, LevelValue, OutcomeValue

if TYPE_CHECKING:
    from truegreen_definitions.expressions.promql import Matcher
    from truegreen_definitions.plan import Plan

__all__ = ["steps"]

# The customer's clock: from the moment the step should have started, waiting included.
_FELT = equal(names.CLOCK, ClockValue.INTENDED)
_OUTCOME_COLOURS = (
    (OutcomeValue.SATISFIED, Colour.GOOD),
    (OutcomeValue.TOLERATED, Colour.FAIR),
    (OutcomeValue.FRUSTRATED, Colour.AT_RISK),
    (OutcomeValue.FAILED, Colour.BAD),
)
_LEGEND = f"{{{{{names.STEP}}}}}"


def steps(plan: Plan) -> tuple[Panel, ...]:
    """Return the panels of the steps that a journey walks."""
    return (
        _waterfall(plan),
        _outcomes(),
        _against_tolerated(),
        _p95(),
        _outcomes_over_time(),
        _spread(),
        *pages(plan),
    )


def _waterfall(plan: Plan) -> Panel:
    mean = _mean("$__range")
    headroom = f"clamp_min({_bound(LevelValue.TOLERATED)} - on ({names.STEP}) ({mean}), 0)"
    return BarChart(
        key="waterfall",
        title="Where the time goes",
        description=(
            "Mean duration of each step, one after the other, over the time range; the faint "
            "part is what is left until people no longer put up with it. Means add up to the "
            "whole, percentiles do not."
        ),
        width=12,
        height=9,
        targets=(
            Target(
                ref="A",
                expr=_before(plan),
                legend="before it",
                instant=True,
                style=Style(colour=Colour.NONE),
            ),
            Target(
                ref="B", expr=mean, legend="mean", instant=True, style=Style(colour=Colour.GOOD)
            ),
            Target(
                ref="C",
                expr=headroom,
                legend="left until tolerated",
                instant=True,
                style=Style(colour=Colour.FAINT),
            ),
        ),
        category=names.STEP,
        unit=Unit.SECONDS,
        sort_by="A",
    )


def _before(plan: Plan) -> str:
    """Return, per step, the sum of the means of the steps before it in its journey.

    The order of steps is in the plan and in no series, so it is written out; the variable
    leaves only the chosen service's terms with anything to add.
    """
    terms = []
    for journey in plan.journeys:
        service = equal(names.SERVICE, journey.service)
        known = equal(names.JOURNEY, journey.name)
        walked = tuple(step.step for step in journey.steps)
        for number, step in enumerate(walked):
            if number == 0:
                terms.append(f"0 * ({_mean('$__range', service, known, equal(names.STEP, step))})")
                continue
            earlier = _mean("$__range", service, known, like(names.STEP, *walked[:number]))
            named = f'"{names.STEP}", "{step}", "", ""'
            terms.append(f"label_replace(sum({earlier}), {named})")
    return " or ".join(terms)


def _against_tolerated() -> Panel:
    share = f"({_quantile('$__range')}) / on ({names.STEP}) {_bound(LevelValue.TOLERATED)}"
    return BarGauge(
        key="against-tolerated",
        title="95th percentile as a share of tolerated",
        description=(
            "Of 100 customers, 95 had each step done within this share of what they put up with. "
            "Above 100 % the slowest 5 lose patience."
        ),
        width=8,
        height=9,
        targets=(Target(ref="A", expr=f"sort_desc({share})", legend=_LEGEND, instant=True),),
        unit=Unit.RATIO,
        thresholds=(
            Threshold(value=None, colour=Colour.GOOD, word="OK"),
            Threshold(value=0.8, colour=Colour.AT_RISK, word="AT RISK"),
            Threshold(value=1, colour=Colour.BAD, word="TOO SLOW"),
        ),
        minimum=0,
        maximum=1.5,
    )


def _p95() -> Panel:
    return TimeSeries(
        key="p95",
        title="95th percentile by step",
        description=(
            "How long the slowest 5 of 100 customers wait at least, from the intended start; "
            "dashed: what satisfies and what is tolerated. A dot is one slow or failed step, with "
            "its trace."
        ),
        width=9,
        height=9,
        targets=(
            Target(ref="A", expr=_quantile("$__rate_interval"), legend=_LEGEND, traced=True),
            *(
                Target(
                    ref=ref,
                    expr=f"{_bound(level)} and on ({names.STEP}) ({_quantile('$__rate_interval')})",
                    legend=f"{_LEGEND} {level}",
                    style=Style(colour=colour, dashed=True),
                )
                for ref, level, colour in (
                    ("B", LevelValue.SATISFIED, Colour.NO_DATA),
                    ("C", LevelValue.TOLERATED, Colour.AT_RISK),
                )
            ),
        ),
        unit=Unit.SECONDS,
        minimum=0,
    )


def _spread() -> Panel:
    return Heatmap(
        key="spread",
        title="How long steps take, all of them",
        description=(
            "Steps by their duration over time, the darker the more. Two bands are two kinds of "
            "customers, which no percentile tells apart. Bands end where the buckets of all steps "
            "do: each step has further ones at its own thresholds."
        ),
        width=24,
        height=8,
        targets=(Target(ref="A", expr=_in_shared_buckets(), legend="{{le}}"),),
        unit=Unit.SECONDS,
    )


def _in_shared_buckets() -> str:
    """Return the increase by bucket, of buckets that every series has.

    A bucket that one step has and another has not would count those of the one alone, and the
    next one of both: what lies between them would be made up.
    """

    def risen(*more: Matcher) -> str:
        matches = (HERE, _FELT, *more)
        held = select(names.STEP_DURATION, *matches, part="_bucket", over="$__rate_interval")
        return f"increase({held})"

    every = f"scalar(count({risen(equal('le', '+Inf'))}))"
    return f"sum by (le) ({risen()}) and on (le) (count by (le) ({risen()}) == {every})"


def _outcomes() -> Panel:
    return BarChart(
        key="outcomes",
        title="How each step felt",
        description="Share of each outcome by step, over the time range.",
        width=12,
        height=9,
        targets=tuple(
            Target(
                ref=ref,
                expr=f"sum by ({names.STEP}) (increase({_outcome(outcome, '$__range')}))",
                legend=outcome,
                instant=True,
                style=Style(colour=colour),
            )
            for ref, (outcome, colour) in lettered(_OUTCOME_COLOURS)
        ),
        category=names.STEP,
        unit=Unit.COUNT,
        share=True,
    )


def _outcomes_over_time() -> Panel:
    return TimeSeries(
        key="outcomes-over-time",
        title="Steps walked, by outcome",
        description="Synthetic steps per second by how they ended, on top of each other.",
        width=7,
        height=9,
        targets=tuple(
            Target(
                ref=ref,
                expr=f"sum(rate({_outcome(outcome, '$__rate_interval')}))",
                legend=outcome,
                style=Style(colour=colour),
            )
            for ref, (outcome, colour) in lettered(_OUTCOME_COLOURS)
        ),
        unit=Unit.PER_SECOND,
        stacked=True,
        minimum=0,
    )


def _outcome(outcome: OutcomeValue, over: str) -> str:
    return select(names.STEP_OUTCOMES, HERE, equal(names.OUTCOME, outcome), over=over)


def _mean(over: str, *more: Matcher) -> str:
    def total(part: str) -> str:
        series = select(names.STEP_DURATION, HERE, *more, _FELT, part=part, over=over)
        return f"sum by ({names.STEP}) (rate({series}))"

    return f"{total('_sum')} / {total('_count')}"


def _quantile(over: str) -> str:
    buckets = select(names.STEP_DURATION, HERE, _FELT, part="_bucket", over=over)
    return f"histogram_quantile(0.95, sum by (le, {names.STEP}) (rate({buckets})))"


def _bound(level: LevelValue) -> str:
    declared = select(names.STEP_TOLERANCE, HERE, equal(names.LEVEL, level))
    return f"max by ({names.STEP}) ({declared})"
