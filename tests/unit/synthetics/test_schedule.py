"""Every slot has one ending, and lateness is charged to whoever caused it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_definitions.names import SlotValue
from truegreen_synthetics.schedule import Schedule, Slot, aligned, phase_of

EVERY, PATIENCE = 2.0, 4.0
SCHEDULE = Schedule(every=EVERY, first=100.0, wall_offset=1_000.0, patience=PATIENCE)


@dataclass
class Ledger:
    """Runs a schedule with a clock of its own and keeps every slot."""

    schedule: Schedule
    now: float = 99.5
    number: int = 0
    slots: list[Slot] = field(default_factory=list)

    def step(self, oversleeps: float, runs: float) -> Slot:
        """Wait for the next slot, oversleep, run it; return it."""
        turn, gone = self.schedule.following(self.number, self.now)
        self.slots += gone
        self.now = max(self.now, turn.intended) + oversleeps
        slot, slept = self.schedule.begin(turn, self.now)
        self.slots += [*slept, slot]
        self.number = slot.number + 1
        if slot.state is SlotValue.STARTED:
            self.now += runs
        return slot


DELAYS = st.floats(0, 30) | st.sampled_from([0.0, 0.0, 0.001, EVERY, PATIENCE, 3 * EVERY])


@given(
    history=st.lists(st.tuples(DELAYS, DELAYS), min_size=1, max_size=40),
    every=st.sampled_from([0.1, 0.7, 2.0, 30.0]),
    maintenance=st.booleans(),
)
def test_started_missed_and_windowed_are_all_that_was_scheduled(
    history: list[tuple[float, float]], every: float, *, maintenance: bool
) -> None:
    """Whatever the delays, the slots are 0, 1, 2 … without a gap or a repetition."""
    schedule = replace(SCHEDULE, every=every)
    if maintenance:
        schedule = replace(schedule, in_window=lambda wall: math.floor(wall / 7) % 2 == 0)
    ledger = Ledger(schedule)
    for oversleeps, runs in history:
        ledger.step(oversleeps, runs)
    assert [slot.number for slot in ledger.slots] == list(range(ledger.number))
    began = ledger.slots[-1]
    assert schedule.intended(began.number) <= ledger.now + 1e-9


@given(st.lists(DELAYS, min_size=1, max_size=40))
def test_a_punctual_prober_charges_all_lateness_to_the_target(runs: list[float]) -> None:
    """Without oversleeping, each slot is measured from its intended start or is an overrun."""
    ledger = Ledger(SCHEDULE)
    for seconds in runs:
        ledger.step(0.0, seconds)
    assert {slot.reason for slot in ledger.slots} <= {"", "overrun"}
    for slot in ledger.slots:
        assert slot.measured_from == pytest.approx(SCHEDULE.intended(slot.number))
        assert (slot.late_seconds > PATIENCE) == (slot.reason == "overrun")


@given(st.lists(DELAYS, min_size=1, max_size=40))
def test_a_quick_target_is_never_charged_for_a_late_prober(naps: list[float]) -> None:
    """When runs take no time, no slot is an overrun and none is measured before it began."""
    ledger = Ledger(SCHEDULE)
    for seconds in naps:
        slot = ledger.step(seconds, 0.0)
        if slot.measured_from != pytest.approx(ledger.now):
            # It was due while the nap before it lasted: it is charged one queueing at most.
            assert ledger.now - slot.measured_from <= EVERY
    assert {slot.reason for slot in ledger.slots} <= {"", "prober"}


def test_a_slow_run_makes_the_next_slot_late_from_its_intended_start() -> None:
    """After a run of 5 s in slots of 2 s, the next ones run at once, measured from their time."""
    ledger = Ledger(SCHEDULE)
    first = ledger.step(0.0, 5.0)
    second, third = ledger.step(0.0, 0.1), ledger.step(0.0, 0.1)
    fourth = ledger.step(0.0, 0.1)
    assert [slot.number for slot in (first, second, third, fourth)] == [0, 1, 2, 3]
    assert (second.measured_from, second.late_seconds) == (102.0, 3.0)
    assert third.measured_from == 104.0
    assert (fourth.measured_from, fourth.late_seconds) == (106.0, 0.0)


def test_slots_later_than_patience_are_overruns() -> None:
    """After a run of 9 s, slots later than 4 s are given up and the others run."""
    ledger = Ledger(SCHEDULE)
    ledger.step(0.0, 9.0)
    ledger.step(0.0, 0.0)
    assert [(s.number, s.state, s.reason, s.late_seconds) for s in ledger.slots[1:]] == [
        (1, SlotValue.MISSED, "overrun", 7.0),
        (2, SlotValue.MISSED, "overrun", 5.0),
        (3, SlotValue.STARTED, "", 3.0),
    ]


def test_slots_the_prober_slept_through_are_no_data() -> None:
    """A prober that wakes 5 s late has lost two slots and measures the third from now."""
    ledger = Ledger(SCHEDULE)
    slot = ledger.step(5.0, 0.0)
    assert [(s.number, s.reason) for s in ledger.slots] == [(0, "prober"), (1, "prober"), (2, "")]
    assert slot.measured_from == 105.0


def test_a_slot_in_maintenance_does_not_run() -> None:
    """It is windowed when its time comes, by the wall clock."""
    inside = replace(SCHEDULE, in_window=lambda wall: 1_102 <= wall < 1_104)
    ledger = Ledger(inside)
    states = [ledger.step(0.0, 0.1).state for _ in range(3)]
    assert states == [SlotValue.STARTED, SlotValue.WINDOWED, SlotValue.STARTED]


@given(
    st.floats(0.1, 86_400),
    st.text(max_size=8),
    st.floats(1e9, 3e9),
    st.floats(0, 1e6),
)
def test_the_first_slot_is_the_next_on_the_wall_clock(
    every: float, name: str, wall: float, monotonic: float
) -> None:
    """Slot 0 lies within one interval from now, at the journey's own place of the interval."""
    phase = phase_of(name, "fra", every)
    schedule = aligned(every=every, phase=phase, patience=1, wall=wall, monotonic=monotonic)
    ahead = schedule.first - monotonic
    assert -1e-5 <= ahead <= every + 1e-5
    turns = (wall + ahead - phase) / every
    assert turns == pytest.approx(round(turns), abs=1e-4)


def test_a_journeys_place_is_the_same_at_every_start() -> None:
    """The place depends on journey and location alone, and spreads over the interval."""
    assert phase_of("buy", "fra", 60) == phase_of("buy", "fra", 60)
    places = [phase_of(f"journey-{n}", "fra", 60) for n in range(200)]
    assert 0 <= min(places) < 6
    assert 54 < max(places) < 60
