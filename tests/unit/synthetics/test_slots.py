"""Every slot is accounted for: budgets, restarts, windows, cron and stepped clocks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st
from robots import CART, GONE, PAID, PRODUCTS, Clock, Notes, Script, answer, compiled
from shopping import JOURNEY

from truegreen_definitions import names
from truegreen_definitions.errors import InvariantError
from truegreen_definitions.names import ConfirmationValue, SlotReasonValue, SlotValue
from truegreen_definitions.plan import DataRows
from truegreen_synthetics.compensation import Journal
from truegreen_synthetics.equipment import Equipment
from truegreen_synthetics.logs import LoggingObserver
from truegreen_synthetics.metrics import ProbeMetrics
from truegreen_synthetics.robot import Robot
from truegreen_synthetics.schedule import aligned, by_cron
from truegreen_telemetry.samples import SampleStore

if TYPE_CHECKING:
    from pathlib import Path

GOOD = [(0.1, PRODUCTS), (0.1, CART), (0.1, PAID), (0.1, GONE)]
BAD = [(0.1, answer({}, 503))]
MIDNIGHT = 20_000 * 86_400.0


def scripts(clock: Clock, *runs: list[Any]) -> Any:
    """Return what gives a scripted connection for each run; after the last, good ones."""
    left = iter(runs)
    return lambda: Script(clock, next(left, GOOD))


def robot(clock: Clock, notes: Any, connect: Any, **more: Any) -> Robot:
    """Return a robot with a slot every 10 seconds, whose wall clock is far ahead of the other."""
    journey = more.pop("journey", JOURNEY)
    schedule = more.pop("schedule", None) or aligned(
        every=10, phase=3, patience=4, wall=MIDNIGHT + clock.now, monotonic=clock.now
    )
    return Robot(compiled(journey), schedule, connect, notes, clock, **more)


def walk(one: Robot, clock: Clock, count: int) -> None:
    """Let a robot run so many turns."""
    for _ in range(count):
        clock.now += one.seconds_to_wait()
        one.act()


def endings(notes: Notes) -> Counter[tuple[str, str]]:
    """Return how many slots ended how."""
    return Counter((slot.state.value, slot.reason.value) for slot in notes.slots)


def equipped(journal: Journal, clock: Clock) -> Equipment:
    """Return equipment with a journal and a wall clock that goes with the other."""
    return Equipment(clock=clock, wall=lambda: MIDNIGHT + clock.now, ledger=journal)


def test_a_write_budget_is_enforced_before_anything_is_sent(tmp_path: Path) -> None:
    """After as many creating runs as a day may have, slots are missed until the day is over."""
    clock, notes = Clock(10), Notes()
    journal = Journal(tmp_path / "j", lambda: MIDNIGHT + clock.now)
    sent: list[Script] = []

    def connect() -> Script:
        sent.append(Script(clock, GOOD))
        return sent[-1]

    journey = replace(JOURNEY, writes_per_day=3)
    one = robot(clock, notes, connect, journey=journey, equipment=equipped(journal, clock))
    walk(one, clock, 5)
    assert len(sent) == 3
    assert endings(notes) == {("started", ""): 3, ("missed", "write_budget"): 2}
    clock.now += 86_400
    walk(one, clock, 1)
    assert len(sent) == 4
    journal.close()


def test_slots_of_a_dead_probe_are_missed_for_the_restart(tmp_path: Path) -> None:
    """Killed and started again after a minute, the probe accounts for every slot in between."""
    clock, notes = Clock(10), Notes()
    path = tmp_path / "j"
    journal = Journal(path, lambda: MIDNIGHT + clock.now)
    walk(robot(clock, notes, scripts(clock), equipment=equipped(journal, clock)), clock, 3)
    journal.close()  # as the kernel does for a process that was killed
    last = notes.slots[-1]
    clock.now += 63
    journal = Journal(path, lambda: MIDNIGHT + clock.now)
    since = journal.until(JOURNEY.name)
    assert since == MIDNIGHT + 33
    notes.slots.clear()
    again = robot(clock, notes, scripts(clock), equipment=equipped(journal, clock), since=since)
    walk(again, clock, 2)
    assert last.number == 2
    assert endings(notes) == {("missed", "restart"): 6, ("started", ""): 2}
    # 03, 13, 23 ran before, 33 .. 83 were slept through, 103 and 113 ran: none is missing.
    assert [slot.number for slot in notes.slots] == [-6, -5, -4, -3, -2, -1, 0, 1]
    journal.close()


@given(
    waits=st.lists(st.floats(0, 60), min_size=1, max_size=12),
    slow=st.lists(st.floats(0, 30), min_size=1, max_size=12),
    steps=st.lists(st.floats(-7200, 7200), min_size=1, max_size=12),
)
@settings(max_examples=60)
def test_whatever_happens_to_clocks_every_slot_has_one_ending(
    waits: list[float], slow: list[float], steps: list[float]
) -> None:
    """The prober sleeps, the target is slow, the wall clock is stepped: the numbers still add up.

    The exported invariant holds: started, missed and windowed together are those scheduled.
    """
    clock, notes, wall = Clock(10), Notes(), {"offset": MIDNIGHT}
    store = SampleStore()
    journey = compiled()
    metrics = ProbeMetrics(store, "fra", (journey,))
    runs = [[(seconds, PRODUCTS), *GOOD[1:]] for seconds in slow]
    equipment = Equipment(clock=clock, wall=lambda: wall["offset"] + clock.now)

    class Both(Notes):
        def slot(self, journey: Any, slot: Any) -> None:
            super().slot(journey, slot)
            metrics.slot(journey, slot)

    notes = Both()
    one = robot(clock, notes, scripts(clock, *runs), equipment=equipment)
    for wait, step in zip(waits, steps, strict=False):
        clock.now += one.seconds_to_wait() + wait
        wall["offset"] += step
        one.act()
    one.retire()
    numbers = [slot.number for slot in notes.slots]
    assert numbers == list(range(len(numbers)))
    due = sum(1 for number in range(10_000) if 13 + 10 * number <= clock.now)
    assert len(numbers) == due
    counted = {family.metric.name: family for family in store.snapshot().families}
    ended = sum(float(value) for value in counted[names.JOURNEY_SLOTS.name].values)
    assert counted[names.SCHEDULED_SLOTS.name].values == (ended,) == (due,)


def test_slots_inside_a_window_are_windowed() -> None:
    """A slot whose intended start lies in maintenance is neither run nor missed."""
    clock, notes = Clock(10), Notes()
    schedule = aligned(
        every=10,
        phase=3,
        patience=4,
        wall=MIDNIGHT + clock.now,
        monotonic=clock.now,
        in_window=lambda wall: 20 <= wall - MIDNIGHT < 45,
    )
    walk(robot(clock, notes, scripts(clock), schedule=schedule), clock, 5)
    assert [slot.state for slot in notes.slots] == [
        SlotValue.STARTED,
        *([SlotValue.WINDOWED] * 3),
        SlotValue.STARTED,
    ]
    assert len(notes.steps) == 6


def test_a_failed_run_is_done_again_only_to_confirm() -> None:
    """Attempt 1 is the sample; what follows says whether the fault lasts, and is no sample."""
    clock, notes = Clock(10), Notes()
    journey = replace(JOURNEY, confirm=2)
    one = robot(clock, notes, scripts(clock, BAD, BAD, GOOD, BAD, BAD, BAD), journey=journey)
    walk(one, clock, 2)
    assert [(step.step, step.outcome.value) for step in notes.steps] == [("browse", "failed")] * 2
    assert notes.confirmations == [ConfirmationValue.PASSED, ConfirmationValue.CONFIRMED]
    assert endings(notes) == {("started", ""): 2}


def test_rows_come_in_turn_and_are_the_same_after_a_restart() -> None:
    """A slot's row follows from its number among all slots, not from when the probe started."""

    def skus(start: float) -> dict[float, str]:
        clock, notes = Clock(start), Notes()
        sent: list[Script] = []

        def connect() -> Script:
            sent.append(Script(clock, GOOD))
            return sent[-1]

        first = replace(JOURNEY.steps[0], action=replace(JOURNEY.steps[0].action, path="/${row}"))
        rows = DataRows(columns=("row",), rows=(("a",), ("b",), ("c",)), csv="")
        journey = replace(JOURNEY, steps=(first, *JOURNEY.steps[1:]), data=rows)
        one = robot(clock, notes, connect, journey=journey)
        walk(one, clock, 6)
        return {
            13 + 10 * (i + (start - 10) // 10): script.sent[0][0].path
            for i, script in enumerate(sent)
        }

    early, late = skus(10), skus(40)
    assert list(early.values())[:3] != list(late.values())[:2]
    assert set(early.values()) == {"/a", "/b", "/c"}
    assert all(early[at] == late[at] for at in early.keys() & late.keys())


def local(schedule: Any, zone: str, count: int) -> list[str]:
    """Return the intended starts of slots by the clock on the wall, with their offset."""
    return [
        datetime.fromtimestamp(schedule.wall(number), ZoneInfo(zone)).strftime("%d %H:%M:%S%z")
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("expression", "start", "expected"),
    [
        (
            "30 2 * * *",  # left out on the 29th: made up for right after the gap
            datetime(2026, 3, 28, 0, 0, tzinfo=UTC),
            ["28 02:30:07+0100", "29 03:00:07+0200", "30 02:30:07+0200"],
        ),
        (
            "30 2 * * *",  # twice on the 25th: taken once
            datetime(2026, 10, 24, 12, 0, tzinfo=UTC),
            ["25 02:30:07+0200", "26 02:30:07+0100", "27 02:30:07+0100"],
        ),
        (
            "0 * * * *",  # every hour that passes
            datetime(2026, 10, 24, 23, 30, tzinfo=UTC),
            ["25 02:00:07+0200", "25 02:00:07+0100", "25 03:00:07+0100"],
        ),
        (
            "0 9 * * mon",
            datetime(2026, 3, 27, 12, 0, tzinfo=UTC),
            ["30 09:00:07+0200", "06 09:00:07+0200", "13 09:00:07+0200"],
        ),
    ],
)
def test_cron_goes_by_the_clock_on_the_wall(
    expression: str, start: datetime, expected: list[str]
) -> None:
    """Slots stand at their time of day on both sides of a change of clocks, each once."""
    schedule = by_cron(
        expression,
        "Europe/Berlin",
        every=86_400,
        phase=7,
        patience=4,
        wall=start.timestamp(),
        monotonic=500.0,
    )
    assert local(schedule, "Europe/Berlin", 3) == expected


def test_a_stepped_wall_clock_moves_no_slot_of_cron() -> None:
    """Aligned once, slots of cron are monotonic times too, in order and without a gap."""
    start = datetime(2026, 6, 1, tzinfo=UTC).timestamp()
    schedule = by_cron(
        "*/5 * * * *", "UTC", every=300, phase=0, patience=4, wall=start, monotonic=50.0
    )
    assert [schedule.intended(number) for number in range(4)] == [350, 650, 950, 1250]


def test_endings_have_a_reason_when_missed() -> None:
    """The reasons of the contract are those that slots can have."""
    assert {reason.value for reason in SlotReasonValue} == {
        *("", "overrun", "prober", "write_budget", "restart"),
    }


def windowed(clock: Clock, begin: float, end: float) -> Any:
    """Return a schedule of 10 s with maintenance between two moments."""
    return aligned(
        every=10,
        phase=3,
        patience=4,
        wall=MIDNIGHT + clock.now,
        monotonic=clock.now,
        in_window=lambda wall: begin <= wall - MIDNIGHT < end,
    )


def test_maintenance_is_nobodys_fault_whatever_else_happens() -> None:
    """Slots in a window are windowed also behind a slow run, a dead probe, a nap and a retiring."""
    clock, notes = Clock(10), Notes()
    slow = [(45.0, PRODUCTS), *GOOD[1:]]
    one = robot(clock, notes, scripts(clock, slow), schedule=windowed(clock, 20, 45))
    walk(one, clock, 2)  # 13 runs until 58: 23, 33 and 43 are windowed, 53 is an overrun
    assert endings(notes) == {("started", ""): 2, ("windowed", ""): 3, ("missed", "overrun"): 1}
    clock, notes = Clock(100), Notes()
    schedule = windowed(clock, 60, 85)
    since = MIDNIGHT + 33
    walk(robot(clock, notes, scripts(clock), schedule=schedule, since=since), clock, 1)
    assert endings(notes) == {("missed", "restart"): 3, ("windowed", ""): 3, ("started", ""): 1}
    for retires in (False, True):
        clock, notes = Clock(10), Notes()
        one = robot(clock, notes, scripts(clock), schedule=windowed(clock, 20, 45))
        walk(one, clock, 1)
        one.seconds_to_wait()
        clock.now = 54
        one.retire() if retires else one.act()
        assert endings(notes)["windowed", ""] == 3


def test_doing_a_run_again_costs_no_slot_its_customers() -> None:
    """Slots due during reruns are the prober's; one due before is not measured longer by them."""
    clock, notes = Clock(10), Notes()
    journey = replace(JOURNEY, confirm=1)
    slow = [(15.0, answer({}, 503))]  # 13 fails at 28, is done again until 43: 33 and 43 are ours
    one = Robot(
        *(compiled(journey), replace(windowed(clock, 0, 0), patience=6)),
        *(scripts(clock, slow, slow), notes, clock),
    )
    walk(one, clock, 3)
    assert [(slot.number, slot.state.value, slot.reason.value) for slot in notes.slots] == [
        (0, "started", ""),
        (1, "started", ""),
        (2, "missed", "prober"),
        (3, "missed", "prober"),
        (4, "started", ""),
    ]
    browses = [step.intended_seconds for step in notes.steps if step.step == "browse"]
    assert browses == pytest.approx([15.0, 5.1, 0.1])  # 23 was five seconds late for the target


def test_slots_of_a_dead_probe_are_said_once() -> None:
    """Of many slots that came due while no probe ran the log has one line with their number."""
    clock, notes = Clock(10_000), Notes()
    with structlog.testing.capture_logs() as said:
        observer = LoggingObserver(notes)
        walk(robot(clock, observer, scripts(clock), since=MIDNIGHT - 7), clock, 1)
    assert endings(notes)["missed", "restart"] == 1000
    assert [(one["event"], one["slots"]) for one in said] == [("slots_missed", 1000)]


def test_only_a_probe_that_starts_has_slots_behind_it() -> None:
    """A robot told since when nobody walked counts those slots; one of a reload has none."""
    for ago, missed in ((None, 0), (300, 30)):
        clock, notes = Clock(), Notes()
        since = None if ago is None else MIDNIGHT + clock.now - ago
        robot(clock, notes, scripts(clock), since=since).seconds_to_wait()
        restarts = [one for one in notes.slots if one.reason is SlotReasonValue.RESTART]
        assert missed - 1 <= len(restarts) <= missed


def test_slots_of_cron_go_on_after_a_restart_and_are_forgotten() -> None:
    """Rows do not begin anew with the probe; a year of slots is not kept in memory."""
    start = datetime(2026, 6, 1, tzinfo=UTC).timestamp()
    made = [
        by_cron("*/5 * * * *", "UTC", every=300, phase=0, patience=4, wall=wall, monotonic=50.0)
        for wall in (start, start + 3600)
    ]
    assert [one.ordinal for one in made] == [int(start // 300) + 1, int(start // 300) + 13]
    last = 20_000
    assert made[0].intended(last) == 350 + 300 * last
    assert made[0].intended(last - 100) == 350 + 300 * (last - 100)
    with pytest.raises(InvariantError, match="slot 3 was"):
        made[0].intended(3)
