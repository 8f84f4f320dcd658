"""A closed period is frozen once, keeps its number, and shows every later correction beside it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import plans
import pytest

from truegreen_definitions import names
from truegreen_definitions.plan import Exclusion, Records, Stratum
from truegreen_definitions.plan.codec import LoadedPlan
from truegreen_exporters.asked import questions
from truegreen_exporters.closing.counts import Closings, closings
from truegreen_exporters.engines.question import Parts
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store
from truegreen_exporters.store.ledger import Ledger

if TYPE_CHECKING:
    from pathlib import Path

    from truegreen_definitions.names import Metric
    from truegreen_telemetry.samples import Snapshot

ZONE = "Europe/Berlin"
MARCH_ENDS = datetime(2016, 3, 31, 22, tzinfo=UTC)  # midnight in Berlin
FROZEN = MARCH_ENDS + timedelta(seconds=plans.POLICY.lateness_seconds)
AGREEMENT = plans.over(plans.CSAT, "month")
PLAN = replace(plans.PLAN, agreements=(AGREEMENT,))


class Desk:
    """A survey desk: a file of answers, an exporter over it, and a clock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = MARCH_ENDS - timedelta(days=1)
        self.lines = ["id,rating,answered,application,updated"]
        self.path = folder / "state.duckdb"

    def answer(self, key: str, rating: int, day: str, update: int = 1) -> None:
        """Write an answer, or a correction of one."""
        self.lines.append(f"{key},{rating},{day} 12:00,webshop,{update}")
        (self.folder / "surveys.csv").write_text("\n".join([*self.lines, ""]))

    def at(self, moment: datetime, known_at: datetime | None = None) -> Snapshot:
        """Start an exporter at a moment, and let it cycle once."""
        self.now = moment
        loaded = LoadedPlan(plan=PLAN, digest="d", revision="r")
        around = Surroundings(folder=self.folder, clock=lambda: self.now)
        with Store(self.path, PLAN, lambda: self.now) as store:
            return Exporter(loaded, store, around, known_at).cycle(moment)

    def entries(self) -> list[tuple[str, int, int, int]]:
        """Return (period, revision, good, total) of the ledger's months, without what began it."""
        with Store(self.path, PLAN) as store:
            return [
                (entry.period, entry.revision, entry.good, entry.total)
                for entry in Ledger(store.connection).entries()
            ]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with three answers of March, of which two are content."""
    found = Desk(tmp_path)
    for key, rating in (("a", 5), ("b", 4), ("c", 1)):
        found.answer(key, rating, f"2{rating}/03/2016")
    return found


def shown(snapshot: Snapshot, metric: Metric, **labels: str) -> dict[str, float]:
    """Return the values of a metric by part (or the empty text), of these labels."""
    (family,) = [one for one in snapshot.families if one.metric == metric]
    found = {}
    for key, value in zip(family.keys, family.values, strict=True):
        named = dict(zip(metric.labels, key, strict=True))
        if labels.items() <= named.items():
            assert isinstance(value, float)
            found[named.get("part", "")] = value
    return found


def test_a_month_is_closed_and_then_corrected_and_both_numbers_show(desk: Desk) -> None:
    """Before freezing corrections move the month; after it both numbers are there."""
    last = {"window": "prev_month"}
    early = desk.at(FROZEN - timedelta(microseconds=1))
    assert shown(early, names.PERIOD_CLOSED, **last) == {"": 0}
    assert shown(early, names.WINDOW_EVENTS, **last)["good"] == 2
    assert shown(early, names.WINDOW_RESTATED, **last) == {}
    assert desk.entries() == []

    desk.answer("c", 4, "21/03/2016", 2)
    closed = desk.at(FROZEN)
    assert shown(closed, names.PERIOD_CLOSED, **last) == {"": 1}
    assert shown(closed, names.WINDOW_EVENTS, **last)["good"] == 3
    assert shown(closed, names.WINDOW_RESTATED, **last)["good"] == 3
    assert shown(closed, names.PERIOD_RESTATEMENTS) == {"": 0}
    assert desk.entries() == [("2016-03", 0, 3, 3)]

    desk.answer("a", 1, "25/03/2016", 2)
    desk.answer("late", 5, "31/03/2016")
    later = desk.at(FROZEN + timedelta(days=1))
    assert shown(later, names.WINDOW_EVENTS, **last) == {
        "good": 3,
        "total": 3,
        "pending": 0,
        "excluded": 0,
    }
    assert shown(later, names.WINDOW_RESTATED, **last) == {
        "good": 3,
        "total": 4,
        "pending": 0,
        "excluded": 0,
    }
    assert shown(later, names.PERIOD_RESTATEMENTS) == {"": 1}
    assert desk.entries() == [("2016-03", 0, 3, 3), ("2016-03", 1, 3, 4)]


def test_nothing_new_writes_nothing(desk: Desk) -> None:
    """Cycles and restarts without a correction leave the ledger as it is."""
    for days in range(3):
        desk.at(FROZEN + timedelta(days=days))
    assert desk.entries() == [("2016-03", 0, 2, 3)]


def test_a_correction_while_nobody_ran_is_found_at_the_start(desk: Desk) -> None:
    """Restatements need no mark that could be lost: a start compares all closed periods."""
    desk.at(FROZEN)
    desk.answer("b", 1, "24/03/2016", 2)
    desk.at(FROZEN + timedelta(days=9))
    assert desk.entries()[-1] == ("2016-03", 1, 1, 3)


def test_a_source_that_fails_freezes_nothing(desk: Desk) -> None:
    """A period waits for its rows: it is frozen once they could be read."""
    whole = desk.folder / "surveys.csv"
    desk.at(FROZEN - timedelta(days=1))
    text = whole.read_bytes()
    whole.write_bytes(b"something,else\n1,2\n")
    desk.at(FROZEN)
    assert desk.entries() == []
    whole.write_bytes(text)
    desk.at(FROZEN + timedelta(hours=1))
    assert desk.entries() == [("2016-03", 0, 2, 3)]


def test_a_count_that_fails_freezes_nothing_of_before(desk: Desk) -> None:
    """A month that waited for its source is not frozen by parts from before the count failed."""
    assert isinstance(AGREEMENT.parts, Records)
    good = "CASE WHEN score = 3 THEN error('three') ELSE score >= 4 END"
    fragile = replace(AGREEMENT, parts=replace(AGREEMENT.parts, good=good))
    plan = replace(PLAN, agreements=(fragile,))
    loaded = LoadedPlan(plan=plan, digest="d", revision="r")
    around = Surroundings(folder=desk.folder, clock=lambda: desk.now)
    file = desk.folder / "surveys.csv"
    with Store(desk.path, plan, lambda: desk.now) as store:
        exporter, ledger = Exporter(loaded, store, around), Ledger(store.connection)
        for text, moment in (
            (file.read_bytes(), FROZEN - timedelta(days=1)),
            (b"something,else\n1,2\n", FROZEN),
        ):
            file.write_bytes(text)
            desk.now = moment
            exporter.cycle(moment)
        desk.answer("d", 3, "23/03/2016")
        exporter.cycle(FROZEN)
        assert set(exporter.failed) == {f"agreement {AGREEMENT.id}"}
        assert ledger.entries() == ()
        desk.answer("d", 5, "23/03/2016", 2)
        exporter.cycle(FROZEN)
        assert [entry.counts for entry in ledger.entries()] == [(3, 4, 0, 0)]


def test_what_waits_when_the_month_turns_is_counted_anew(desk: Desk) -> None:
    """Parts that were noted of the months before the turn are not looked up in those after it."""
    table = AGREEMENT.parts.table if isinstance(AGREEMENT.parts, Records) else ""
    with Store(desk.path, PLAN) as store:
        watching = Closings(Ledger(store.connection), closings(PLAN, questions(PLAN)))
        assert watching.moved(FROZEN)
        (asked,) = watching.questions
        watching.note(0, {label: Parts(1, 1, 0, 0) for label, _ in asked.fixed})
        assert watching.moved(FROZEN + timedelta(days=31))
        assert watching.settle({table}, FROZEN + timedelta(days=31)) == frozenset()


def test_what_was_known_then_is_answered(desk: Desk) -> None:
    """Asked as of the day it was frozen, a corrected month has its first number, and no other."""
    desk.at(FROZEN)
    desk.answer("a", 1, "25/03/2016", 2)
    after = FROZEN + timedelta(days=1)
    desk.at(after)
    then = desk.at(after, known_at=FROZEN)
    assert shown(then, names.WINDOW_RESTATED, window="prev_month")["good"] == 2
    assert shown(then, names.WINDOW_EVENTS, window="30d")["good"] == 2
    now = desk.at(after)
    assert shown(now, names.WINDOW_RESTATED, window="prev_month")["good"] == 1
    assert shown(now, names.WINDOW_EVENTS, window="30d")["good"] == 1


def test_a_changed_definition_restates_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a month was measured by is what was written then."""
    desk.at(FROZEN)
    assert isinstance(AGREEMENT.parts, Records)
    stricter = replace(AGREEMENT, parts=replace(AGREEMENT.parts, good="score = 5"))
    monkeypatch.setattr(f"{__name__}.PLAN", replace(PLAN, agreements=(stricter,)))
    desk.at(FROZEN + timedelta(days=1))
    assert desk.entries() == [("2016-03", 0, 2, 3)]


