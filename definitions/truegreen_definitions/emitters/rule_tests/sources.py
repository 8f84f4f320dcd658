"""Sources of a service's records, and the review of its definition.

read      a source was read a moment ago
old       it was read too long ago, and for long enough to say so
gone      nobody exports anything of it
refused   rows of it are refused
wrong     its books do not agree
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.asked import alert, value
from truegreen_definitions.emitters.rule_tests.case import Case, Layer, timeline
from truegreen_definitions.emitters.rule_tests.promised import unread_seconds
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.emitters.rules.review import due_timestamp
from truegreen_definitions.names import AlertName, AuditCheckValue, RejectReasonValue, SeverityValue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.emitters.rule_tests.case import Check, SeriesValues
    from truegreen_definitions.emitters.rules.promise import Promised
    from truegreen_definitions.plan import Alerting, Service

__all__ = ["review_cases", "source_cases"]

STEP = Layer.SERVICE.evaluation_seconds
BEYOND = 2700 // STEP  # how much longer than it may a source is silent
REFUSED = 7
WRONG = 3
DUE = 2  # steps


def source_cases(
    service: Service, promises: Sequence[Promised], alerting: Alerting
) -> Iterator[Case]:
    """Yield the test of every source of a service's agreements."""
    read = {
        source: unread_seconds((every,))
        for promise in promises
        for source, every in zip(promise.sources, promise.every_seconds, strict=True)
    }
    for source, limit in sorted(read.items()):
        yield _case(
            service,
            f"source {source} is told when it falls silent, refuses rows or is miscounted",
            tuple(_shown(source, limit)),
            tuple(_checks(service, source, limit, alerting)),
        )


def review_cases(service: Service, alerting: Alerting) -> Iterator[Case]:
    """Yield the tests of a service's review: its day, and the alert when such a day has come."""
    if service.review_due is None:
        return
    labels = {names.SERVICE: service.name}
    due = value(0, names.REVIEW_DUE, labels, Decimal(due_timestamp(service)))
    yield _case(service, "the day of its review is known", (), (due,))
    severity = alerting.severity("review", SeverityValue.TICKET)
    told = {**labels, **_owner(service, severity)}
    # Tests live in 1970, so the alert is given a day of then, in a layer that does not record it.
    given = timeline(series(names.REVIEW_DUE, **labels), [DUE * STEP] * 2 * DUE)
    checks = tuple(
        alert(place * STEP, AlertName.REVIEW_DUE, told, fires=place >= DUE and bool(severity))
        for place in range(2 * DUE)
    )
    case = _case(service, "its review is told on its day, and not before", (given,), checks)
    yield replace(case, layer=Layer.VERDICT)


def _shown(source: str, limit: int) -> Iterator[SeriesValues]:
    """Yield a source that is read, then silent for longer than it may be, then gone."""
    silent = _silent(limit)
    read_at = [0, STEP, *[STEP] * silent, None, None]
    yield timeline(series(names.SOURCE_LAST_SUCCESS, source=source), read_at)
    refused = [0, 0, *[REFUSED] * silent, REFUSED, REFUSED]
    for reason in RejectReasonValue:
        counted = refused if reason is RejectReasonValue.VALUE else [0] * len(refused)
        labels = {names.SOURCE: source, names.REASON: str(reason)}
        yield timeline(series(names.SOURCE_REJECTED, **labels), counted)
    differs = [0, 0, WRONG, *[0] * silent, None]
    for check in AuditCheckValue:
        found = differs if check is AuditCheckValue.PARTS else [0] * len(differs)
        labels = {names.SOURCE: source, names.CHECK: str(check)}
        yield timeline(series(names.AUDIT_DIFFERENCE, **labels), found)


def _checks(service: Service, source: str, limit: int, alerting: Alerting) -> Iterator[Check]:
    stale = alerting.severity("stale", SeverityValue.TICKET)
    refused = alerting.severity("rejected", SeverityValue.TICKET)
    wrong = alerting.severity("audit", SeverityValue.TICKET)
    gone = _silent(limit) + 3
    first = (STEP + limit) // STEP + 1  # the evaluation at which it is pending
    of = {names.SERVICE: service.name, names.SOURCE: source}
    for place, fires in ((1, False), (first, False), (first + 1, True), (gone, True)):
        labels = {**of, **_owner(service, stale)}
        yield alert(place * STEP, AlertName.SOURCE_STALE, labels, fires=fires and bool(stale))
    for place, fires in ((1, False), (2, True), (gone, False)):
        labels = {**of, **_owner(service, refused)}
        yield alert(place * STEP, AlertName.SOURCE_REJECTS, labels, fires=fires and bool(refused))
    for place, fires in ((1, False), (2, True), (3, False)):
        labels = {**of, **_owner(service, wrong)}
        yield alert(place * STEP, AlertName.AUDIT_MISMATCH, labels, fires=fires and bool(wrong))


def _silent(limit: int) -> int:
    return limit // STEP + BEYOND


def _owner(service: Service, severity: str) -> dict[str, str]:
    return {names.OWNER: service.owner, str(names.AlertLabel.SEVERITY): severity}


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
