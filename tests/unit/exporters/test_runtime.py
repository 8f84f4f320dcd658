"""A served exporter ends cleanly, and never hides why it ended."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import plans
import pytest

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.plan.codec import LoadedPlan, digest
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.runtime import serve
from truegreen_exporters.store import Store
from truegreen_telemetry.server import MetricsServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from truegreen_telemetry.samples import Snapshot

AT = datetime(2016, 3, 20, tzinfo=UTC)


@pytest.fixture
def store() -> Iterator[Store]:
    """A store in memory."""
    with Store(None, plans.PLAN) as found:
        yield found


def served(store: Store, exporter: Exporter, stop: threading.Event, port: int = 0) -> None:
    """Serve until told to stop; cycles follow each other at once."""
    serve(
        exporter,
        store,
        at=lambda: AT,
        host="127.0.0.1",
        port=port,
        interval_seconds=0.001,
        stop=stop,
    )


def made(store: Store, folder: Path) -> Exporter:
    """Return an exporter over a folder."""
    loaded = LoadedPlan(plan=plans.PLAN, digest=digest(plans.PLAN), revision="")
    return Exporter(loaded, store, folder, lambda: AT)


def test_cycles_follow_each_other_until_told_to_stop(store: Store, tmp_path: Path) -> None:
    """Cycles run until the event is set, and no thread is left afterwards."""
    exporter, stop = made(store, tmp_path), threading.Event()
    cycle, seen = exporter.cycle, []

    def counting(at: datetime, stopped: Callable[[], bool]) -> Snapshot:
        seen.append(at)
        if len(seen) == 3:
            stop.set()
        return cycle(at, stopped)

    exporter.cycle = counting  # type: ignore[assignment, method-assign]
    before = threading.active_count()
    served(store, exporter, stop)
    assert (seen, threading.active_count()) == ([AT] * 3, before)


def test_a_fault_of_ours_ends_the_process(store: Store, tmp_path: Path) -> None:
    """What a cycle raises is raised by `serve`, not lost in a thread."""
    exporter = made(store, tmp_path)

    def broken(*_: object) -> Snapshot:
        raise ZeroDivisionError("a bug")

    exporter.cycle = broken  # type: ignore[method-assign]
    with pytest.raises(ZeroDivisionError, match="a bug"):
        served(store, exporter, threading.Event())


def test_a_port_that_is_taken_starts_nothing(store: Store, tmp_path: Path) -> None:
    """When the address cannot be bound no cycle runs and no thread is left."""
    with MetricsServer(lambda *_: []) as other:
        before = threading.active_count()
        with pytest.raises(TerminalError, match="is taken"):
            served(store, made(store, tmp_path), threading.Event(), other.port)
        assert threading.active_count() == before
    assert store.counters() == {}
