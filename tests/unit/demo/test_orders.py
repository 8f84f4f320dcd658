"""The order book: what may happen to an order, and what the exporter reads of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_demo.orders import Conflict, OrderBook

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
AFTER = timedelta(seconds=3)


class Desk:
    """An order book with a clock that is moved by hand and a file in memory."""

    def __init__(self) -> None:
        self.now = START
        self.lines: list[dict[str, object]] = []
        self.book = OrderBook(self.write, lambda: self.now, AFTER)

    def write(self, line: str) -> None:
        """Keep a line of the file."""
        self.lines.append(json.loads(line))


def test_an_order_is_invoiced_some_time_after_payment() -> None:
    """The file has one line a change: open, paid at a time, invoiced the wait later."""
    desk = Desk()
    order = desk.book.open(Decimal("84.20"), "web", synthetic=False)
    desk.book.pay(order.id)
    desk.now += AFTER - timedelta(milliseconds=1)
    assert desk.book.invoice_due() == 0
    desk.now += timedelta(milliseconds=1)
    assert desk.book.invoice_due() == 1
    assert [line["state"] for line in desk.lines] == ["open", "paid", "invoiced"]
    assert desk.lines[-1] == {
        "id": order.id,
        "version": 3,
        "channel": "web",
        "amount": "84.20",
        "ordered_at": "2026-03-01T12:00:00.000+00:00",
        "invoiced_at": "2026-03-01T12:00:03.000+00:00",
        "synthetic": False,
        "state": "invoiced",
    }


def test_a_cancelled_order_is_never_invoiced() -> None:
    """A robot that undoes its order leaves nothing that becomes an invoice."""
    desk = Desk()
    order = desk.book.open(Decimal(1), "web", synthetic=True)
    desk.book.pay(order.id)
    desk.book.cancel(order.id)
    desk.now += 2 * AFTER
    assert desk.book.invoice_due() == 0
    assert desk.lines[-1]["state"] == "cancelled"
    assert desk.lines[-1]["synthetic"] is True


def test_what_does_not_go_with_the_state_is_refused() -> None:
    """A cancelled order cannot be paid, an invoiced one neither paid nor cancelled."""
    desk = Desk()
    gone = desk.book.open(Decimal(1), "web", synthetic=False)
    desk.book.cancel(gone.id)
    with pytest.raises(Conflict, match="cancelled"):
        desk.book.pay(gone.id)
    done = desk.book.open(Decimal(1), "web", synthetic=False)
    desk.book.pay(done.id)
    desk.now += AFTER
    desk.book.invoice_due()
    with pytest.raises(Conflict, match="invoiced"):
        desk.book.pay(done.id)
    with pytest.raises(Conflict, match="invoiced"):
        desk.book.cancel(done.id)


def test_a_change_that_cannot_be_written_does_not_happen() -> None:
    """When the file refuses a line, the order stays as it was."""
    desk = Desk()
    order = desk.book.open(Decimal(1), "web", synthetic=False)

    def full(_line: str) -> None:
        raise OSError("no space left")

    desk.book._append = full
    with pytest.raises(OSError, match="no space"):
        desk.book.cancel(order.id)
    assert desk.book.get(order.id).state == "open"


@given(st.lists(st.sampled_from(["pay", "cancel", "wait"]), max_size=8))
def test_versions_grow_by_one_and_no_line_repeats_a_state(actions: list[str]) -> None:
    """Whatever is asked in whatever order, each line is a real change with the next version."""
    desk = Desk()
    order = desk.book.open(Decimal("12.50"), "app", synthetic=False)
    for action in actions:
        try:
            if action == "wait":
                desk.now += AFTER
                desk.book.invoice_due()
            else:
                getattr(desk.book, action)(order.id)
        except Conflict:
            continue
    assert [line["version"] for line in desk.lines] == list(range(1, len(desk.lines) + 1))
    states = [line["state"] for line in desk.lines]
    assert len(states) == len(set(states))
    assert desk.book.get(order.id).state == states[-1]
