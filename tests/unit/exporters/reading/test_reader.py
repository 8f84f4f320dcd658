"""Readers get the same answers from a running exporter as from the file it left."""

from __future__ import annotations

import socket
import stat
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import plans
import pytest

from truegreen_definitions.errors import TerminalError, UsageError
from truegreen_definitions.names import MethodValue
from truegreen_definitions.plan import LossTerms, Outcome, Process, Saving, Visit
from truegreen_definitions.plan.codec import LoadedPlan
from truegreen_definitions.units import parse_window
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.reading.answers import QUESTIONS, Answers
from truegreen_exporters.reading.asked import MOST_ROWS
from truegreen_exporters.reading.reader import open_reader
from truegreen_exporters.reading.server import ReadServer, socket_path
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2016, 4, 20, tzinfo=UTC)
AGREEMENT = plans.over(plans.CSAT, "month")
CHANNEL = replace(plans.WEB, table="surveys", at="answered_at", where="", amount="")
OUTCOME = Outcome(kind="revenue", goal="sell", measure=AGREEMENT.name)
ANSWERING = Process(
    table="surveys",
    case="survey_id",
    where="",
    visits=(
        Visit(
            step="pay",
            column="",
            queued="",
            accepted="",
            start="answered_at",
            end="answered_at",
        ),
    ),
    customer=(),
    within_seconds=None,
    windows=(parse_window("month"),),
    methods=(MethodValue.PROPORTIONAL,),
    origin=plans.HERE,
)
TUNED = Saving(
    name="tuned",
    kind="tuning",
    currency="EUR",
    where="",
    start=date(2016, 1, 1),
    end=date(2016, 2, 1),
    since=date(2016, 3, 1),
    origin=plans.HERE,
)
SHOP = replace(
    plans.SERVICE,
    values=(CHANNEL,),
    outcome=OUTCOME,
    process=ANSWERING,
    losses=LossTerms(savings=(TUNED,)),
)
PLAN = replace(
    plans.PLAN,
    agreements=(AGREEMENT,),
    measurements=(plans.LIKED,),
    services=(SHOP,),
    contracts=(plans.CONTRACT,),
)
LOADED = LoadedPlan(plan=PLAN, digest="d1", revision="r")
CSV = """id,rating,answered,application,updated
a,5,05/03/2016 12:00,webshop,1
b,2,06/03/2016 12:00,webshop,1
c,4,07/04/2016 12:00,webshop,1
d,4,soon,webshop,1
"""
ASKED = {
    "parts": {"agreement": AGREEMENT.id, "at": "2016-04-20T00:00:00Z"},
    "rows": {"agreement": AGREEMENT.id, "window": "prev_month", "at": "2016-04-20T00:00:00Z"},
    "value": {"measure": plans.LIKED.id, "at": "2016-04-20T00:00:00Z"},
    "value_rows": {
        "measure": plans.LIKED.id,
        "window": "prev_month",
        "at": "2016-04-20T00:00:00Z",
    },
    "past_values": {
        "measure": plans.LIKED.id,
        "at": "2016-04-20T00:00:00Z",
        "windows": "2",
    },
    "closed_values": {"measure": plans.LIKED.id},
    "rejects": {"source": "survey-export"},
    "closed": {"agreement": AGREEMENT.id},
    "contract": {"deed": "explain", "who": "desk", "from": "2016-03", "to": "2016-03"},
    "exposure": {"who": "desk-2016", "at": "2016-04-20T00:00:00Z"},
    "losses": {},
    "ledger": {"service": AGREEMENT.service, "at": "2016-04-20T00:00:00Z"},
    "avoided": {"service": AGREEMENT.service, "at": "2016-04-20T00:00:00Z"},
    "prevented": {
        "service": AGREEMENT.service,
        "unit": "month",
        "period": "2016-03",
        "at": "2016-04-20T00:00:00Z",
    },
    "past": {"agreement": AGREEMENT.id, "at": "2016-04-20T00:00:00Z", "windows": "2"},
    "review": {
        "service": AGREEMENT.service,
        "unit": "month",
        "period": "2016-03",
        "at": "2016-04-20T00:00:00Z",
    },
    "watermelon": {"service": AGREEMENT.service, "at": "2016-04-20T00:00:00Z"},
    "outcomes": {"service": AGREEMENT.service, "at": "2016-04-20T00:00:00Z"},
    "sources": {},
    "costs": {"service": AGREEMENT.service, "at": "2016-04-20T00:00:00Z"},
    "saving": {"service": AGREEMENT.service, "saving": "tuned", "at": "2016-04-20T00:00:00Z"},
    "step": {"service": AGREEMENT.service, "step": "pay", "at": "2016-04-20T00:00:00Z"},
    "past_times": {
        "service": AGREEMENT.service,
        "at": "2016-04-20T00:00:00Z",
        "windows": "2",
        "satisfied": "0.75",
        "tolerated": "0.95",
    },
    "channel": {"channel": "order-to-cash/web", "at": "2016-04-20T00:00:00Z"},
}


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state file whose last month is closed, in a folder too deep for a socket's address."""
    folder = tmp_path / ("d" * 120)
    folder.mkdir()
    (folder / "surveys.csv").write_text(CSV)
    path = folder / "state.duckdb"
    with Store(path, PLAN, lambda: AT) as store:
        Exporter(LOADED, store, Surroundings(folder=folder, clock=lambda: AT)).cycle(AT)
    return path


