"""What is said of a service as a whole: whether it is a watermelon, and what was declared."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.asked import alert, during, held, value
from truegreen_definitions.emitters.rule_tests.case import Case, Layer, timeline
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.emitters.rules.watermelon import watermelon_windows
from truegreen_definitions.names import AlertName, LevelValue, StateValue, WatermelonValue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.emitters.rule_tests.case import Check, SeriesValues
    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.plan import Alerting, Service

__all__ = ["service_cases"]

STEP = Layer.SERVICE.evaluation_seconds
_OK, _BREACHED = StateValue.OK, StateValue.BREACHED

# State of the SLAs, state of the XLAs (None: nothing is known), and what that makes of both.
_SITUATIONS = (
    (_OK, _OK, WatermelonValue.GREEN),
    (_OK, _BREACHED, WatermelonValue.WATERMELON),
    (StateValue.AT_RISK, _BREACHED, WatermelonValue.WATERMELON),
    (_BREACHED, _OK, WatermelonValue.INVERSE),
    (_BREACHED, _BREACHED, WatermelonValue.RED),
    (_OK, None, WatermelonValue.UNKNOWN),
    (None, _BREACHED, WatermelonValue.UNKNOWN),
    (_OK, StateValue.NO_DATA, WatermelonValue.UNKNOWN),
)


def service_cases(
    service: Service, promises: Sequence[Promise], alerting: Alerting
) -> Iterator[Case]:
    """Yield the tests of a service: one for each window with a watermelon, one of its info."""
    for window in watermelon_windows(promises):
        yield _watermelon(service, promises, window, alerting)
    checks = (*_declared(service), *(_info(promise) for promise in promises))
    yield _case(service, "what is declared can be joined", (), checks)


def _watermelon(
    service: Service, promises: Sequence[Promise], window: str, alerting: Alerting
) -> Case:
    severity = alerting.severity("watermelon", names.SeverityValue.TICKET)
    shown = tuple(
        values
        for promise in promises
        if window in promise.judged
        for values in _states(promise, window)
    )
    checks = tuple(
        check
        for place, (_, _, watermelon) in enumerate(_SITUATIONS)
        for check in during(
            watermelon, _checks(service, window, watermelon, place * STEP, severity)
        )
    )
    claim = f"green outside and red inside over {window} is a watermelon, and nothing else is"
    return _case(service, claim, shown, checks)


def _states(promise: Promise, window: str) -> Iterator[SeriesValues]:
    """Yield the states of an agreement; all SLAs are in one state, and all XLAs."""
    side = 0 if promise.agreement.kind == "sla" else 1
    for value_ in StateValue:
        labels = {**promise.labels, names.WINDOW: window, names.STATE: str(value_)}
        yield timeline(
            series(names.STATE_OF, **labels),
            [None if one[side] is None else int(one[side] is value_) for one in _SITUATIONS],
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


def _info(promise: Promise) -> Check:
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
