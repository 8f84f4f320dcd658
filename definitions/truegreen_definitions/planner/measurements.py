"""Measures in the plan: values with a bound, and those that are only watched."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from truegreen_definitions.kinds.scope import scope_text
from truegreen_definitions.models.agreement import MeasureObjective
from truegreen_definitions.plan import Bound, Measurement, Records, Signal, Values
from truegreen_definitions.planner.alerting import alerting_of
from truegreen_definitions.planner.exclusions import rows_left_out
from truegreen_definitions.planner.keeping import kept_seconds
from truegreen_definitions.planner.windows import measured_windows

if TYPE_CHECKING:
    from truegreen_definitions.kinds import Asked, Lowered
    from truegreen_definitions.models.agreement import Agreement
    from truegreen_definitions.units import Window

__all__ = ["promised", "refuse_bound", "watched"]

OBJECTIVE_KIND, UNIT = "agreement/objective-kind", "measure/unit"


def promised(
    asked: Asked, agreement: Agreement, indicator: str, lowered: Lowered, parts: Values
) -> Measurement | None:
    """Return an agreement about a value; None with the reason among the problems."""
    bound = _bound(asked, agreement, parts)
    if bound is None:
        return None
    kind: Literal["sla", "xla"] = "sla" if asked.path[1] == "slas" else "xla"
    alerting = alerting_of(agreement, asked.policy, lowered.sampling)
    made = _measurement(asked, indicator, lowered, parts, window=agreement.window)
    return replace(made, kind=kind, bound=bound, alerting=alerting)


def watched(asked: Asked, indicator: str, lowered: Lowered) -> Measurement | None:
    """Return a measure that nobody promised anything about; None with the reason reported.

    Records are watched too: as the share of good, a ratio of sums.
    """
    parts = lowered.parts
    if isinstance(parts, Records) and parts.each is None:
        parts = _share(parts)
    if not isinstance(parts, Values):
        what = "a signal" if isinstance(parts, Signal) else "keys"
        _report(
            asked,
            "measure/not-watched",
            f"what is only watched is a value of rows, and this counts {what}",
            "use" if asked.agreement.use else "indicator",
            hint="make it an agreement: what is counted in Prometheus is judged there",
        )
        return None
    window: Window = asked.service.model.spec.measures[int(asked.path[2])].window
    return _measurement(asked, indicator, lowered, parts, window=window)


def refuse_bound(asked: Asked) -> None:
    """Report a bound on what has a share of good."""
    _report(
        asked,
        OBJECTIVE_KIND,
        "a share of good has no bound but a percentage",
        "objective",
        hint="write the share that is to be good, such as 99%",
    )


def _bound(asked: Asked, agreement: Agreement, parts: Values) -> Bound | None:
    objective = agreement.objective
    if not isinstance(objective, MeasureObjective):
        _report(
            asked,
            OBJECTIVE_KIND,
            "a measure has no share of good to promise",
            "objective",
            hint="write a bound of its value: {at_most: 3d} or {at_least: 40}",
        )
        return None
    most = objective.at_most is not None
    quantity = objective.at_most or objective.at_least
    if quantity is None:
        return None  # the model has refused it
    timed = parts.unit == "seconds"
    if timed != (quantity.unit == "seconds"):
        what = "a duration" if quantity.unit == "seconds" else "a plain number"
        _report(
            asked,
            UNIT,
            f"{what} cannot bound what is in {parts.unit or 'no unit'}",
            "objective",
            "at_most" if most else "at_least",
            hint="write a duration, such as 3d" if timed else "write a plain number, such as 40",
        )
        return None
    return Bound(direction="at_most" if most else "at_least", target=quantity.value.normalize())


def _measurement(
    asked: Asked,
    indicator: str,
    lowered: Lowered,
    parts: Values,
    *,
    window: Window,
) -> Measurement:
    """Return a measure about which nothing is promised yet."""
    service, measured = asked.service, asked.agreement
    left_out = (*parts.exclusions, *rows_left_out(asked, parts.table))
    return Measurement(
        id=f"{service.name}/{measured.name}",
        service=service.name,
        name=measured.name,
        title=measured.title or (asked.library.title if asked.library else measured.name),
        description=measured.description,
        kind="",
        indicator=measured.use or indicator,
        bound=None,
        window=window,
        windows=measured_windows(
            window,
            judged=asked.path[1] != "measures",
            kept_seconds=kept_seconds(asked, parts),
        ),
        sampling=lowered.sampling,
        step=lowered.step,
        vendor="",
        owner=service.model.spec.owner,
        parts=replace(parts, exclusions=left_out),
        origin=service.origin_of(*asked.path),
        scope=scope_text(asked),
    )


def _share(parts: Records) -> Values:
    """Return the share of good as a value: 1 for what is good and 0 for what is not."""
    return Values(
        table=parts.table,
        at=parts.at,
        where=parts.where,
        aggregate="ratio",
        value=f"CASE WHEN {parts.total} THEN CASE WHEN {parts.good} THEN 1 ELSE 0 END END",
        denominator=f"CASE WHEN {parts.total} THEN 1 END",
        mature_after_seconds=parts.mature_after_seconds,
        min_sample=parts.min_sample,
        unit="share",
        exclusions=parts.exclusions,
        per=parts.per,
        order=parts.order,
        by=parts.by,
        cohort=parts.cohort,
    )


def _report(asked: Asked, problem: str, message: str, *fields: str, hint: str) -> None:
    path = (*asked.path, *fields)
    asked.problems.append(asked.service.problem(problem, message, *path, hint=hint, key=True))
