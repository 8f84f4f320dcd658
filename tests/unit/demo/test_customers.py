"""Customers come at their own rate, buy, and never wait for each other."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from shopping import ask, orders_in, running, shop

from truegreen_demo.customers import INSIDE_AT_MOST, arrive

if TYPE_CHECKING:
    from pathlib import Path


def test_customers_buy_and_leave_when_told(tmp_path: Path) -> None:
    """A crowd in a process of its own makes orders that are no robot's, and ends with code 0."""
    orders = tmp_path / "orders.jsonl"
    with shop(orders) as (url, _):
        module = (sys.executable, "-m", "truegreen_demo.customers")
        with running((*module, "--target", url, "--rate", "50")) as crowd:
            while not orders.exists() or orders.read_text().count('"paid"') < 5:
                with pytest.raises(subprocess.TimeoutExpired):
                    crowd.process.wait(0.05)
            assert crowd.end() == 0
            assert "bought, 0 left without, 0 turned away" in crowd.said[-1]
        assert ask(url, "GET", "/products")[0] == 200
    found = orders_in(orders).values()
    assert {order["synthetic"] for order in found} == {False}
    assert {order["channel"] for order in found} <= {"web", "app"}


def test_a_crowd_never_grows_beyond_the_room() -> None:
    """When nobody leaves, later customers are turned away at the door and counted."""
    stopping, inside, leave = threading.Event(), threading.Semaphore(0), threading.Event()
    most = 0

    def visit() -> bool:
        nonlocal most
        inside.release()
        most += 1
        if most >= INSIDE_AT_MOST:
            stopping.set()
        leave.wait(10)
        return True

    crowd = arrive(visit, 10_000, stopping, random.Random(1))
    leave.set()
    assert most == INSIDE_AT_MOST
    assert crowd.bought + crowd.left <= INSIDE_AT_MOST
