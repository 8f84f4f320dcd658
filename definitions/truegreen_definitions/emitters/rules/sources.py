"""Alerts on the sources that a service's records come from: silent, refusing rows, or miscounted.

They are about a source and go to the owner of each service that is judged by it: one alert a
source, however many agreements read it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.emitters.rules.notes import about_service
from truegreen_definitions.emitters.rules.rule import Alert
from truegreen_definitions.emitters.rules.staleness import stale_after_seconds
from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.emitters.rules.promise import Promised
    from truegreen_definitions.plan import Alerting, Service

__all__ = ["STALE_FOR_SECONDS", "source_alerts"]

STALE_FOR_SECONDS = 300
REFUSED_OVER = "1h"


def source_alerts(
    service: Service, promises: Sequence[Promised], alerting: Alerting
) -> Iterator[Alert]:
    """Yield the alerts on every source of a service's agreements, in order of their names."""
    read = {
        source: every
        for promise in promises
        for source, every in zip(promise.sources, promise.every_seconds, strict=True)
    }
    for source, every in sorted(read.items()):
        if severity := alerting.severity("stale", names.SeverityValue.TICKET):
            yield _stale(service, source, severity, stale_after_seconds(every))
        if severity := alerting.severity("rejected", names.SeverityValue.TICKET):
            yield _rejects(service, source, severity)
        if severity := alerting.severity("audit", names.SeverityValue.TICKET):
            yield _mismatch(service, source, severity)


def _stale(service: Service, source: str, severity: str, limit: int) -> Alert:
    read_at = series(names.SOURCE_LAST_SUCCESS, source=source)
    return Alert(
        name=names.AlertName.SOURCE_STALE,
        expr=(f"time() - max by ({names.SOURCE}) ({read_at}) > {limit}\nor absent({read_at})"),
        pending=duration_label(STALE_FOR_SECONDS),
        labels=_labels(service, source, severity),
        annotations=about_service(
            service,
            f"the source {source} was not read for {duration_label(limit)}, "
            "so what depends on it cannot be judged",
        ),
    )


def _rejects(service: Service, source: str, severity: str) -> Alert:
    refused = series(names.SOURCE_REJECTED, source=source)
    return Alert(
        name=names.AlertName.SOURCE_REJECTS,
        expr=f"sum by ({names.SOURCE}) (increase({refused}[{REFUSED_OVER}])) > 0",
        labels=_labels(service, source, severity),
        annotations=about_service(
            service,
            'about {{ $value | printf "%.0f" }} rows of the source '
            f"{source} were refused within {REFUSED_OVER}, and do not count",
        ),
    )


def _mismatch(service: Service, source: str, severity: str) -> Alert:
    difference = series(names.AUDIT_DIFFERENCE, source=source)
    return Alert(
        name=names.AlertName.AUDIT_MISMATCH,
        expr=f"max by ({names.SOURCE}) ({difference}) > 0",
        labels=_labels(service, source, severity),
        annotations=about_service(
            service,
            f"the books of the source {source} do not agree by "
            '{{ $value | printf "%.0f" }} rows, so what is shown of it may be wrong',
        ),
    )


def _labels(service: Service, source: str, severity: str) -> dict[str, str]:
    return {
        names.SERVICE: service.name,
        names.SOURCE: source,
        names.OWNER: service.owner,
        names.AlertLabel.SEVERITY: severity,
    }