def test_every_question_is_asked() -> None:
    """No question goes untested."""
    assert set(ASKED) == set(QUESTIONS)


def test_the_exporter_answers_as_its_file_does(state: Path) -> None:
    """Over the socket and from the file every answer is the same, and the numbers are right."""
    with open_reader(state, LOADED) as reader:
        closed = {name: reader.ask(name, asked) for name, asked in ASKED.items()}
    with Store(state, PLAN) as store:
        answers = Answers(store.connection.cursor().cursor, lambda: LOADED, lambda: AT)
        with ReadServer(state, answers), open_reader(state, LOADED) as reader:
            running = {name: reader.ask(name, asked) for name, asked in ASKED.items()}
            mode = stat.S_IMODE(socket_path(state).stat().st_mode)
    assert running == closed
    assert mode == 0o600
    assert not socket_path(state).exists()
    windows = {one["window"]: one for one in closed["parts"]["windows"]}
    assert (windows["prev_month"]["good"], windows["prev_month"]["total"]) == (1, 2)
    assert windows["prev_month"]["start"] == "2016-02-29T23:00:00Z"
    measured = {one["window"]: one for one in closed["value"]["windows"]}
    assert (measured["prev_month"]["value"], measured["prev_month"]["total"]) == (3.5, 2)
    assert [one["value"][0] for one in closed["value_rows"]["rows"]] == ["2", "5"]
    assert [one["value"] for one in closed["closed_values"]["periods"]] == [3.5]
    rows = [
        dict(zip(closed["rows"]["columns"], row, strict=True)) for row in closed["rows"]["rows"]
    ]
    assert [(row["survey_id"], row["score"]) for row in rows] == [("b", "2")]
    assert [one["line"] for one in closed["rejects"]["rejects"]] == [5]
    (period,) = closed["closed"]["periods"]
    assert (period["period"], period["good"], period["total"]) == ("2016-03", 1, 2)
    assert closed["past_values"]["values"] == [None, 3.5]
    assert closed["past"]["counts"] == [[0, 0], [1, 2]]
    (month,) = closed["review"]["periods"]
    (csat,) = (one for one in month["promises"] if one["agreement"] == AGREEMENT.id)
    assert (csat["good"], csat["total"], csat["basis"]) == (1, 2, "frozen")
    assert csat["digest"] == period["digest"]
    assert closed["sources"]["sources"][0]["last_success"] == AT.timestamp()
    assert {one["plan"] for one in closed.values()} == {"d1"}


