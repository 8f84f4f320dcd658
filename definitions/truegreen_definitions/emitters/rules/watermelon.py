"""Green outside, red inside: what a service's SLAs say against what people experience.

A side is bad when any of its agreements is breached over the window (of a sample, by its
interval), and unknown when none of them can be judged there.

            XLA good   XLA bad
SLA good    green      watermelon
SLA bad     inverse    red
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.expression import any_of, series
from truegreen_definitions.emitters.rules.notes import about_service
from truegreen_definitions.emitters.rules.rule import Alert, Recording
from truegreen_definitions.names import StateValue, WatermelonValue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.emitters.rules.promise import Promised
    from truegreen_definitions.plan import Alerting, Service

__all__ = ["watermelon_alert", "watermelon_states", "watermelon_windows"]

_JUDGED = (StateValue.OK, StateValue.AT_RISK, StateValue.BREACHED)
_SIDES = {  # whether (SLA, XLA) is breached
    WatermelonValue.GREEN: (0, 0),
    WatermelonValue.WATERMELON: (0, 1),
    WatermelonValue.INVERSE: (1, 0),
    WatermelonValue.RED: (1, 1),
}


def watermelon_windows(promises: Sequence[Promised]) -> tuple[str, ...]:
    """Return the windows over which an SLA and an XLA are both judged, in order of mention."""
    by_kind: dict[str, dict[str, None]] = {"sla": {}, "xla": {}}
    for promise in promises:
        by_kind[promise.agreement.kind].update(dict.fromkeys(promise.judged))
    return tuple(window for window in by_kind["sla"] if window in by_kind["xla"])


def watermelon_states(service: Service, window: str) -> Iterator[Recording]:
    """Yield the five rules of a window; the first is read by the others."""
    known = (
        f"max({any_of(names.STATE_OF, names.STATE, _JUDGED, **_side(service, kind, window))})"
        for kind in ("sla", "xla")
    )
    yield _rule(service, window, WatermelonValue.UNKNOWN, f"1 - {' * '.join(known)}\nor vector(1)")
    unknown = series(
        names.WATERMELON, service=service.name, window=window, state=WatermelonValue.UNKNOWN
    )
    for state, (sla, xla) in _SIDES.items():
        expr = (
            f"(max({_breached(service, 'sla', window)}) == bool {sla})\n"
            f"* (max({_breached(service, 'xla', window)}) == bool {xla})\n"
            f"unless on () {unknown} == 1\n"
            "or vector(0)"
        )
        yield _rule(service, window, state, expr)


def watermelon_alert(service: Service, window: str, alerting: Alerting) -> Iterator[Alert]:
    """Yield the alert that a service is green outside and red inside."""
    severity = alerting.severity("watermelon", names.SeverityValue.TICKET)
    if not severity:
        return
    state = series(
        names.WATERMELON, service=service.name, window=window, state=WatermelonValue.WATERMELON
    )
    yield Alert(
        name=names.AlertName.WATERMELON,
        expr=f"max without ({names.STATE}) ({state}) == 1",
        labels={
            names.SERVICE: service.name,
            names.WINDOW: window,
            names.OWNER: service.owner,
            names.AlertLabel.SEVERITY: severity,
        },
        annotations=about_service(
            service, f"its SLAs are met while what people experience is not (over {window})"
        ),
    )


def _rule(service: Service, window: str, state: WatermelonValue, expr: str) -> Recording:
    labels = {names.SERVICE: service.name, names.WINDOW: window, names.STATE: str(state)}
    return Recording(metric=names.WATERMELON, expr=expr, labels=labels)


def _side(service: Service, kind: str, window: str) -> dict[str, str]:
    return {names.SERVICE: service.name, names.KIND: kind, names.WINDOW: window}


def _breached(service: Service, kind: str, window: str) -> str:
    return series(names.STATE_OF, state=StateValue.BREACHED, **_side(service, kind, window))
