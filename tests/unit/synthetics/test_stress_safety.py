"""Load goes nowhere that nobody named."""

from __future__ import annotations

from dataclasses import replace

import plans
import pytest
from shopping import JOURNEY

from truegreen_definitions.errors import UsageError
from truegreen_synthetics.stress_safety import aimed

READS = replace(JOURNEY, steps=JOURNEY.steps[:1], cleanup=())
FAR = replace(READS, target="https://shop.example")


def test_a_journey_that_writes_is_refused_unless_allowed() -> None:
    """The message names journey, step and flag."""
    with pytest.raises(UsageError, match=r"writes \(POST /cart\): add --allow-writes"):
        aimed(plans.PLAN, (JOURNEY,), None, writes=False, every_seconds=1)
    found = aimed(plans.PLAN, (JOURNEY,), None, writes=True, every_seconds=1)
    assert found.journeys[0].steps == JOURNEY.steps


def test_another_machine_has_to_be_named() -> None:
    """A target that is not this machine is written out by who means it."""
    with pytest.raises(UsageError, match=r"write --target https://shop\.example"):
        aimed(plans.PLAN, (FAR,), None, writes=False, every_seconds=1)
    found = aimed(plans.PLAN, (FAR,), "https://staging.example", writes=False, every_seconds=1)
    assert found.journeys[0].target == "https://staging.example"
    with pytest.raises(UsageError, match="--target"):
        aimed(plans.PLAN, (FAR,), "staging", writes=False, every_seconds=1)


def test_the_probe_beside_runs_often_enough() -> None:
    """Its slots are as long as asked for, but no longer than the journey's own."""
    for every, beside in ((30.0, 2.0), (1.0, 1.0)):
        one = replace(READS, every_seconds=every)
        found = aimed(plans.PLAN, (one,), None, writes=False, every_seconds=2)
        assert found.journeys[0].every_seconds == beside