@pytest.mark.parametrize(
    ("question", "parameters", "said"),
    [
        ("part", {}, "there is no question 'part'"),
        ("parts", {}, "the parameter agreement is missing"),
        ("parts", {"agreement": "order-to-cash/cast"}, "did you mean `order-to-cash/csat`?"),
        ("parts", {**ASKED["parts"], "at": "noon"}, "at is 'noon'"),
        ("review", {**ASKED["review"], "unit": "year"}, "it is week, month, quarter"),
        ("review", {**ASKED["review"], "count": "61"}, "a number from 1 to 60"),
        ("review", {**ASKED["review"], "period": "2016-3"}, "is no month"),
        ("review", {**ASKED["review"], "signals": "[{}]"}, "cannot be read"),
        ("rows", {**ASKED["rows"], "window": "fortnight"}, "not counted over 'fortnight'"),
        ("rows", {**ASKED["rows"], "part": "best"}, "good, bad, pending or excluded"),
        ("channel", {"channel": "order-to-cash/wep"}, "did you mean `order-to-cash/web`?"),
        ("value", {"measure": "order-to-cash/like"}, "did you mean `order-to-cash/liked`?"),
        ("value_rows", {**ASKED["value_rows"], "window": "2d"}, "not measured over '2d'"),
        ("value_rows", {**ASKED["value_rows"], "part": "bad"}, "counted, pending, excluded"),
        ("past", {**ASKED["past"], "windows": "all"}, "windows is 'all': it is a number up to"),
        ("contract", {**ASKED["contract"], "who": "dusk"}, "there is no contract with 'dusk'"),
        ("contract", {**ASKED["contract"], "deed": "pay"}, "it is explain or simulate"),
        ("contract", {**ASKED["contract"], "invoice": "much"}, "invoice is 'much'"),
        ("rejects", {"source": "x", "limit": str(MOST_ROWS + 1)}, "a number from 1 to 200"),
    ],
)
def test_what_does_not_fit_is_said(
    state: Path, question: str, parameters: dict[str, str], said: str
) -> None:
    """A wrong question or parameter is named, over the socket as well."""
    with Store(state, PLAN) as store:
        answers = Answers(store.connection.cursor().cursor, lambda: LOADED, lambda: AT)
        with pytest.raises(UsageError, match=said.replace("?", r"\?")):
            answers.ask(question, parameters)
        with (
            ReadServer(state, answers),
            open_reader(state, LOADED) as reader,
            pytest.raises(UsageError, match=said.replace("?", r"\?")),
        ):
            reader.ask(question, parameters)


def test_who_reads_by_another_plan_gets_no_answer(state: Path) -> None:
    """What an exporter counts by its own plan is not passed off as counted by the asker's."""
    with Store(state, PLAN) as store:
        answers = Answers(store.connection.cursor().cursor, lambda: LOADED, lambda: AT)
        other = replace(LOADED, digest="e" * 64)
        with (
            ReadServer(state, answers),
            open_reader(state, other) as reader,
            pytest.raises(TerminalError, match="counts by the plan d1, and the one given is eeee"),
        ):
            reader.ask("sources", {})


def test_a_question_that_is_too_long_is_said(state: Path) -> None:
    """Terms beyond what a running exporter reads are named, with what to do instead."""
    with Store(state, PLAN) as store:
        answers = Answers(store.connection.cursor().cursor, lambda: LOADED, lambda: AT)
        with (
            ReadServer(state, answers),
            open_reader(state, LOADED) as reader,
            pytest.raises(TerminalError, match="ask with a copy of its state file"),
        ):
            reader.ask("sources", {"terms": "x" * 60_000})


def test_a_socket_that_nobody_listens_at_is_passed_over(state: Path) -> None:
    """What a killed exporter left behind keeps no reader out, and no later exporter."""
    with socket.socket(socket.AF_UNIX) as left, Store(state, PLAN):
        folder = socket_path(state)
        short = state.parent.parent / "short.sock"
        left.bind(str(short))
        short.rename(folder)
    with open_reader(state, LOADED) as reader:
        assert reader.ask("sources", {})["sources"]
    with Store(state, PLAN) as store:
        answers = Answers(store.connection.cursor().cursor, lambda: LOADED, lambda: AT)
        with ReadServer(state, answers), open_reader(state, LOADED) as reader:
            assert reader.ask("sources", {})["sources"]


def test_no_file_is_said(tmp_path: Path) -> None:
    """Without records there is nothing to read, and no empty file is left."""
    with (
        pytest.raises(TerminalError, match="does not exist"),
        open_reader(tmp_path / "none.duckdb", LOADED),
    ):
        pass
    assert list(tmp_path.iterdir()) == []
