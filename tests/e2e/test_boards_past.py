"""Every board over a past of raw signals, records and the built rules, on a real Prometheus."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import lived_past
import pytest
from board_queries import board_queries
from lived_past import BROKEN, LAG, LAST_READ, NOW, REPLANNED, REVISION, WATCHED
from prometheus_server import started

from truegreen_dashboards.boards import boards
from truegreen_dashboards.lint.labels import filled
from truegreen_dashboards.panels import Table
from truegreen_dashboards.verdicts import WATERMELONS
from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.emitters.rules import RULES
from truegreen_definitions.names import BoardUid
from truegreen_definitions.plan import BrowserVisit
from truegreen_demo.history import tickets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from prometheus_server import Prometheus

    from truegreen_dashboards.board import Board
    from truegreen_dashboards.panels import Panel
    from truegreen_definitions.plan import Plan

pytestmark = pytest.mark.e2e

RIGHTLY_EMPTY = {
    "xla-ops/pushes/A": "no process was told to push by OTLP",
    "xla-ops/pushes/B": "no process was told to push by OTLP",
    "xla-ops/pushes/C": "no process was told to push by OTLP",
}
"""Targets of no service at all that may return nothing, and why."""

SHOP, BENEFITS = "order-to-cash", "open-enrolment"
BERLIN = ZoneInfo("Europe/Berlin")
MONTH = NOW.astimezone(BERLIN).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
PAY = {"service": SHOP, "agreement": "pay-felt"}


@pytest.fixture(scope="module")
def server(
    tool: Callable[[str], str], acme_plan: Plan, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    """A Prometheus that has seen the example company until paying was slow for forty minutes."""
    folder = tmp_path_factory.mktemp("past")
    records = folder / "records"
    records.mkdir()
    rules = [artifact.text for artifact in RULES.emit(acme_plan, BuildInfo())]
    with started(tool("prometheus"), folder) as running:
        lived_past.live(acme_plan, rules, records, running)
        yield running


Row = dict[str, str | float]


def board_of(plan: Plan, uid: BoardUid) -> Board:
    """The board of that name."""
    return next(one for one in boards(plan) if one.uid == uid)


class Reader:
    """Somebody who looks at panels of a board at moments, with a service chosen."""

    def __init__(self, server: Prometheus, board: Board, service: str = SHOP) -> None:
        self._server, self._board = server, board
        self._chosen = {one.name: one.default for one in board.variables} | {"service": service}

    def panel(self, key: str) -> Panel:
        """The panel of that key."""
        return next(one for one in self._board.panels if one.key == key)

    def values(
        self, key: str, ref: str = "A", at: datetime = NOW, **labels: str
    ) -> dict[tuple[tuple[str, str], ...], float]:
        """What one target shows at a moment, of the series with these labels."""
        [target] = [one for one in self.panel(key).asked if one.ref == ref]
        found = self._server.instant(filled(target.expr, **self._chosen), at.timestamp())
        return {of: value for of, value in found.items() if labels.items() <= dict(of).items()}

    def value(self, key: str, ref: str = "A", at: datetime = NOW, **labels: str) -> float:
        """The one value of that."""
        [value] = self.values(key, ref, at, **labels).values()
        return value

    def said(self, key: str, at: datetime = NOW, **labels: str) -> str:
        """The word that a panel has for the one value of its first target."""
        value = self.value(key, "A", at, **labels)
        panel = self.panel(key)
        return next(one.text for one in panel.mappings if one.value == value)  # type: ignore[attr-defined]

    def rows(self, key: str) -> list[Row]:
        """A table as people see it: a cell for each title, rows joined by their labels."""
        table = self.panel(key)
        assert isinstance(table, Table)
        joined: dict[tuple[tuple[str, str], ...], Row] = {}
        for target in table.targets:
            for of, value in self.values(key, target.ref).items():
                joined.setdefault(of, dict(of))[target.ref] = value
        return [
            {one.title: row[one.source] for one in table.columns if one.source in row}
            for row in joined.values()
        ]


def test_every_target_of_every_board_returns_data(server: Prometheus, acme_plan: Plan) -> None:
    """For some service each query has a value now, and each line over time at least two."""
    empty = set()
    for board in boards(acme_plan):
        lines = {
            f"{board.uid}/{panel.key}/{target.ref}"
            for panel in board.panels
            for target in panel.asked
            if not target.instant
        }
        for service in acme_plan.services:
            for name, query in board_queries(board, service.name):
                if not _has_data(server, query, over_time=name in lines):
                    empty.add((name, service.name))
    of_none = {
        name for name, _ in empty if all((name, one.name) in empty for one in acme_plan.services)
    }
    assert of_none == set(RIGHTLY_EMPTY)
    # Nothing but what follows from the plan differs between services.
    assert {name.split("/")[1] for name, one in empty if one == SHOP and name not in of_none} == {
        "sla-worth"  # its cases are not followed
    }


def _has_data(server: Prometheus, query: str, *, over_time: bool) -> bool:
    if not over_time:
        return bool(server.instant(query, NOW.timestamp()))
    first, last = (round(at.timestamp() * 1e3) for at in (NOW - WATCHED, NOW))
    return any(len(points) > 1 for points in server.steps(query, first, last, 60).values())


def test_pages_in_a_browser_are_shown_where_a_journey_opens_some(
    server: Prometheus, acme_plan: Plan
) -> None:
    """Both lines of the panel hold what a robot saw in its browser; other plans have no panel."""
    pytest.importorskip("playwright")
    [walked] = acme_plan.journeys
    visit = BrowserVisit(path="/", gestures=())
    step = replace(walked.steps[0], step="read", action=visit, extract=(), asserts=())
    journey = replace(walked, name="pages", steps=(step,), cleanup=(), locations=("lisbon",))
    lived_past.browsed(journey, server, paint_seconds=1.2, load_seconds=1.8)
    plan = replace(acme_plan, journeys=(*acme_plan.journeys, journey))
    reader = Reader(server, board_of(plan, BoardUid.SERVICE))
    assert 1.0 < reader.value("pages", "A") <= 1.5
    assert 1.5 < reader.value("pages", "B") <= 2.0
    assert all(one.key != "pages" for one in board_of(acme_plan, BoardUid.SERVICE).panels)


def test_every_mark_stands_where_something_happened(server: Prometheus, acme_plan: Plan) -> None:
    """Pages are marked when they fire, other definitions at the moment they come into force."""
    first, last = (round(at.timestamp() * 1e3) for at in (NOW - WATCHED, NOW))
    marked = {
        mark.name: {
            (dict(of).get("revision", dict(of).get("agreement")), points[0][0])
            for of, points in server.steps(mark.expr, first, last, 10).items()
        }
        for board in boards(acme_plan)
        for mark in board.annotations
    }
    assert {who for who, _ in marked["Pages"]} == {"pay-felt"}
    assert all(at > BROKEN.timestamp() * 1e3 for _, at in marked["Pages"])
    assert marked["Definitions"] == {(REVISION, REPLANNED.timestamp() * 1e3)}


def test_the_revenue_of_a_closed_month_is_shared_out(server: Prometheus, acme_plan: Plan) -> None:
    """The shares of a currency are one whole, and one service is all that earns: its state."""
    executive = Reader(server, board_of(acme_plan, BoardUid.EXECUTIVE))
    bars = executive.panel("closed-revenue").targets
    shares = {
        bar.legend: executive.value("closed-revenue", bar.ref, currency="EUR") for bar in bars
    }
    assert sorted(shares.values()) == [0, 0, 0, 0, 1]
    [state] = [row for row in executive.rows("closed-periods") if row["Service"] == SHOP]
    [held] = [legend for legend, share in shares.items() if share]
    codes = {one.code: one.word for one in WATERMELONS}
    assert held == f"{codes[int(float(state['SLA against XLA']))]}, {{{{currency}}}}"


def test_colours_turn_when_the_history_does(server: Prometheus, acme_plan: Plan) -> None:
    """What was well before a step became slow is not afterwards, on every board that shows it."""
    service = Reader(server, board_of(acme_plan, BoardUid.SERVICE))
    executive = Reader(server, board_of(acme_plan, BoardUid.EXECUTIVE))
    operations = Reader(server, board_of(acme_plan, BoardUid.OPERATIONS))
    live = timedelta(seconds=150)  # the live window, and an evaluation
    assert service.said("verdict-live", BROKEN) == "GREEN"
    assert service.said("verdict-live", BROKEN + live) == "WATERMELON"
    # Of sixty walks all were quick, which leaves a sample undecided and no more.
    assert service.said("states-live", BROKEN, agreement="pay-felt") == "UNDECIDED"
    assert service.said("states-live", BROKEN + live, agreement="pay-felt") == "BREACHED"
    slow = BROKEN + timedelta(minutes=2)
    for at, over in ((BROKEN, False), (slow, True)):
        satisfied = service.value("p95", "B", at, step="pay")
        tolerated = service.value("p95", "C", at, step="pay")
        assert (service.value("p95", "A", at, step="pay") > satisfied) is over
        assert service.value("p95", "A", at, step="pay") < tolerated
    assert executive.value("risk-by-service", at=BROKEN, service=SHOP) == 0
    assert executive.value("risk-by-service", at=slow, service=SHOP) > 0
    assert executive.values("broken", at=BROKEN) == {}
    assert operations.value("sources", "A", source="shop-orders") == 1


def test_budgets_are_spent_as_the_counters_say(server: Prometheus, acme_plan: Plan) -> None:
    """The budget falls when the events do: what is shown is at most ten minutes behind them."""
    service = Reader(server, board_of(acme_plan, BoardUid.SERVICE))
    [agreement] = [one for one in acme_plan.agreements if one.id == f"{SHOP}/pay-felt"]

    def truth(at: datetime) -> float:
        walked = 'sum(xla_step_outcomes_total{step="pay"%s})'
        total, good = (
            server.value(walked % chosen, at.timestamp()) or 0.0
            for chosen in ("", ',outcome="satisfied"')
        )
        return 1 - (total - good) / (float(agreement.budget) * total)

    minutes = [NOW - timedelta(minutes=n) for n in range(60)]
    shown = {at: service.value("budget", at=at, agreement="pay-felt") for at in minutes}
    # It only falls, so it lies between the truth now and the truth as long ago as it may lag.
    wrong = {
        at: left
        for at, left in shown.items()
        if not truth(at) - 0.01 <= left <= truth(at - LAG) + 0.01
    }
    assert wrong == {}
    assert max(shown.values()) == 1
    assert shown[NOW] < -10


def test_the_broken_promise_has_its_owner_and_its_age(server: Prometheus, acme_plan: Plan) -> None:
    """The Executive board names what is broken, since when and whose it is, and nothing else."""
    executive = Reader(server, board_of(acme_plan, BoardUid.EXECUTIVE))
    pages = [one for one in executive.rows("broken") if one["Broken promise"] == "pay-felt"]
    [row] = pages
    assert (row["Service"], row["Owner"], row["Vendor"]) == (SHOP, "checkout-team", "paygate")
    since = (NOW - BROKEN).total_seconds()
    assert since - 120 <= float(row["Broken for"]) <= since
    assert float(row["Budget left"]) < -10


def test_tables_show_what_the_records_say(server: Prometheus, acme_plan: Plan) -> None:
    """Counts and shares on the boards are those of the files, counted by hand."""
    executive = Reader(server, board_of(acme_plan, BoardUid.EXECUTIVE))
    shares = {
        (row["Service"], row["Agreement"]): row["Attainment"]
        for row in executive.rows("agreements")
        if "Attainment" in row
    }
    rolling = LAST_READ - timedelta(days=30)
    matured = LAST_READ - timedelta(days=3)
    for service, application, begin in ((SHOP, "webshop", MONTH), (BENEFITS, "benefits", rolling)):
        own = [one for one in tickets(NOW) if one.application == application]
        content = [
            one.score >= 4
            for one in own
            if one.score and one.answered and begin <= one.answered < LAST_READ
        ]
        resolved = [one for one in own if one.resolved and begin <= one.resolved < LAST_READ]
        closed = [one.reopened == 0 for one in resolved if one.resolved and one.resolved < matured]
        assert shares[service, "csat"] == share_of(content)
        assert shares[service, "stays-closed"] == share_of(closed)
        if service == BENEFITS:
            assert shares[service, "resolved-in-time"] == share_of(
                one.within_sla for one in resolved
            )


def share_of(kept: Iterable[bool]) -> object:
    """What is equal to the share of those that are true."""
    found = list(kept)
    assert len(found) > 50
    return pytest.approx(sum(found) / len(found), abs=1e-12)
