"""What is said of a service as a whole: whether it is a watermelon, and what was declared."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.asked import alert, during, held, value
from truegreen_definitions.emitters.rule_tests.case import Case, Layer, timeline
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.emitters.rules.watermelon import (
    closed_windows,
    watermelon_windows,
)
from truegreen_definitions.names import AlertName, LevelValue, StateValue, WatermelonValue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.emitters.rule_tests.case import Check, SeriesValues
    from truegreen_definitions.emitters.rules.promise import Promised
    from truegreen_definitions.plan import Alerting, Plan, Service

__all__ = ["service_cases"]

STEP = Layer.SERVICE.evaluation_seconds
_OK, _BREACHED = StateValue.OK, StateValue.BREACHED

# State of the SLAs, state of the XLAs (None: nothing is known), what that makes of both, and the
# one agreement that is breached where others of its side are well.
_Situation = tuple[StateValue | None, StateValue | None, WatermelonValue, str]
_SITUATIONS: tuple[_Situation, ...] = (
    (_OK, _OK, WatermelonValue.GREEN, ""),
    (_OK, _BREACHED, WatermelonValue.WATERMELON, ""),
    (StateValue.AT_RISK, _BREACHED, WatermelonValue.WATERMELON, ""),
    (_BREACHED, _OK, WatermelonValue.INVERSE, ""),
    (_BREACHED, _BREACHED, WatermelonValue.RED, ""),
    (_OK, None, WatermelonValue.UNKNOWN, ""),
    (None, _BREACHED, WatermelonValue.UNKNOWN, ""),
    (_OK, StateValue.NO_DATA, WatermelonValue.UNKNOWN, ""),
)


def service_cases(plan: Plan, service: Service, promises: Sequence[Promised]) -> Iterator[Case]:
    """Yield the tests of a service: one for each window with a watermelon, one of its info."""
    alerting = plan.policy.alerting
    for window in watermelon_windows(plan, promises):
        yield _watermelon(service, promises, window, alerting)
    for window in closed_windows(plan, promises):
        yield _closed(service, window, alerting)
    for name in service.outcome.leading if service.outcome is not None else ():
        yield _leading(service, name, alerting)
    checks = (*_declared(service), *(_info(promise) for promise in promises))
    yield _case(service, "what is declared can be joined", (), checks)


def _watermelon(
    service: Service, promises: Sequence[Promised], window: str, alerting: Alerting
) -> Case:
    severity = alerting.severity("watermelon", names.SeverityValue.TICKET)
    judged = [promise for promise in promises if window in promise.judged]
    situations = (*_SITUATIONS, *_alone(judged))
    shown = tuple(values for promise in judged for values in _states(promise, window, situations))
    checks = tuple(
        check
        for place, (_, _, watermelon, _) in enumerate(situations)
        for check in during(
            watermelon, _checks(service, window, watermelon, place * STEP, severity)
        )
    )
    claim = f"green outside and red inside over {window} is a watermelon, and nothing else is"
    return _case(service, claim, shown, checks)


def _closed(service: Service, window: str, alerting: Alerting) -> Case:
    """Return that the exporter's verdict is recorded, and that its silence is unknown."""
    severity = alerting.severity("watermelon", names.SeverityValue.TICKET)
    situations = (*WatermelonValue, None)
    told = {names.SERVICE: service.name, names.WINDOW: window}
    shown = tuple(
        timeline(
            series(names.CLOSED_WATERMELON, **told, state=state),
            [None if said is None else int(said is state) for said in situations],
        )
        for state in WatermelonValue
    )
    checks = tuple(
        check
        for place, said in enumerate(situations)
        for state in (said or WatermelonValue.UNKNOWN,)
        for check in during(state, _checks(service, window, state, place * STEP, severity))
    )
    claim = f"a watermelon {window} is what the exporter has judged, and unknown without it"
    return _case(service, claim, shown, checks)


