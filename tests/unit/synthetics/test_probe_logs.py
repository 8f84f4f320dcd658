"""What the probe says while it runs."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
import structlog
from robots import CART, GONE, PRODUCTS, Clock, Notes, Script, answer, compiled

from truegreen_definitions.logs import configure_logs
from truegreen_definitions.names import SlotValue
from truegreen_synthetics.logs import LoggingObserver
from truegreen_synthetics.runs import Run
from truegreen_synthetics.schedule import Slot

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Where the events go; structlog is as it was afterwards."""
    before = structlog.get_config()
    stream = io.StringIO()
    configure_logs(stream)
    structlog.configure(cache_logger_on_first_use=False)
    yield stream
    structlog.configure(**before)


def events(stream: io.StringIO) -> list[dict[str, object]]:
    """Return the events without their times."""
    found = [json.loads(line) for line in stream.getvalue().splitlines()]
    return [{k: v for k, v in event.items() if k != "timestamp"} for event in found]


def test_failures_are_told_and_passed_on(lines: io.StringIO) -> None:
    """A failed step, a slow one, a failed cleanup and a missed slot are one event each."""
    clock, notes = Clock(), Notes()
    observer = LoggingObserver(notes)
    refused = answer({"state": "refused"})
    script = [(1.5, PRODUCTS), (0.1, CART), (0.2, refused), (0.1, answer({}, 500))]
    Run(compiled(), Script(clock, script), observer, clock, lambda size: "0" * 2 * size).go(100.0)
    missed = Slot(
        number=3, state=SlotValue.MISSED, reason="overrun", late_seconds=5.0, measured_from=0.0
    )
    observer.slot(compiled(), missed)
    shop = {"journey": "buy-something"}
    trace = {"trace_id": "0" * 32}
    assert events(lines) == [
        {"event": "step_slow", "level": "info", **shop, "step": "browse", "seconds": 1.5, **trace},
        {
            "event": "step_failed",
            "level": "warning",
            **shop,
            "step": "pay",
            "reason": "assertion",
            "detail": '$.state: expected "paid", found "refused"',
            "seconds": 0.2,
            **trace,
        },
        {
            "event": "cleanup_failed",
            "level": "warning",
            **shop,
            "of": "order",
            "detail": "DELETE /orders/W-1 was answered with 500",
        },
        {
            "event": "slot_missed",
            "level": "warning",
            **shop,
            "reason": "overrun",
            "late_seconds": 5.0,
        },
    ]
    assert (len(notes.steps), len(notes.cleanups), len(notes.slots)) == (3, 1, 1)


def test_a_good_run_says_nothing(lines: io.StringIO) -> None:
    """A probe that is content is silent."""
    clock, notes = Clock(), Notes()
    paid = answer({"state": "paid"})
    script = [(0.1, PRODUCTS), (0.1, CART), (0.1, paid), (0.1, GONE)]
    Run(compiled(), Script(clock, script), LoggingObserver(notes), clock).go(100.0)
    assert lines.getvalue() == ""
    assert len(notes.steps) == 3
