"""A served exporter ends cleanly, and never hides why it ended."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import plans
import pytest

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.names import ComponentValue
from truegreen_definitions.plan.codec import LoadedPlan, digest, dumps
from truegreen_definitions.plan.file import PlanFile
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.runtime import Ending, serve
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store
from truegreen_telemetry.otlp.push import Push
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


def served(store: Store, exporter: Exporter, folder: Path, ending: Ending, port: int = 0) -> None:
    """Serve until told to stop; cycles follow each other at once."""
    path = folder / "plan.json"
    path.write_text(dumps(plans.PLAN))
    serve(
        exporter,
        store,
        PlanFile(path),
        Push(ComponentValue.EXPORTER),
        at=lambda: AT,
        host="127.0.0.1",
        port=port,
        interval_seconds=0.001,
        ending=ending,
    )


def made(store: Store, folder: Path) -> Exporter:
    """Return an exporter over a folder."""
    loaded = LoadedPlan(plan=plans.PLAN, digest=digest(plans.PLAN), revision="")
    return Exporter(loaded, store, Surroundings(folder=folder, clock=lambda: AT))


def test_cycles_follow_each_other_until_told_to_stop(store: Store, tmp_path: Path) -> None:
    """Cycles run until the event is set, and no thread is left afterwards."""
    exporter, ending = made(store, tmp_path), Ending()
    cycle, seen = exporter.cycle, []

    def counting(at: datetime, stopped: Callable[[], bool]) -> Snapshot:
        seen.append(at)
        if len(seen) == 3:
            ending.stop.set()
        return cycle(at, stopped)

    exporter.cycle = counting  # type: ignore[assignment, method-assign]
    before = threading.active_count()
    served(store, exporter, tmp_path, ending)
    assert (seen, threading.active_count()) == ([AT] * 3, before)


def test_a_fault_of_ours_ends_the_process(store: Store, tmp_path: Path) -> None:
    """What a cycle raises is raised by `serve`, not lost in a thread."""
    exporter = made(store, tmp_path)

    def broken(*_: object) -> Snapshot:
        raise ZeroDivisionError("a bug")

    exporter.cycle = broken  # type: ignore[method-assign]
    with pytest.raises(ZeroDivisionError, match="a bug"):
        served(store, exporter, tmp_path, Ending())


def test_a_port_that_is_taken_starts_nothing(store: Store, tmp_path: Path) -> None:
    """When the address cannot be bound no cycle runs and no thread is left."""
    with MetricsServer(lambda *_: []) as other:
        before = threading.active_count()
        with pytest.raises(TerminalError, match="is taken"):
            served(store, made(store, tmp_path), tmp_path, Ending(), other.port)
        assert threading.active_count() == before
    assert store.counters() == {}
