"""A source is read when it is due, in its own time, and holds up nobody."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import plans
import pytest

from truegreen_exporters.intake import feed as feeds
from truegreen_exporters.intake.feed import Feed, backoff_seconds
from truegreen_exporters.intake.ingest import Outcome
from truegreen_exporters.intake.mapping import Mapping
from truegreen_exporters.sources.pages import Mark, Page, SourceKind, Surroundings
from truegreen_exporters.sources.rows import Rows, SourceError
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from truegreen_exporters.sources.pages import Fault, Reading

MAPPING = Mapping.of(plans.SURVEY_EXPORT, plans.SURVEYS)


@pytest.fixture
def store() -> Iterator[Store]:
    """A store in memory."""
    with Store(None, plans.PLAN) as found:
        yield found


def page(number: int) -> Page:
    """Return a page of one row."""
    wanted = {"id": str(number), "rating": "5", "application": "webshop", "updated": "1"}
    values = tuple((wanted.get(name),) for name in MAPPING.wanted)
    return Page(
        rows=Rows(values=values, lines=(number,)), cursor=Mark(state={"n": number}), where=""
    )


class Clock:
    """Seconds that grow when told."""

    now = 0.0

    def __call__(self) -> float:
        """Return the present."""
        return self.now


def fed(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    pages: Callable[[Reading], Generator[Page | Fault, None, None]],
    clock: Clock,
) -> Feed:
    """Return the feed of a remote source that is read every minute."""
    kind = SourceKind(format="csv", pages=pages, remote=True)
    monkeypatch.setitem(feeds._KINDS, "csv", kind)
    found = Feed(MAPPING, Surroundings(folder=folder), clock)
    found._every = 60.0
    return found


def never() -> bool:
    """Stop at nothing."""
    return False


def test_a_slow_source_goes_on_beside_the_cycles(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A cycle takes what has come and goes on; a later one takes the rest; nothing comes twice."""
    go_on = threading.Event()

    def pages(_: Reading) -> Generator[Page | Fault, None, None]:
        yield page(1)
        go_on.wait(20)
        yield page(2)

    clock = Clock()
    feed = fed(monkeypatch, tmp_path, pages, clock)
    outcome = Outcome(ended=False)
    taken = 0
    while not taken:
        found = feed.take(store, never, patience=0.0)
        assert found is not None
        outcome, taken = found, taken + found.rows
    assert not outcome.ended
    go_on.set()
    rest = feed.take(store, never, patience=None)
    assert rest == Outcome(rows=1)
    assert feed.take(store, never, patience=None) is None
    assert store.marks(plans.SURVEY_EXPORT.name) == {"": {"n": 2}}


def test_it_is_read_again_when_it_is_due(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """After `every`, from where the last committed page ended."""
    states: list[object] = []

    def pages(reading: Reading) -> Generator[Page | Fault, None, None]:
        states.append(reading.marks.get(""))
        yield page(len(states))

    clock = Clock()
    feed = fed(monkeypatch, tmp_path, pages, clock)
    for now, read in ((0.0, True), (59.0, False), (61.0, True)):
        clock.now = now
        assert (feed.take(store, never, patience=None) is not None) is read
    assert states == [None, {"n": 1}]


def test_a_source_that_fails_is_left_alone_for_longer_and_longer(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """5 s, 10 s, 20 s …, or for as long as it asks; what it gave before the fault is kept."""
    asked: list[float] = []
    wait = [0.0]

    def pages(_: Reading) -> Generator[Page | Fault, None, None]:
        asked.append(clock.now)
        yield page(len(asked))
        raise SourceError("no", wait[0])

    clock = Clock()
    feed = fed(monkeypatch, tmp_path, pages, clock)
    for _ in range(16):
        found = feed.take(store, never, patience=None)
        assert found in {None, Outcome(rows=1, faults=("no",))}
        clock.now += 5.0
    assert asked == [0.0, 5.0, 15.0, 35.0, 75.0]
    wait[0], clock.now = 3600.0, 1000.0
    feed.take(store, never, patience=None)
    clock.now += 3599.0
    assert feed.take(store, never, patience=None) is None
    assert store.counters()[plans.SURVEY_EXPORT.name, "rows", ""] == len(asked)


def test_being_left_alone_has_a_bound() -> None:
    """Nothing before the first failure, then doubled, never more than a quarter of an hour."""
    assert [backoff_seconds(n) for n in range(5)] == [0.0, 5.0, 10.0, 20.0, 40.0]
    assert backoff_seconds(1_000_000) == 900.0


def test_a_page_that_does_not_fit_ends_the_reading(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A source whose expressions fail on its rows is a fault, not a hanging thread."""
    first, _, last = plans.SURVEY_EXPORT.columns
    source = replace(plans.SURVEY_EXPORT, columns=(first, ("score", "rating + 1"), last))
    closed = threading.Event()

    def pages(_: Reading) -> Generator[Page | Fault, None, None]:
        try:
            for number in range(100):
                yield page(number)
        finally:
            closed.set()

    clock = Clock()
    feed = fed(monkeypatch, tmp_path, pages, clock)
    feed.mapping = Mapping.of(source, plans.SURVEYS)
    found = feed.take(store, never, patience=None)
    assert found is not None
    assert found.rows == 0
    assert "do not fit" in found.faults[0]
    assert closed.wait(20)


def test_what_nobody_thought_of_is_a_fault_without_its_words(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An error that is no SourceError is told by type and place: its text may hold a secret."""

    def pages(_: Reading) -> Generator[Page | Fault, None, None]:
        yield page(1)
        raise ZeroDivisionError("hunter2")

    feed = fed(monkeypatch, tmp_path, pages, Clock())
    found = feed.take(store, never, patience=None)
    assert found is not None
    assert found.rows == 1
    (fault,) = found.faults
    assert "ZeroDivisionError at test_feed.py:" in fault
    assert "hunter2" not in fault
