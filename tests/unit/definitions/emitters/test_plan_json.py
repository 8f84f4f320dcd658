"""The plan as the exporter and the probe get it."""

from __future__ import annotations

import plans

from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.emitters.plan_json import PLAN_JSON
from truegreen_definitions.plan import codec


def test_it_holds_the_plan_and_the_revision() -> None:
    """What is read back is the plan that was written, at the commit that was told."""
    (artifact,) = PLAN_JSON.emit(plans.PLAN, BuildInfo(revision="4f2a9c1"))
    loaded = codec.loads(artifact.text)
    assert artifact.path == "plan.json"
    assert (loaded.plan, loaded.revision) == (plans.PLAN, "4f2a9c1")
