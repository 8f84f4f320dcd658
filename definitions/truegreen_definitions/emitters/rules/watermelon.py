"""Green outside, red inside: what a service's SLAs say against what people experience.

A side is bad when any of its agreements is breached over the window (of a sample, by its
interval), and unknown when none of them can be judged there.

            XLA good   XLA bad
SLA good    green      watermelon
SLA bad     inverse    red

Closed periods are judged by the exporter, which has them frozen; its verdicts are recorded under
the same name, and unknown while it shows none. Where it cannot know what Prometheus counts,
because nothing pulls those hours, and the rules can, they judge a closed period themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.expression import any_of, series
from truegreen_definitions.emitters.rules.notes import about_service
from truegreen_definitions.emitters.rules.rule import Alert, Recording
from truegreen_definitions.names import StateValue, WatermelonValue
from truegreen_definitions.plan import Signal
from truegreen_definitions.plan.closed import closed_units, closed_window, pulls_hours

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.emitters.rules.promise import Promised
    from truegreen_definitions.plan import Alerting, Plan, Service

__all__ = ["closed_windows", "copied_states", "watermelon_alert", "watermelon_states"]
__all__ += ["watermelon_windows"]

_CLOSED = "prev_"
_JUDGED = (StateValue.OK, StateValue.AT_RISK, StateValue.BREACHED)
_SIDES = {  # whether (SLA, XLA) is breached
    WatermelonValue.GREEN: (0, 0),
    WatermelonValue.WATERMELON: (0, 1),
    WatermelonValue.INVERSE: (1, 0),
    WatermelonValue.RED: (1, 1),
}


def watermelon_windows(plan: Plan, promises: Sequence[Promised]) -> tuple[str, ...]:
    """Return the windows that the rules judge, in order of mention: an SLA and an XLA are."""
    closed = closed_windows(plan, promises)
    return tuple(window for window in _both_judged(promises) if window not in closed)


def closed_windows(plan: Plan, promises: Sequence[Promised]) -> tuple[str, ...]:
    """Return the windows of closed periods that the exporter judges for a service."""
    hours, promised = pulls_hours(plan), [one.agreement for one in promises]
    signals = any(isinstance(one.parts, Signal) for one in promised)
    ours = _both_judged(promises) if signals and not hours else ()
    windows = map(closed_window, closed_units(promised, hours=hours))
    return tuple(window for window in windows if window not in ours)


def _both_judged(promises: Sequence[Promised]) -> tuple[str, ...]:
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


def copied_states(service: Service, window: str) -> Iterator[Recording]:
    """Yield the five rules of a window that the exporter judges."""
    told = {names.SERVICE: service.name, names.WINDOW: window}
    for state in WatermelonValue:
        said = f"max({series(names.CLOSED_WATERMELON, **told, state=state)})"
        unsaid = "1" if state is WatermelonValue.UNKNOWN else "0"
        yield _rule(service, window, state, f"{said}\nor vector({unsaid})")


def watermelon_alert(service: Service, window: str, alerting: Alerting) -> Iterator[Alert]:
    """Yield the alert that a service is green outside and red inside."""
    severity = alerting.severity("watermelon", names.SeverityValue.TICKET)
    if not severity:
        return
    state = series(
        names.WATERMELON, service=service.name, window=window, state=WatermelonValue.WATERMELON
    )
    over = f"over {window}"
    if window.startswith(_CLOSED):
        over = f"over the last closed {window.removeprefix(_CLOSED)}"
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
            service, f"its SLAs are met while what people experience is not ({over})"
        ),
    )


def _rule(service: Service, window: str, state: WatermelonValue, expr: str) -> Recording:
    labels = {names.SERVICE: service.name, names.WINDOW: window, names.STATE: str(state)}
    return Recording(metric=names.WATERMELON, expr=expr, labels=labels)


def _side(service: Service, kind: str, window: str) -> dict[str, str]:
    return {names.SERVICE: service.name, names.KIND: kind, names.WINDOW: window}


def _breached(service: Service, kind: str, window: str) -> str:
    return series(names.STATE_OF, state=StateValue.BREACHED, **_side(service, kind, window))
