"""Only what differs is touched when a probe is given another plan."""

from __future__ import annotations

from dataclasses import replace

import plans
from shopping import CARD, JOURNEY

from truegreen_definitions.plan import Journey, Origin, Plan
from truegreen_definitions.plan.codec import LoadedPlan
from truegreen_synthetics.roster import changes
from truegreen_synthetics.selection import Assignment, reassign

LOOK = replace(JOURNEY, name="look", steps=JOURNEY.steps[:1], cleanup=())


def assigned(*journeys: Journey, card: str = CARD, plan: Plan = plans.PLAN) -> Assignment:
    """Return what a probe in fra has to do."""
    loaded = LoadedPlan(plan=replace(plan, journeys=journeys), digest="d", revision="r")
    return reassign(loaded, "fra", None, {"TEST_CARD": card})


def test_the_same_is_left_alone() -> None:
    """A moved line of a definition changes nothing, and neither does the order."""
    moved = replace(JOURNEY, origin=Origin(path="other.yaml", line=1))
    found = changes(assigned(JOURNEY, LOOK), assigned(LOOK, moved))
    assert (found.gone, found.changed, found.added) == ((), (), ())


def test_what_comes_goes_and_changes_is_told_apart() -> None:
    """Names that came, went, and mean something else."""
    faster = replace(JOURNEY, every_seconds=1)
    found = changes(assigned(JOURNEY, LOOK), assigned(faster, replace(LOOK, name="new")))
    assert found.gone == ("look",)
    assert [one.name for one in found.changed] == ["buy-something"]
    assert found.changed[0].every_seconds == 1
    assert [one.name for one in found.added] == ["new"]


def test_another_secret_or_mark_is_a_change_for_who_uses_it() -> None:
    """A rotated secret changes the journeys that send it; the synthetic mark changes all."""
    before = assigned(JOURNEY, LOOK)
    assert [one.name for one in changes(before, assigned(JOURNEY, LOOK, card="5")).changed] == [
        "buy-something"
    ]
    unmarked = replace(plans.PLAN, policy=replace(plans.POLICY, synthetic=None))
    assert len(changes(before, assigned(JOURNEY, LOOK, plan=unmarked)).changed) == 2


def test_a_location_without_journeys_has_nothing_to_do() -> None:
    """Unlike at the start, that is no fault: the plan may give it journeys again."""
    elsewhere = replace(JOURNEY, locations=("nyc",))
    assert assigned(elsewhere).journeys == ()