def test_words_about_a_definition_are_no_definition(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cohort, strata, another least sample and another reason leave corrections to be found."""
    assert isinstance(AGREEMENT.parts, Records)
    out = Exclusion(sql="score > 9", reason="a test")
    before = replace(AGREEMENT, parts=replace(AGREEMENT.parts, exclusions=(out,)))
    monkeypatch.setattr(f"{__name__}.PLAN", replace(PLAN, agreements=(before,)))
    desk.at(FROZEN)
    parts = replace(
        AGREEMENT.parts,
        exclusions=(replace(out, reason="one of ours"),),
        by=(Stratum(column="score", values=("1",)),),
        cohort="everybody",
        min_sample=99,
    )
    told = replace(AGREEMENT, parts=parts)
    monkeypatch.setattr(f"{__name__}.PLAN", replace(PLAN, agreements=(told,)))
    desk.answer("b", 1, "24/03/2016", 2)
    desk.at(FROZEN + timedelta(days=1))
    assert desk.entries() == [("2016-03", 0, 2, 3), ("2016-03", 1, 1, 3)]


def test_an_entry_s_digest_can_be_computed_by_anybody(desk: Desk) -> None:
    """The stored digest is that of the entry's fields as canonical JSON."""
    desk.at(FROZEN)
    with Store(desk.path, PLAN) as store:
        (entry,) = Ledger(store.connection).entries()
        text = json.dumps(asdict(entry), sort_keys=True, separators=(",", ":"))
        stored = store.connection.execute("SELECT digest FROM _closed").fetchall()
        assert stored == [(hashlib.sha256(text.encode()).hexdigest(),)]
        assert entry.known == int(FROZEN.timestamp() * 1e6)


def test_contracts_close_their_periods_in_their_own_zone(desk: Desk) -> None:
    """An agreement that a contract names is frozen in the contract's zone and period too."""
    with_contract = replace(PLAN, contracts=(replace(plans.CONTRACT, zone="America/Sao_Paulo"),))
    loaded = LoadedPlan(plan=with_contract, digest="d", revision="r")
    moment = FROZEN + timedelta(days=1)
    around = Surroundings(folder=desk.folder, clock=lambda: moment)
    with Store(desk.path, with_contract, lambda: moment) as store:
        Exporter(loaded, store, around).cycle(moment)
        entries = Ledger(store.connection).entries()
    assert Counter(entry.zone for entry in entries) == {ZONE: 1, "America/Sao_Paulo": 1}
    assert len({entry.start for entry in entries}) == 2
