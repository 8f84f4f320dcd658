"""Agreements in the plan: each promise with the exact parts it is measured by."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

from truegreen_definitions.calendars.waiting import longest_wait
from truegreen_definitions.expressions.errors import ExpressionError
from truegreen_definitions.expressions.templates import references
from truegreen_definitions.kinds import Asked, kind_of
from truegreen_definitions.kinds.scope import scope_text
from truegreen_definitions.models.agreement import Agreement as Agreed
from truegreen_definitions.models.agreement import MeasureObjective
from truegreen_definitions.plan import Agreement, Records, Signal, Values
from truegreen_definitions.planner.alerting import alerting_of
from truegreen_definitions.planner.calendars import calendar_of
from truegreen_definitions.planner.dependencies import dependencies_of
from truegreen_definitions.planner.exclusions import with_exclusions
from truegreen_definitions.planner.keeping import kept_seconds
from truegreen_definitions.planner.measurements import promised, refuse_bound, watched
from truegreen_definitions.planner.policy import burn_of
from truegreen_definitions.planner.windows import counted_windows, is_kept, why_not_counted
from truegreen_definitions.suggestions import suggestion
from truegreen_definitions.units import ROLLING_DAYS, duration_label

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.kinds import Lowered
    from truegreen_definitions.models.indicator import IndicatorSpec
    from truegreen_definitions.models.policy import PolicySpec
    from truegreen_definitions.models.service import Service
    from truegreen_definitions.plan import CountedWindow, Measurement
    from truegreen_definitions.problems import Problem

__all__ = ["agreements_of"]


def agreements_of(
    service: Definition[Service], catalog: Catalog, policy: PolicySpec, problems: list[Problem]
) -> Iterator[Agreement | Measurement]:
    """Yield what is measured in a service; what is wrong with one is added to the problems.

    An agreement that this version cannot measure is left out, with a warning that says so.
    """
    for section, index, measured in service.model.spec.measured():
        asked = Asked(
            catalog=catalog,
            policy=policy,
            service=service,
            agreement=measured,
            path=("spec", section, index),
            library=catalog.indicators.get(measured.use) if measured.use else None,
            kind_of=kind_of,
            problems=problems,
        )
        spec = asked.spec
        if spec is None:
            continue  # a check reports the name that is of nothing
        _refuse_unknown_parameters(asked, spec)
        lowered = kind_of(spec).lower(spec, asked)
        found = _planned(asked, spec.kind, lowered) if lowered is not None else None
        if found is not None:
            yield found


def _planned(asked: Asked, indicator: str, lowered: Lowered) -> Agreement | Measurement | None:
    agreement = asked.agreement
    if _is_not_counted(asked, lowered):
        return None
    if not isinstance(agreement, Agreed):
        return watched(asked, indicator, lowered)
    if isinstance(lowered.parts, Values):
        return promised(asked, agreement, indicator, lowered, lowered.parts)
    if isinstance(agreement.objective, MeasureObjective):
        refuse_bound(asked)
        return None
    return _agreement(
        asked,
        agreement,
        indicator=indicator,
        objective=agreement.objective,
        lowered=lowered,
        parts=lowered.parts,
    )


def _is_not_counted(asked: Asked, lowered: Lowered) -> bool:
    """Return whether it is asked over a window that cannot be counted the way it is measured."""
    spec, path = asked.service.model.spec, asked.path
    agreement = asked.agreement
    window = (
        agreement.window if isinstance(agreement, Agreed) else spec.measures[int(path[2])].window
    )
    if isinstance(lowered.parts, Signal):
        reason = why_not_counted(window, spec.zone) if isinstance(agreement, Agreed) else ""
        rolling = ", ".join(f"{days}d" for days in ROLLING_DAYS)
        hint = (
            f"a signal has a rolling window ({rolling}), or week, month, quarter or year where "
            "the service's zone is UTC; periods of other zones are counted from records"
        )
        where = "Prometheus"
    else:
        kept = kept_seconds(asked, lowered.parts)
        reason = "" if is_kept(window, kept) else f"they are kept for {duration_label(kept)}"
        hint = "take a window that reaches back less far, or keep them longer: `keep` of the Table"
        where = "rows"
    if reason:
        message = f"`{window.label}` cannot be counted from {where}: {reason}"
        problem = asked.service.problem("agreement/window", message, *path, "window", hint=hint)
        asked.problems.append(problem)
    return bool(reason)


def _refuse_unknown_parameters(asked: Asked, spec: IndicatorSpec) -> None:
    if not asked.agreement.parameters:
        return
    wanted = set(_parameters(spec.model_dump(exclude={"manual"})))
    for name in asked.agreement.parameters:
        if name not in wanted:
            problem = asked.service.problem(
                "template/unknown-parameter",
                f"Indicator `{asked.agreement.use}` has no parameter `{name}`",
                *(*asked.path, "with", name),
                hint=suggestion(name, sorted(wanted)),
                key=True,
            )
            asked.problems.append(problem)


def _parameters(value: object) -> Iterator[str]:
    """Yield the names of the parameters in all texts of a value."""
    if isinstance(value, str):
        try:
            yield from (one.name for one in references(value))
        except ExpressionError:
            return  # it is reported where the text is read
    elif isinstance(value, dict):
        for below in value.values():
            yield from _parameters(below)


def _agreement(
    asked: Asked,
    agreement: Agreed,
    *,
    indicator: str,
    objective: Decimal,
    lowered: Lowered,
    parts: Signal | Records,
) -> Agreement:
    service = asked.service
    spec = service.model.spec
    step = spec.step(lowered.step)
    return Agreement(
        id=f"{service.name}/{agreement.name}",
        service=service.name,
        name=agreement.name,
        title=agreement.title or (asked.library.title if asked.library else agreement.name),
        description=agreement.description,
        kind="sla" if asked.path[1] == "slas" else "xla",
        indicator=agreement.use or indicator,
        objective=objective.normalize(),
        window=agreement.window,
        windows=_windows(asked, agreement, parts),
        sampling=lowered.sampling,
        step=lowered.step,
        vendor=(step.vendor if step else None) or "",
        owner=(step.team if step else None) or spec.owner,
        parts=_settling(asked, with_exclusions(asked, parts)),
        origin=service.origin_of(*asked.path),
        alerting=alerting_of(agreement, asked.policy, lowered.sampling),
        scope=scope_text(asked),
        depends_on=tuple(dependencies_of(agreement, asked.catalog)),
    )


def _settling(asked: Asked, parts: Signal | Records) -> Signal | Records:
    """Return parts that are ripe, in business time, at the latest when they say."""
    if not isinstance(parts, Records) or parts.within is None:
        return parts
    calendar = calendar_of(asked.catalog.calendars[parts.within.calendar])
    longest = longest_wait(calendar, parts.within.seconds)
    if longest is None:
        return parts
    return replace(parts, mature_after_seconds=ceil(longest))


def _windows(asked: Asked, agreement: Agreed, parts: Signal | Records) -> tuple[CountedWindow, ...]:
    kept = kept_seconds(asked, parts)
    return counted_windows(agreement.window, parts, burn_of(asked.policy), kept_seconds=kept)
