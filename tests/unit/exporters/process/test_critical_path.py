"""The critical path goes back from what was done last, and gives nobody what nobody has told."""

from __future__ import annotations

import pytest

from truegreen_exporters.process.critical_path import Element, Stay, Steps, critical_path

STEPS = Steps(
    tolerated={"take": 4, "pack": 10, "bill": 8, "ship": 12},
    before={"pack": ("take",), "bill": ("take",), "ship": ("pack", "bill")},
    passed=lambda _step, low, high: high - low,
)
LINE = Steps(
    tolerated={"ask": 1, "pay": 5, "send": 7, "bill": 9},
    before={"pay": ("ask",), "send": ("pay",), "bill": ("send",)},
    passed=lambda _step, low, high: high - low,
)


def stay(first: int | None, last: int | None, *, lost: bool = False) -> Stay:
    """Return what a step took that was worked on from one time to another."""
    took = 0 if lost or first is None else (last or 99) - first
    return Stay(first, last, took, last is None and not lost, lost)


def names(path: tuple[Element, ...]) -> list[tuple[str, int, int]]:
    """Return what is on a path: step, time, tolerated."""
    return [(one.step, one.took, one.tolerated) for one in path]


def test_only_the_branch_that_was_waited_for_counts() -> None:
    """Packing went on longer than billing, so shipping waited for packing alone."""
    stays = {"take": stay(0, 3), "pack": stay(3, 20), "bill": stay(3, 9), "ship": stay(20, 30)}
    assert names(critical_path(STEPS, stays)) == [
        ("take", 3, 4),
        ("pack", 17, 10),
        ("ship", 10, 12),
    ]


def test_an_open_step_is_the_one_that_is_waited_for() -> None:
    """Nothing came after both branches yet: the one that goes on is the last."""
    stays = {"take": stay(0, 3), "pack": stay(3, None), "bill": stay(3, 50)}
    assert names(critical_path(STEPS, stays)) == [("take", 3, 4), ("pack", 96, 10)]


def test_a_branch_that_was_not_taken_is_not_missed() -> None:
    """A join after one of its branches alone has lost nothing."""
    stays = {"take": stay(0, 3), "bill": stay(3, 9), "ship": stay(9, 30)}
    assert names(critical_path(STEPS, stays)) == [("take", 3, 4), ("bill", 6, 8), ("ship", 21, 12)]


def test_steps_without_a_trace_are_time_of_nobody() -> None:
    """Nobody comes to billing but by paying and sending: the gap is theirs, and so nobody's."""
    stays = {"ask": stay(0, 2), "bill": stay(30, 33)}
    assert names(critical_path(LINE, stays)) == [("ask", 2, 1), ("", 28, 12), ("bill", 3, 9)]


@pytest.mark.parametrize(
    ("lost", "took"),
    [
        (stay(None, 20, lost=True), 18),  # no beginning: since the step before was done
        (stay(5, None, lost=True), 25),  # no end: until the next one began
        (stay(9, 5, lost=True), 28),  # an end before the beginning: neither is believed
    ],
)
def test_missing_times_are_time_of_nobody(lost: Stay, took: int) -> None:
    """A visit that does not tell when it began or ended is not its step's."""
    stays = {"ask": stay(0, 2), "pay": lost, "send": stay(30, 31)}
    assert names(critical_path(LINE, stays)) == [("ask", 2, 1), ("", took, 5), ("send", 1, 7)]


def test_what_cannot_be_measured_takes_nothing() -> None:
    """The first step has no beginning: there is nothing before it to measure from."""
    stays = {"ask": stay(None, 2, lost=True), "pay": stay(2, 4)}
    assert names(critical_path(LINE, stays)) == [("", 0, 1), ("pay", 2, 5)]
