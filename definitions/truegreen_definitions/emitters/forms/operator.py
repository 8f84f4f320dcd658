"""PrometheusRule objects for the Prometheus Operator, one or more a service.

The operator puts every object into a ConfigMap as one file, and refuses a file above half of a
ConfigMap's mebibyte; so an object that would grow beyond that is cut between groups. Groups of
one agreement do not depend on being in one object: Prometheus evaluates groups side by side.

Source: Prometheus Operator, API reference, PrometheusRule; Kubernetes, "Object Names and IDs".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.artifacts import Artifact, BuildInfo, Emitter
from truegreen_definitions.emitters.generated import with_head
from truegreen_definitions.emitters.rules import rule_groups
from truegreen_definitions.emitters.yaml_text import Value, dumps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from truegreen_definitions.emitters.rules.rule import Group
    from truegreen_definitions.plan import OperatorForm, Plan, Service

__all__ = ["OPERATOR", "SIZE_LIMIT"]

SIZE_LIMIT = 400_000  # bytes of an object's rules; the operator refuses 524,288
_OURS = {"app.kubernetes.io/managed-by": "truegreen"}


class _Operator:
    """Writes the objects."""

    name = "prometheus_operator"

    def emit(self, plan: Plan, info: BuildInfo) -> Iterator[Artifact]:  # noqa: ARG002  an emitter's shape
        forms = plan.policy.forms
        form = forms.operator if forms else None
        if form is None:
            return
        for service in plan.services:
            yield from _objects(form, service, rule_groups(plan, service))


OPERATOR: Emitter = _Operator()


def _objects(form: OperatorForm, service: Service, groups: tuple[Group, ...]) -> Iterator[Artifact]:
    for number, part in enumerate(_cut(groups), start=1):
        suffix = f"-{number}" if number > 1 else ""
        body = dumps(_object(form, f"truegreen-{service.name}{suffix}", service, part))
        yield Artifact(
            path=f"kubernetes/{service.name}{suffix}.yml",
            text=with_head(body, made_from=service.origin.path),
        )


def _object(
    form: OperatorForm, name: str, service: Service, groups: Iterable[Group]
) -> dict[str, Value]:
    namespace: dict[str, Value] = {"namespace": form.namespace} if form.namespace else {}
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {
            "name": name,
            **namespace,
            "labels": {**_OURS, **dict(form.labels)},
            "annotations": {"truegreen/definition": str(service.origin)},
        },
        "spec": {"groups": [group.to_yaml() for group in groups]},
    }


def _cut(groups: tuple[Group, ...]) -> Iterator[tuple[Group, ...]]:
    """Yield groups, in order, as many together as fit."""
    part: list[Group] = []
    size = 0
    for group in groups:
        of_group = len(dumps([group.to_yaml()]).encode())
        if part and size + of_group > SIZE_LIMIT:
            yield tuple(part)
            part, size = [], 0
        part.append(group)
        size += of_group
    yield tuple(part)
