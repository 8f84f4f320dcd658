"""`plan.json`: what the exporter and the probe run on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.artifacts import Artifact, BuildInfo, Emitter
from truegreen_definitions.plan import codec

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan

__all__ = ["PLAN_JSON"]

PATH = "plan.json"


class _PlanJson:
    """Writes the plan; the only artefact that knows the revision."""

    name = "plan"

    def emit(self, plan: Plan, info: BuildInfo) -> tuple[Artifact, ...]:
        return (Artifact(path=PATH, text=codec.dumps(plan, info.revision)),)


PLAN_JSON: Emitter = _PlanJson()