def _leading(service: Service, name: str, alerting: Alerting) -> Case:
    """Return that a leading indicator tells when it is validated and warns, and not before."""
    severity = alerting.severity("leading", names.SeverityValue.TICKET)
    situations = ((0, 0), (1, 0), (0, 1), (1, 1), (None, None))
    about = {names.SERVICE: service.name, names.MEASURE: name}
    shown = tuple(
        timeline(series(metric, **about), [one[side] for one in situations])
        for side, metric in enumerate((names.LEADING_VALIDATED, names.LEADING_WARNING))
    )
    told = {**about, names.OWNER: service.owner, str(names.AlertLabel.SEVERITY): severity}
    checks = tuple(
        alert(place * STEP, AlertName.LEADING, told, fires=situation == (1, 1) and bool(severity))
        for place, situation in enumerate(situations)
    )
    return _case(service, f"{name} warns only after its history shows that it leads", shown, checks)


def _alone(judged: Sequence[Promised]) -> Iterator[_Situation]:
    """Yield that one of several agreements of a side is breached, each in turn."""
    kinds = [promise.agreement.kind for promise in judged]
    for promise in judged:
        sla = promise.agreement.kind == "sla"
        if kinds.count(promise.agreement.kind) > 1:
            states = (_BREACHED, _OK) if sla else (_OK, _BREACHED)
            watermelon = WatermelonValue.INVERSE if sla else WatermelonValue.WATERMELON
            yield *states, watermelon, promise.agreement.id


def _states(
    promise: Promised, window: str, situations: Sequence[_Situation]
) -> Iterator[SeriesValues]:
    """Yield the states of an agreement; all of a side are in one state, unless one is alone."""
    side = 0 if promise.agreement.kind == "sla" else 1
    states = [
        _OK if one[side] and one[3] not in ("", promise.agreement.id) else one[side]
        for one in situations
    ]
    for value_ in StateValue:
        labels = {**promise.labels, names.WINDOW: window, names.STATE: str(value_)}
        yield timeline(
            series(names.STATE_OF, **labels),
            [None if state is None else int(state is value_) for state in states],
        )


def _checks(
    service: Service, window: str, watermelon: WatermelonValue, at: int, severity: str
) -> Iterator[Check]:
    labels = {names.SERVICE: service.name, names.WINDOW: window}
    told = {
        **labels,
        names.OWNER: service.owner,
        str(names.AlertLabel.SEVERITY): severity,
    }
    yield held(at, names.WATERMELON, labels, watermelon)
    fires = watermelon is WatermelonValue.WATERMELON and bool(severity)
    yield alert(at, AlertName.WATERMELON, told, fires=fires)


def _declared(service: Service) -> Iterator[Check]:
    labels = {
        names.SERVICE: service.name,
        names.TITLE: service.title,
        names.DOMAIN: service.domain,
        names.BUSINESS_UNIT: service.business_unit,
        names.OWNER: service.owner,
        names.CRITICALITY: str(service.criticality),
    }
    yield value(0, names.SERVICE_INFO, labels, Decimal(1))
    for step in service.steps:
        levels = {
            LevelValue.SATISFIED: step.satisfied_seconds,
            LevelValue.TOLERATED: step.tolerated_seconds,
        }
        for level, seconds in levels.items():
            if seconds is not None:
                of = {names.SERVICE: service.name, names.STEP: step.name, names.LEVEL: str(level)}
                yield value(0, names.STEP_TOLERANCE, of, Decimal(str(seconds)))


def _info(promise: Promised) -> Check:
    agreement, service = promise.agreement, promise.service
    labels = {
        **promise.labels,
        names.WINDOW: promise.window,
        names.OWNER: agreement.owner,
        names.VENDOR: agreement.vendor,
        names.DOMAIN: service.domain,
        names.BUSINESS_UNIT: service.business_unit,
    }
    return value(0, names.AGREEMENT_INFO, labels, Decimal(1))


def _case(
    service: Service, claim: str, shown: tuple[SeriesValues, ...], checks: tuple[Check, ...]
) -> Case:
    return Case(
        about=service.name,
        origin=service.origin,
        claim=claim,
        layer=Layer.SERVICE,
        step_seconds=STEP,
        series=shown,
        checks=checks,
    )
