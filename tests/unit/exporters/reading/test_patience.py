"""No question holds a running exporter for long, and none holds up its end."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import plans
import pytest

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.plan.codec import LoadedPlan
from truegreen_exporters.reading import answers as asked_of
from truegreen_exporters.reading.reader import open_reader
from truegreen_exporters.reading.server import ReadServer
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2016, 4, 20, tzinfo=UTC)
LOADED = LoadedPlan(plan=plans.PLAN, digest="d1", revision="r")
ENDLESS = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b"


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """A question `endless` that takes days; set once it is being answered."""
    event = threading.Event()

    def endless(asked: Any) -> dict[str, Any]:
        event.set()
        return {"sum": asked.connection.execute(ENDLESS).fetchall()}

    monkeypatch.setitem(asked_of.QUESTIONS, "endless", endless)
    return event


def answers(store: Store) -> asked_of.Answers:
    """Return the answers of a store."""
    return asked_of.Answers(store.connection.cursor, lambda: LOADED, lambda: AT)


def test_what_takes_too_long_is_ended(tmp_path: Path, begun: threading.Event) -> None:
    """The asker is told what to do, and the next question is answered."""
    state = tmp_path / "s"
    with (
        Store(state, plans.PLAN) as store,
        ReadServer(state, answers(store), seconds=0.2),
        open_reader(state, LOADED) as reader,
    ):
        with pytest.raises(TerminalError, match=r"longer than 0\.2 s: end the exporter, or ask"):
            reader.ask("endless", {})
        assert begun.is_set()
        assert reader.ask("sources", {})["plan"] == "d1"


def test_the_end_waits_for_no_answer(tmp_path: Path, begun: threading.Event) -> None:
    """An exporter that ends breaks off what it answers, and says so."""
    state, told = tmp_path / "s", list[str]()

    def ask(reader: Any) -> None:
        try:
            reader.ask("endless", {})
        except TerminalError as error:
            told.append(str(error))

    with Store(state, plans.PLAN) as store:
        with ReadServer(state, answers(store)), open_reader(state, LOADED) as reader:
            asker = threading.Thread(target=ask, args=(reader,))
            asker.start()
            assert begun.wait(30)
        asker.join(30)
    assert told == ["the exporter ends: ask again, its state file answers then"]
