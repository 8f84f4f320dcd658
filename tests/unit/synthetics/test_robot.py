"""A robot on its schedule: slots, lateness and the freeze that hides from closed loops."""

from __future__ import annotations

import pytest
from robots import CART, GONE, PAID, PRODUCTS, Clock, Notes, Script, compiled

from truegreen_synthetics.robot import Robot
from truegreen_synthetics.schedule import Schedule

GOOD = [(0.1, PRODUCTS), (0.1, CART), (0.1, PAID), (0.1, GONE)]


def robot(clock: Clock, notes: Notes, script: list[Script], patience: float = 4.0) -> Robot:
    """Return a robot with a slot every second, from second 101 on."""
    schedule = Schedule(every=1.0, first=101.0, wall_offset=0.0, patience=patience)
    scripts = iter(script)
    return Robot(compiled(), schedule, lambda: next(scripts), notes, clock)


def test_a_robot_waits_for_its_slot_and_then_runs() -> None:
    """Nothing happens before a slot was chosen; then each act is one started slot."""
    clock, notes = Clock(), Notes()
    one = robot(clock, notes, [Script(clock, GOOD), Script(clock, GOOD)])
    one.act()
    assert notes.slots == []
    for number, wait in enumerate([1.0, 0.6]):
        assert one.seconds_to_wait() == pytest.approx(wait)
        clock.now += wait
        one.act()
        assert notes.slots[-1].number == number
    assert len(notes.steps) == 6


def test_a_frozen_target_is_felt_by_every_slot_of_the_freeze() -> None:
    """Slots that come due during a slow run are measured from their own time, or given up.

    A run that takes 3.5 s of its own in slots of 1 s delays the three behind it, which would
    look quick if they were measured from when they really began.
    """
    clock, notes = Clock(), Notes()
    slow = [(3.2, PRODUCTS), *GOOD[1:]]
    one = robot(clock, notes, [Script(clock, slow), *(Script(clock, GOOD) for _ in range(6))])
    for _ in range(5):
        clock.now += one.seconds_to_wait()
        one.act()
    browses = [step for step in notes.steps if step.step == "browse"]
    assert [s.intended_seconds for s in browses] == pytest.approx([3.2, 2.6, 2.0, 1.4, 0.8])
    assert [s.service_seconds for s in browses] == pytest.approx([3.2, 0.1, 0.1, 0.1, 0.1])
    assert [slot.number for slot in notes.slots] == [0, 1, 2, 3, 4]


def test_slots_nobody_would_wait_for_are_given_up() -> None:
    """With a patience of 2 s, a freeze of 5 s loses the oldest slots as overruns."""
    clock, notes = Clock(), Notes()
    slow = [(4.9, PRODUCTS), *GOOD[1:]]
    one = robot(clock, notes, [Script(clock, slow), Script(clock, GOOD)], patience=2.0)
    for _ in range(2):
        clock.now += one.seconds_to_wait()
        one.act()
    endings = [(slot.number, slot.state.value, slot.reason) for slot in notes.slots]
    assert endings == [
        (0, "started", ""),
        (1, "missed", "overrun"),
        (2, "missed", "overrun"),
        (3, "missed", "overrun"),
        (4, "started", ""),
    ]


@pytest.mark.parametrize(("run_seconds", "due"), [(0.3, 0), (2.5, 2), (3.9, 3)])
def test_a_robot_that_retires_accounts_for_every_slot_until_then(
    run_seconds: float, due: int
) -> None:
    """It ends after its present run; what was due meanwhile is missed by the prober, not run."""
    clock, notes = Clock(), Notes()
    one = robot(clock, notes, [Script(clock, [(run_seconds - 0.3, PRODUCTS), *GOOD[1:]])])
    clock.now += one.seconds_to_wait()
    connect, one._connect = one._connect, lambda: (one.retire(), connect())[1]
    one.act()
    assert not one.retired
    one.seconds_to_wait()
    assert one.retired
    one.act()
    states = [(slot.number, slot.state.value, slot.reason.value) for slot in notes.slots]
    assert states == [(0, "started", ""), *((n, "missed", "prober") for n in range(1, due + 1))]
    assert len(states) == int(clock.now - 101.0) + 1


def test_a_waiting_robot_retires_at_once() -> None:
    """Its next slot is not due, so it is not accounted for; a turn that was chosen is not run."""
    clock, notes = Clock(), Notes()
    one = robot(clock, notes, [])
    assert one.seconds_to_wait() == pytest.approx(1.0)
    assert one.retire()
    clock.now += 1.0
    one.act()
    assert notes.slots == []
