"""The audit finds nothing where all is well, and a planted fault in every book."""

from __future__ import annotations

import random
from array import array
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import plans
import pytest

from truegreen_definitions import names
from truegreen_definitions.names import PartValue
from truegreen_definitions.plan.codec import dumps, loads
from truegreen_exporters import audit
from truegreen_exporters.engines.advance import PARTS
from truegreen_exporters.engines.tally import Tally
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from truegreen_telemetry.samples import Snapshot

AT = datetime(2016, 3, 20, tzinfo=UTC)
HEADER = "id,rating,answered,application,updated\n"


@pytest.fixture(autouse=True)
def _in_each_cycle(monkeypatch: pytest.MonkeyPatch) -> None:
    """An agreement is counted again in every cycle."""
    monkeypatch.setattr(audit, "PERIOD_SECONDS", 0)


@pytest.fixture
def store() -> Iterator[Store]:
    """An empty store."""
    with Store(None, plans.PLAN) as found:
        yield found


def exporter(store: Store, folder: Path) -> Exporter:
    """Return an exporter of surveys in a folder."""
    loaded = loads(dumps(plans.PLAN, "abc"))
    return Exporter(loaded, store, Surroundings(folder=folder))


def add(folder: Path, rows: list[tuple[int, int, int]]) -> None:
    """Append rows: (id, rating, revision); one in ten cannot be understood."""
    path = folder / "surveys.csv"
    begin = datetime(2016, 2, 10)  # noqa: DTZ001  the export is in local time
    lines = [
        f"{key},{rating},{begin + timedelta(hours=key):%d/%m/%Y %H:%M},webshop,{revision}\n"
        for key, rating, revision in rows
    ]
    text = path.read_text() if path.exists() else HEADER
    path.write_text(text + "".join(lines))


def differences(snapshot: Snapshot) -> dict[str, float]:
    """Return the difference that is shown by check."""
    (family,) = (f for f in snapshot.families if f.metric == names.AUDIT_DIFFERENCE)
    found = zip(family.keys, family.values, strict=True)
    return {check: float(value) for (_, check), value in found}  # type: ignore[arg-type]


WELL = {"rows": 0, "store": 0, "parts": 0}


def test_all_is_well_whatever_comes(store: Store, tmp_path: Path) -> None:
    """New, revised, repeated, older and doubled rows, over many cycles and a new exporter."""
    chance = random.Random(7)
    running = exporter(store, tmp_path)
    for cycle in range(12):
        keys = [chance.randrange(60) for _ in range(20)]
        add(tmp_path, [(key, chance.randint(1, 5), chance.randint(1, 4)) for key in keys])
        if cycle == 6:
            running = exporter(store, tmp_path)
        snapshot = running.cycle(AT + timedelta(hours=cycle))
        assert differences(snapshot) == WELL
    ((taken,),) = store.connection.execute("SELECT taken FROM _book").fetchall()
    assert taken == 240
    assert not running.failed


def test_rows_that_vanish_are_missed(store: Store, tmp_path: Path) -> None:
    """A row that somebody deletes from the table is a difference of the store, and said once."""
    running = exporter(store, tmp_path)
    add(tmp_path, [(key, 5, 1) for key in range(30)])
    assert differences(running.cycle(AT)) == WELL
    store.connection.execute("DELETE FROM surveys WHERE survey_id IN ('3', '4')")
    found = differences(running.cycle(AT))
    assert found["store"] == 2
    assert any("store: 2 rows" in why for why in running.failed["audit of source survey-export"])


def test_a_counter_that_is_wrong_is_found(store: Store, tmp_path: Path) -> None:
    """A counter of rows that does not say what was taken is a difference of rows."""
    running = exporter(store, tmp_path)
    add(tmp_path, [(key, 5, 1) for key in range(30)])
    running.cycle(AT)
    store.connection.execute("UPDATE _counter SET total = total + 5 WHERE kind = 'rows'")
    assert differences(running.cycle(AT)) == {**WELL, "rows": 5}


def test_what_is_shown_is_counted_again(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parts that a cycle has kept wrongly differ from what all rows say, until they do not."""
    running = exporter(store, tmp_path)
    add(tmp_path, [(key, 5, 1) for key in range(30)])
    assert differences(running.cycle(AT)) == WELL
    right = Tally.advance

    def wrong(self: Tally, at: datetime) -> object:
        counted = right(self, at)
        for place, block in enumerate(counted.blocks):
            good, width = PARTS.index(PartValue.GOOD), len(block.places)
            counts = array("Q", block.counts)
            for number, one in enumerate(counts):
                counts[number] = one + (number // width % len(PARTS) == good)
            moved = (1 << len(counts) // width) - 1
            counted.blocks[place] = block._replace(counts=counts, moved=moved)
        return counted

    with monkeypatch.context() as patch:
        patch.setattr(Tally, "advance", wrong)
        add(tmp_path, [(31, 5, 1)])
        found = differences(running.cycle(AT))
    assert found["parts"] > 0
    assert {**found, "parts": 0} == WELL
    add(tmp_path, [(32, 5, 1)])
    assert differences(running.cycle(AT)) == WELL
    assert "audit of source survey-export" not in running.failed
