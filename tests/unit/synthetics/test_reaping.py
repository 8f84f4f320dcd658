"""Taking back is tried again, but not all of it, not at once and not for nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from robots import GONE, Clock, Script, answer, compiled
from shopping import JOURNEY

from truegreen_definitions.plan import Extraction, Request
from truegreen_synthetics import reaping
from truegreen_synthetics.compensation import Journal
from truegreen_synthetics.equipment import Equipment
from truegreen_synthetics.reaping import Patience, reap

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from truegreen_synthetics.journeys import CompiledJourney


def two_cleanups() -> CompiledJourney:
    """Return a journey that makes an order and a payment, both undone by the run."""
    browse, checkout, pay = JOURNEY.steps
    pay = replace(pay, extract=(Extraction(name="payment", path="$.id"),))
    undo = [
        replace(
            JOURNEY.cleanup[0],
            when=when,
            action=Request(method="DELETE", path=f"/{when}/${{run}}", json="", headers=()),
        )
        for when in ("order", "payment")
    ]
    return compiled(replace(JOURNEY, steps=(browse, checkout, pay), cleanup=tuple(undo)))


def test_what_was_taken_back_is_not_taken_back_again(tmp_path: Path) -> None:
    """One cleanup that fails is done again by itself, also by the next probe."""
    journey, path = two_cleanups(), tmp_path / "j"
    sent: list[str] = []
    equipment = Equipment(wall=lambda: 1e6)
    for found in ([GONE, answer({}, 500)], [answer({}, 500)], [GONE]):
        journal = Journal(path, lambda: 1_000.0, lambda _: None)
        if not sent:
            journal.intend("r1", journey.name, "fra")
            journal.left("r1")
        script = Script(Clock(), [(0.0, one) for one in found])
        left = reap(journal, {journey.name: journey}, lambda _, it=script: it, equipment)
        sent += [request.path for request, _ in script.sent]
        journal.close()
    assert sent == ["/order/r1", "/payment/r1", "/payment/r1", "/payment/r1"]
    assert left == {}


def test_what_cannot_be_taken_back_is_tried_less_and_less(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each failure doubles the pause, up to a bound; what is left is shown all the time."""
    monkeypatch.setattr(reaping, "MOST_AT_ONCE", 3)
    journey, clock = compiled(), Clock(0.0)
    journal = Journal(tmp_path / "j", lambda: 1_000.0, lambda _: None)
    for number in range(4):
        journal.intend(f"r{number}", journey.name, "fra")
        journal.left(f"r{number}")
    tried: list[float] = []

    def broken(_: object) -> Any:
        tried.append(clock.now)
        raise ValueError("no way")

    patience = Patience(clock)
    equipment = Equipment(clock=clock, wall=lambda: 1_000.0 + clock.now)
    for turn in range(4 * 3600 // 15):
        clock.now = 15.0 * turn
        left = reap(journal, {journey.name: journey}, broken, equipment, patience)
        assert left == {journey.name: [clock.now] * 4}
    assert tried[:6] == [0.0, 0.0, 0.0, 15.0, 15.0, 15.0]
    assert 4 * 8 <= len(tried) <= 4 * 18  # 960 rounds
    journal.close()
