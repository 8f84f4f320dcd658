"""Labels and annotations of alerts: who answers, what happened in business words, and where."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.emitters.rules.money import expects
from truegreen_definitions.emitters.rules.promise import Promise
from truegreen_definitions.names import AnnotationName, BoardUid

if TYPE_CHECKING:
    from truegreen_definitions.emitters.rules.promise import Promised
    from truegreen_definitions.plan import Origin, Service

__all__ = ["about_agreement", "about_service", "labels_of", "title_of"]


def labels_of(promise: Promised, severity: str) -> dict[str, str]:
    """Return the labels of an alert about an agreement."""
    return {
        **promise.labels,
        **({names.STEP: promise.agreement.step} if promise.agreement.step else {}),
        names.OWNER: promise.agreement.owner,
        names.AlertLabel.SEVERITY: severity,
    }


def about_agreement(promise: Promised, summary: str) -> dict[str, str]:
    """Return the annotations of an alert about an agreement.

    Args:
        promise: The agreement.
        summary: What happened; may hold templates, see `title_of` for names in it.
    """
    return {
        AnnotationName.SUMMARY: f"{title_of(promise)}: {summary}",
        **(_budget_left(promise) if isinstance(promise, Promise) else {}),
        **_money(promise.service),
        **_places(promise.service, promise.agreement.origin),
        **_runbook(promise.agreement.alerting.runbook),
    }


def _budget_left(promise: Promise) -> dict[str, str]:
    left = promise.series(names.BUDGET_REMAINING, window=promise.window)
    return {
        AnnotationName.BUDGET_LEFT: (
            f"{{{{ with query {json.dumps(left)} }}}}"
            "{{ . | first | value | humanizePercentage }}{{ else }}not known yet{{ end }}"
        ),
    }


def _money(service: Service) -> dict[str, str]:
    """Return what of the service's business is at risk in an hour, by currency; never a loss."""
    if not any(expects(value) and value.at_risk for value in service.values):
        return {}
    at_risk = series(names.VALUE_AT_RISK, service=service.name)
    query = f"sum by ({names.CURRENCY}) ({at_risk}) * 60"
    each = (
        "{{ range $place, $sum := . }}{{ if $place }} and {{ end }}"
        f'{{{{ $sum | value | printf "%.2f" }}}} {{{{ $sum | label "{names.CURRENCY}" }}}}'
        "{{ end }}"
    )
    told = f"{{{{ with query {json.dumps(query)} }}}}{each} at risk"
    return {AnnotationName.MONEY_PER_HOUR: f"{told}{{{{ else }}}}not known{{{{ end }}}}"}


def about_service(service: Service, summary: str) -> dict[str, str]:
    """Return the annotations of an alert about a service as a whole."""
    return {
        AnnotationName.SUMMARY: f"{_literal(service.title)}: {summary}",
        **_money(service),
        **_places(service, service.origin),
    }


def title_of(promise: Promised) -> str:
    """Return service and agreement in business words, safe inside a template."""
    return f"{_literal(promise.service.title)}, {_literal(promise.agreement.title)}"


def _places(service: Service, origin: Origin) -> dict[str, str]:
    return {
        AnnotationName.BOARD: f"/d/{BoardUid.SERVICE}?var-service={quote(service.name)}",
        AnnotationName.DEFINITION: _literal(str(origin)),
    }


def _runbook(url: str) -> dict[str, str]:
    return {AnnotationName.RUNBOOK: _literal(url)} if url else {}


def _literal(text: str) -> str:
    """Return a text that the template engine shows as it is."""
    return text.replace("{{", '{{ "{{" }}')
