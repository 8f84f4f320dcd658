"""Namespaces for the ruler of Mimir or Cortex: `mimirtool rules sync` reads them.

By default the ruler takes 20 rules a group and 70 groups a tenant, so groups are cut into parts
of 20 (see `parts` for what that means); for more groups raise `ruler_max_rule_groups_per_tenant`.
A cut would part an agreement from the total it shares, so here each counts its own.

Source: Grafana Mimir documentation, "Mimirtool" and "Configuration parameters", limits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.artifacts import Artifact, BuildInfo, Emitter
from truegreen_definitions.emitters.forms.parts import parts_of
from truegreen_definitions.emitters.generated import with_head
from truegreen_definitions.emitters.rules import rule_groups
from truegreen_definitions.emitters.yaml_text import dumps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import Plan, Service

__all__ = ["MIMIR", "RULES_A_GROUP"]

RULES_A_GROUP = 20


class _Mimir:
    """Writes a file a service."""

    name = "mimir"

    def emit(self, plan: Plan, info: BuildInfo) -> Iterator[Artifact]:  # noqa: ARG002  an emitter's shape
        forms = plan.policy.forms
        form = forms.mimir if forms else None
        if form is None:
            return
        for service in plan.services:
            yield _namespace(plan, service, f"{form.prefix}-{service.name}")


MIMIR: Emitter = _Mimir()


def _namespace(plan: Plan, service: Service, name: str) -> Artifact:
    groups = rule_groups(plan, service, shared=False)
    parts = [part for group in groups for part in parts_of(group, RULES_A_GROUP)]
    body = dumps({"namespace": name, "groups": [part.to_yaml() for part in parts]})
    return Artifact(
        path=f"mimir/{service.name}.yml", text=with_head(body, made_from=service.origin.path)
    )
