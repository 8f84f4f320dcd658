"""What a run may have made is taken back: after a crash, a lost answer and a hostile one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from robots import CART, GONE, PRODUCTS, Clock, Notes, Script, answer, compiled
from shopping import JOURNEY

from truegreen_definitions.names import PhaseValue
from truegreen_definitions.plan import Extraction, Request
from truegreen_synthetics.compensation import Journal
from truegreen_synthetics.equipment import Equipment
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.http.responses import Response
from truegreen_synthetics.reaping import reap
from truegreen_synthetics.runs import Run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from truegreen_synthetics.journeys import CompiledJourney

REFUSED = ExchangeError(Reason.REFUSED, "nobody there")
TIMEOUT = ExchangeError(Reason.TIMEOUT, "no answer within 4s")


class Crash(BaseException):
    """The process is killed: nothing of it runs any more."""


class Reaching(Script):
    """A script whose failures came at a stage, after an answer with a status or none."""

    stage, status = PhaseValue.FIRST_BYTE, 0

    def send(self, request: Any, timeout_seconds: float, exchange: Any) -> Any:
        """Let the exchange be at the stage when the answer comes."""
        exchange.stage, exchange.status = self.stage, self.status
        return super().send(request, timeout_seconds, exchange)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """Return a journal on the disk."""
    one = Journal(tmp_path / "j", lambda: 1_000.0, lambda _: None)
    yield one
    one.close()


def again(journal: Journal, tmp_path: Path) -> Journal:
    """Return what the next probe reads of a journal, as it is on the disk now."""
    copy = tmp_path / "copy"
    copy.write_bytes((tmp_path / "j").read_bytes())
    return Journal(copy, lambda: 1_000.0, lambda _: None)


def ran(journey: CompiledJourney, script: Script, journal: Journal) -> Notes:
    """Run a journey once; a crash ends it without a word."""
    notes, clock = Notes(), Clock()
    equipment = Equipment(clock=clock, wall=lambda: 1_000.0, ledger=journal, location="fra")
    Run(journey, script, notes, clock, equipment=equipment).go(clock())
    return notes


def reaped(journey: CompiledJourney, journal: Journal, *answers: Any, at: float = 1e6) -> Any:
    """Return (what was sent, what is left) of taking back what is open."""
    script = Script(Clock(), [(0.0, one) for one in answers])
    script.close = lambda: None  # type: ignore[method-assign]  each intent has it in turn
    equipment = Equipment(wall=lambda: at)
    left = reap(journal, {journey.name: journey}, lambda _: script, equipment)
    return [f"{one.method} {one.path}" for one, _ in script.sent], left


def paying(*, by: str) -> CompiledJourney:
    """Return a journey whose payment is taken back too, by a variable."""
    browse, checkout, pay = JOURNEY.steps
    pay = replace(pay, extract=(Extraction(name="payment", path="$.id"),))
    refund = Request(method="DELETE", path=f"/payments/${{{by}}}", json="", headers=())
    cleanup = (*JOURNEY.cleanup, replace(JOURNEY.cleanup[0], when="payment", action=refund))
    return compiled(replace(JOURNEY, steps=(browse, checkout, pay), cleanup=cleanup))


def test_a_payment_that_was_never_answered_is_taken_back(journal: Journal) -> None:
    """That the order was answered does not mean that the payment was: it is asked about again."""
    journey = paying(by="run")
    timeout = (0.1, TIMEOUT)
    script = Reaching(Clock(), [(0.1, PRODUCTS), (0.1, CART), timeout, (0.1, GONE), timeout])
    ran(journey, script, journal)
    (intent,) = journal.open()
    sent, left = reaped(journey, journal, GONE)
    assert sent == [f"DELETE /payments/{intent.run}"]  # the order's cleanup went well in the run
    assert left == {}
    assert journal.open() == ()


def test_an_answer_that_is_lost_for_good_stays_open(journal: Journal) -> None:
    """A payment of which no number is known is named as left, however often it is tried."""
    journey = paying(by="payment")
    script = Reaching(Clock(), [(0.1, PRODUCTS), (0.1, CART), (0.1, TIMEOUT), (0.1, GONE)])
    ran(journey, script, journal)
    for _ in range(2):
        assert reaped(journey, journal, GONE)[1].keys() == {journey.name}
    assert len(journal.open()) == 1


@pytest.mark.parametrize(("killed_at", "payments"), [("checkout", 0), ("pay", 1)])
def test_a_crash_takes_back_what_was_asked_for_and_no_more(
    journal: Journal, tmp_path: Path, killed_at: str, payments: int
) -> None:
    """Killed within a step, the next probe undoes that step and those before it, no later one."""
    journey = paying(by="run")
    disk: dict[str, bytes] = {}

    class Watched(Reaching):
        def send(self, request: Any, timeout_seconds: float, exchange: Any) -> Any:
            place = "pay" if request.path.endswith("/pay") else "checkout"
            if request.method == "POST":
                disk[place] = (tmp_path / "j").read_bytes()
            return super().send(request, timeout_seconds, exchange)

    paid = answer({"id": 7})
    answers = [(0.1, one) for one in (PRODUCTS, CART, paid, GONE, GONE)]
    ran(journey, Watched(Clock(), answers), journal)
    (tmp_path / "j2").write_bytes(disk[killed_at])
    found = Journal(tmp_path / "j2", lambda: 1_000.0, lambda _: None)
    sent, _ = reaped(journey, found, GONE, GONE)
    found.close()
    assert sum("/payments/" in one for one in sent) == payments


def test_what_a_cleanup_needs_is_noted_before_anything_is_made(
    journal: Journal, tmp_path: Path
) -> None:
    """Killed before the answer, the next probe has the value of an earlier step; no secret is."""
    undo = Request(method="DELETE", path="/mine/${run}?of=${sku}", json="", headers=())
    journey = compiled(
        replace(JOURNEY, cleanup=(replace(JOURNEY.cleanup[0], action=undo),)),
    )
    ran(journey, Reaching(Clock(), [(0.1, PRODUCTS), (0.1, TIMEOUT), (0.1, TIMEOUT)]), journal)
    found = again(journal, tmp_path)
    sent, left = reaped(journey, found, GONE)
    (intent,) = journal.open()
    found.close()
    assert (sent, left) == ([f"DELETE /mine/{intent.run}?of=mug-12"], {})


@pytest.mark.parametrize(
    ("stage", "status", "left"),
    [(PhaseValue.CONNECT, 0, 0), (PhaseValue.CONNECT, 303, 1), (PhaseValue.BODY, 0, 1)],
)
def test_an_order_that_led_on_to_nobody_may_be_made(
    journal: Journal, stage: PhaseValue, status: int, left: int
) -> None:
    """Refused at the first request nothing was made; behind a redirect it may have been."""
    script = Reaching(Clock(), [(0.1, PRODUCTS), (0.1, REFUSED)])
    script.stage, script.status = stage, status
    ran(compiled(), script, journal)
    assert len(journal.open()) == left


@pytest.mark.parametrize("number", [rb'"\ud800"', b"1e999", b'["W-1"]', b'"W-1"'])
def test_no_answer_of_a_target_stops_the_taking_back(
    journal: Journal, tmp_path: Path, number: bytes
) -> None:
    """A number that fits nowhere is a cleanup that failed: the run is over and others go on."""
    clock = Clock()
    made = Response(201, {}, b'{"order_id": %s, "total": 1}' % number)
    script = Script(clock, [(0.1, PRODUCTS), (0.1, made), (0.1, TIMEOUT), (0.1, REFUSED)])
    notes = ran(compiled(), script, journal)
    assert [one.failed for one in notes.cleanups] == [True]
    assert script.closed
    ran(compiled(), Reaching(Clock(), [(0.1, PRODUCTS), (0.1, TIMEOUT)]), journal)
    assert len(journal.open()) == 2  # neither is under way
    found = again(journal, tmp_path)
    left = reaped(compiled(), found, REFUSED, REFUSED)[1]
    found.close()
    assert len(left[JOURNEY.name]) == 2


def test_a_connection_that_cannot_be_opened_hinders_no_other_intent(journal: Journal) -> None:
    """What goes wrong with one intent is its own detail."""
    journal.intend("r1", "buy", "fra")
    journal.left("r1")

    def broken(_: object) -> Any:
        raise ValueError("no proxy")

    left = reap(journal, {"buy": compiled()}, broken, Equipment(wall=lambda: 1_005.0))
    assert left == {"buy": [5.0]}
