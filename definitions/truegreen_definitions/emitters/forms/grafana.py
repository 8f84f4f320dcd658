"""Grafana-managed alerts as provisioning files, for companies whose pages go through Grafana.

Each alert asks the recorded series for exactly what the plain rule asks, takes the last value,
and fires while there is one: a rule of Prometheus yields nothing while all is well, whatever
its value is when it is not. So no data is OK, and an error of the data source is an error.

The recordings stay with Prometheus (or Mimir): these are the alerts alone. Alertmanager's
inhibition does not apply to them. Escalations are left out: they ask `ALERTS`, and Grafana writes
no such series of its own alerts. Escalate in a contact point that can, or use another form.

Source: Grafana documentation, "Use configuration files to provision alerting resources".
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.artifacts import Artifact, BuildInfo, Emitter
from truegreen_definitions.emitters.forms.templates import in_grafana
from truegreen_definitions.emitters.generated import with_head
from truegreen_definitions.emitters.rules import rule_groups
from truegreen_definitions.emitters.rules.rule import Alert
from truegreen_definitions.emitters.yaml_text import Commented, Value, dumps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rules.rule import Group
    from truegreen_definitions.plan import GrafanaForm, Plan, Service

__all__ = ["GRAFANA"]

ASKED, LAST, THERE, FIRES = "A", "B", "C", "D"
EXPRESSIONS = "__expr__"  # the uid of Grafana's own expressions
TICK_SECONDS = 10  # Grafana evaluates at multiples of it
LOOK_BACK_SECONDS = 600
TITLE_LENGTH = 190


class _Grafana:
    """Writes a file a service."""

    name = "grafana_alerts"

    def emit(self, plan: Plan, info: BuildInfo) -> Iterator[Artifact]:  # noqa: ARG002  an emitter's shape
        forms = plan.policy.forms
        form = forms.grafana if forms else None
        if form is None:
            return
        for service in plan.services:
            yield _file(form, service, rule_groups(plan, service))


GRAFANA: Emitter = _Grafana()


def _file(form: GrafanaForm, service: Service, groups: tuple[Group, ...]) -> Artifact:
    found = [_group(form, group) for group in groups if _alerts(group)]
    body = dumps({"apiVersion": 1, "groups": found})
    return Artifact(
        path=f"grafana/alerting/{service.name}.yml",
        text=with_head(body, made_from=service.origin.path),
    )


def _alerts(group: Group) -> list[Alert]:
    """Return the alerts of a group, but for those that wait for series only Prometheus writes."""
    return [
        rule
        for rule in group.rules
        if isinstance(rule, Alert) and rule.name is not names.AlertName.ESCALATED
    ]


def _group(form: GrafanaForm, group: Group) -> Value:
    ticks = max(1, -(-group.interval_seconds // TICK_SECONDS))
    body: dict[str, Value] = {
        "orgId": 1,
        "name": group.name,
        "folder": form.folder,
        "interval": f"{ticks * TICK_SECONDS}s",
        "rules": [_rule(form, alert) for alert in _alerts(group)],
    }
    return Commented(body, group.comment)


def _rule(form: GrafanaForm, alert: Alert) -> Value:
    told = " ".join(f"{name}={text}" for name, text in sorted(alert.labels.items()))
    identity = f"{alert.name} {told}"
    return {
        "uid": f"xla-{hashlib.sha256(identity.encode()).hexdigest()[:32]}",
        "title": _title(alert),
        "condition": FIRES,
        "data": [
            _asked(form, alert.expr),
            _expression(LAST, {"type": "reduce", "expression": ASKED, "reducer": "last"}),
            _expression(THERE, {"type": "math", "expression": f"is_number(${LAST})"}),
            _expression(FIRES, _threshold()),
        ],
        "noDataState": "OK",
        "execErrState": "Error",
        "for": alert.pending or "0s",
        "labels": in_grafana(alert.labels, LAST),
        "annotations": in_grafana(alert.annotations, LAST),
        "isPaused": False,
    }


def _title(alert: Alert) -> str:
    """Return a title that no other alert of the folder has."""
    about = "/".join(
        alert.labels[name] for name in (names.SERVICE, names.AGREEMENT) if name in alert.labels
    )
    said = {names.SERVICE, names.AGREEMENT, names.KIND, names.OWNER}
    rest = " ".join(text for name, text in sorted(alert.labels.items()) if name not in said)
    return f"{alert.name} {about} {rest}"[:TITLE_LENGTH]


def _asked(form: GrafanaForm, expr: str) -> Value:
    source: dict[str, Value] = {"type": "prometheus", "uid": form.datasource}
    return {
        "refId": ASKED,
        "relativeTimeRange": {"from": LOOK_BACK_SECONDS, "to": 0},
        "datasourceUid": form.datasource,
        "model": {
            "refId": ASKED,
            "datasource": source,
            "expr": expr,
            "instant": True,
            "range": False,
        },
    }


def _threshold() -> dict[str, Value]:
    return {
        "type": "threshold",
        "expression": THERE,
        "conditions": [{"evaluator": {"type": "gt", "params": [0]}}],
    }


def _expression(ref: str, model: dict[str, Value]) -> Value:
    source: dict[str, Value] = {"type": EXPRESSIONS, "uid": EXPRESSIONS}
    return {
        "refId": ref,
        "relativeTimeRange": {"from": 0, "to": 0},
        "datasourceUid": EXPRESSIONS,
        "model": {"refId": ref, "datasource": source, **model},
    }
