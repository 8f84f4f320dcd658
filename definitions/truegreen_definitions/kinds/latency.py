"""Indicator kind `latency`: how quickly a step of the service is done.

Good is successful and within the step's `satisfied` threshold; `at: tolerated` takes the other.

With `source: journey` the robot customer's visits to the step count, over all journeys and
locations: their outcomes are counted exactly, against the same thresholds. Visits are a
`sample` of what customers would have seen.

With `source: {table, from, to}` every row with a `from` is a case, and so a `census`. It is
counted in the window in which it began: a case that is still open, or that never ends, is then
bad as soon as its time is over, where counting by the end would not see it. Until its time is
over a case is pending, also when it has ended already: so no verdict about it ever changes.
`to` before `from` counts as within the threshold. Where the step's `clock` is `business`, threshold
and maturity are times in the service's `hours`, and the clock stands still outside of them.

With `source: {metric: NAME}` an application's histogram of seconds counts, `NAME_bucket` and
`NAME_count`: every request that `where` chooses is a case of the `census`, and it is good when
`success` holds too and it took no longer than the threshold. The threshold must be a bound of the
histogram; where `bounds` are declared that is checked. `native: true` reads a native histogram
instead, whose share below the threshold is interpolated inside one bucket (a server of 2.x keeps
them with `--enable-feature=native-histograms` alone).

Fields: `step`, with `latency` declared in the service; `source`; `at: satisfied | tolerated`
(default satisfied); `manual` for people.

Passes:
    kind: latency
    step: pay
    source: journey

Fails:
    kind: latency
    step: invoice
    source: journey
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.errors import InvariantError
from truegreen_definitions.expressions import promql, sql
from truegreen_definitions.kinds.asked import Asked, IndicatorKind, Lowered
from truegreen_definitions.kinds.elapsed import time_column
from truegreen_definitions.kinds.histogram import of_histogram
from truegreen_definitions.kinds.rows import rows_of
from truegreen_definitions.kinds.scope import matchers_of_scope
from truegreen_definitions.models.indicator import (
    IndicatorSpec,
    LatencyIndicator,
    MetricSource,
    TableSource,
)
from truegreen_definitions.names import OutcomeValue
from truegreen_definitions.plan import Records, Signal, Within
from truegreen_definitions.suggestions import suggestion
from truegreen_definitions.units import number_text

if TYPE_CHECKING:
    from decimal import Decimal

__all__ = ["LATENCY"]

GOOD_OUTCOMES = {
    "satisfied": (OutcomeValue.SATISFIED,),
    "tolerated": (OutcomeValue.SATISFIED, OutcomeValue.TOLERATED),
}


def _lower(spec: IndicatorSpec, asked: Asked) -> Lowered | None:
    if not isinstance(spec, LatencyIndicator):
        raise InvariantError(f"a latency indicator is expected, not {spec.kind}")
    name = asked.read(spec.step, "step")
    step = asked.service.model.spec.step(name)
    if not name:
        return None
    if step is None:
        declared = [one.name for one in asked.service.model.spec.steps]
        hint = suggestion(name, declared)
        asked.report("reference/unknown", f"there is no step `{name}`", "step", hint=hint)
        return None
    if step.latency is None:
        hint = "declare it in the service: latency: {satisfied: 400ms, tolerated: 1600ms}"
        message = f"the step `{name}` has no thresholds to measure against"
        asked.report("latency/no-threshold", message, "step", hint=hint)
        return None
    business = step.latency.clock == "business"
    if business and not isinstance(spec.source, TableSource):
        message = f"the business clock of `{name}` is not applied: all hours are counted"
        asked.not_compiled(message, "step")
    threshold = step.latency.satisfied if spec.at == "satisfied" else step.latency.tolerated
    if isinstance(spec.source, TableSource):
        return _of_rows(spec.source, asked, name, threshold, business=business)
    if isinstance(spec.source, MetricSource):
        return of_histogram(spec.source, asked, name, threshold)
    return _of_journeys(spec, asked, name)


def _of_journeys(spec: LatencyIndicator, asked: Asked, step: str) -> Lowered | None:
    service = asked.service.name
    visits = (
        visit.step == step
        for journey in asked.catalog.journeys_of.get(service, ())
        for visit in journey.model.spec.steps
    )
    if not any(visits):
        if asked.catalog.has_broken("Journey"):
            return None
        asked.report(
            "latency/no-journey",
            f"no journey goes through the step `{step}`",
            "step",
            hint="add the step to a journey of the service, or measure it from a table: "
            "source: {table: …, from: …, to: …}",
        )
        return None
    labels = {names.SERVICE: service, names.STEP: step}
    every = promql.selector(names.STEP_OUTCOMES.name, labels)
    good = GOOD_OUTCOMES[spec.at]
    outcomes = promql.Matcher(names.OUTCOME, "=~" if len(good) > 1 else "=", "|".join(good))
    scope = matchers_of_scope(asked)
    good_visits = promql.increase(every, [outcomes, *scope])
    parts = Signal(good=good_visits, total=promql.increase(every, scope))
    return Lowered(parts=parts, sampling="sample", step=step)


def _of_rows(
    source: TableSource, asked: Asked, step: str, threshold: Decimal, *, business: bool
) -> Lowered | None:
    needed = (source.start, source.end)
    rows = rows_of(asked, source.table, "source", "table", needed=needed)
    if rows is None:
        return None
    start = time_column(asked, rows, source.start, "source", "from")
    end = time_column(asked, rows, source.end, "source", "to")
    if not start or not end:
        return None
    hours = asked.service.model.spec.hours
    if business and hours not in asked.catalog.calendars:
        return None  # a check reports that there are none
    limit = f"INTERVAL '{number_text(threshold)}' SECOND"
    parts = Records(
        table=rows.table,
        at=start,
        where=rows.where,
        total=sql.over_columns(f"{start} is not null", rows.columns),
        good=sql.over_columns(
            f"{end} is not null" if business else f"{end} <= {start} + {limit}", rows.columns
        ),
        mature_after_seconds=ceil(threshold),
        min_sample=0,
        within=Within(start=start, end=end, calendar=hours or "", seconds=ceil(threshold))
        if business
        else None,
    )
    return Lowered(parts=parts, sampling="census", step=step)


def _reads_rows(spec: IndicatorSpec) -> bool:
    return isinstance(spec, LatencyIndicator) and isinstance(spec.source, TableSource)


LATENCY = IndicatorKind("latency", _lower, reads_rows=_reads_rows)
