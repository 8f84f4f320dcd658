"""PostgreSQL counts what DuckDB counts of the same rows, whatever they look like."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import plans
import pytest
import sqlglot
from ingesting import ingest
from sqlglot import ErrorLevel, exp
from told_parts import told

from truegreen_definitions.expressions.sql_relatives import RELATIVES, Relative, relative_of
from truegreen_definitions.plan import (
    Column,
    Elapsed,
    Exclusion,
    Judged,
    OtherRows,
    Pauses,
    Records,
    Source,
    SqlRead,
    Table,
    Values,
)
from truegreen_definitions.units import parse_window
from truegreen_exporters.engines.duckdb import DuckDbEngine
from truegreen_exporters.engines.engine import CountError
from truegreen_exporters.engines.postgres.engine import PostgresEngine
from truegreen_exporters.engines.postgres.session import Session
from truegreen_exporters.engines.question import Question
from truegreen_exporters.engines.tally import Tally
from truegreen_exporters.engines.value_question import Valued, ValueQuestion
from truegreen_exporters.intake.mapping import Mapping
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postgres_server import Postgres
    from sqlalchemy import CursorResult

AT = datetime(2026, 3, 30, 10, 0, tzinfo=UTC)  # the day after the clocks turned
LABELS = ("1d", "30d", "all", "prev_month")
WINDOWS = tuple(map(parse_window, LABELS))
ROWS = 90

CASES = Table(
    name="cases",
    key=("case_id",),
    columns=(
        Column(name="case_id", type="text"),
        Column(name="service", type="text"),
        Column(name="seen_at", type="timestamp"),
        Column(name="local_at", type="timestamp"),
        Column(name="opened_at", type="timestamp"),
        Column(name="done_at", type="timestamp"),
        Column(name="day", type="date"),
        Column(name="score", type="integer"),
        Column(name="level", type="decimal"),
        Column(name="weight", type="decimal"),
        Column(name="size", type="decimal"),
        Column(name="flag", type="boolean"),
        Column(name="fine", type="boolean"),
        Column(name="customer", type="text"),
        Column(name="kind", type="text"),
        Column(name="never", type="text"),
    ),
    origin=plans.HERE,
)
READ = SqlRead(
    location="${secret:DESK_URL}",
    query="select * from desk",
    cursor=(),
    look_back_seconds=0,
    every_seconds=60,
    page_rows=500,
    timeout_seconds=60,
)
KIND = (
    "CASE WHEN CAST(number AS INT) > 3 THEN 'Ä_high' "
    "WHEN CAST(size AS DOUBLE) >= 2 THEN 'big' ELSE 'ä-low' END"
)
SOURCE = Source(
    name="desk",
    table="cases",
    read=READ,
    zone="America/New_York",
    columns=(
        ("case_id", "id"),
        ("seen_at", "seen"),
        ("local_at", "local"),
        ("opened_at", "CAST(opened AS TIMESTAMPTZ)"),
        ("done_at", "STRPTIME(done, '%d/%m/%Y %H:%M')"),
        ("day", "CAST(opened AS DATE)"),
        ("score", "TRY_CAST(rating AS INT)"),
        ("level", "CASE WHEN rating = 'n/a' THEN 0 ELSE CAST(rating AS DECIMAL(38, 12)) END"),
        ("weight", "amount"),
        ("size", "size"),
        ("flag", "CAST(flag AS BOOLEAN)"),
        ("fine", "fine"),
        ("customer", "LOWER(customer)"),
        ("kind", KIND),
    ),
    revision=("updated", "version"),
    service="CASE WHEN application = 'web' THEN 'shop' WHEN number = '2' THEN 'desk' END",
    origin=plans.HERE,
)
STATES = Table(
    name="states",
    key=("of_case", "begun"),
    columns=(
        Column(name="of_case", type="text"),
        Column(name="begun", type="timestamp"),
        Column(name="state", type="text"),
    ),
    origin=plans.HERE,
)
STATES_SOURCE = Source(
    name="states",
    table="states",
    read=replace(READ, query="states"),
    zone="UTC",
    columns=(("of_case", "of_case"), ("begun", "begun"), ("state", "state")),
    revision=(),
    service="",
    origin=plans.HERE,
)
PLAN = replace(
    plans.PLAN,
    services=plans.PLAN.services,
    agreements=(),
    measurements=(),
    tables=(CASES, STATES),
    sources=(SOURCE, STATES_SOURCE),
)
MADE = (
    "CREATE TABLE desk(id text, application text, seen timestamptz, local timestamp, opened text, "
    "done text, rating text, amount numeric, size float8, flag text, fine boolean, customer text, "
    "number int, updated timestamptz, version text);"
    "CREATE TABLE states(of_case text, begun timestamptz, state text);"
)
RATINGS = ("1", "2", "3", "4", "5", " 3 ", "4.5", "2.5", "1e1", "-2", "n/a", "oops", "", None)
FLAGS = ("true", "f", "YES", "0", "n", "on", None)
OPENED = (
    "2026-03-{:02} 10:15:00",
    "2026-3-{} 1:05",
    "2026/03/{:02} 10:15:00.123456",
    "2026-03-{:02}T23:59:59Z",
    "2026-03-{:02} 00:00:00+05:30",
    "2026-03-{:02}",
    "2026-02-{:02} 12:00",  # some days are none
    "03-{:02}-2026",
)


def rows() -> list[tuple[object, ...]]:
    """Return rows as a desk may have them: some twice, some wrong, some of nobody."""
    dice = random.Random(7)
    found: list[tuple[object, ...]] = []
    for number in range(ROWS):
        seen = AT - timedelta(minutes=dice.randrange(-600, 60 * 24 * 120))
        opened = dice.choice(OPENED).format(dice.randrange(20, 32))
        done = f"{dice.randrange(1, 32)}/{dice.randrange(1, 5)}/2026 {dice.randrange(24)}:30"
        found.append(
            (
                f"c{number if dice.random() < 0.8 else dice.randrange(number + 1)}",
                dice.choice(["web", "web", "web", "phone", None]),
                dice.choice([seen, seen, seen, None]),
                seen.replace(tzinfo=None),
                opened if dice.random() < 0.9 else None,
                dice.choice([done, done, None]),
                dice.choice(RATINGS),
                dice.choice([Decimal("1.5"), Decimal("0.0000000000005"), Decimal(-3), None]),
                dice.choice([0.1, 2.0, 1 / 3, None]),
                dice.choice(FLAGS) if dice.random() < 0.3 else "true",
                dice.choice([True, False, None]),
                dice.choice(["Ada", "ÉMILE", "émile", "bob", None]),
                dice.choice([1, 2, 3, 4, None]),
                AT - timedelta(hours=dice.randrange(5)),
                dice.choice(["9", "10", "x", None]),
            )
        )
    # One of several with the same key and revision is not the better one.
    seen_twice = {}
    for row in found:
        seen_twice[row[0], row[-2], row[-1]] = row
    return list(seen_twice.values())


@pytest.fixture(scope="module")
def url(postgres: Postgres) -> str:
    """A database with the rows of the desk."""
    found = postgres.new_database("desk_in_place")
    with postgres.connect("desk_in_place") as connection:
        connection.execute(MADE)
        made = rows()
        places = ", ".join(["%s"] * len(made[0]))
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO desk VALUES ({places})", made)
            cursor.executemany(
                "INSERT INTO states VALUES (%s, %s, %s)",
                [
                    (f"c{number}", AT - timedelta(days=40, hours=7 * step), state)
                    for number in range(0, ROWS, 3)
                    for step, state in enumerate(("open", "waiting", "open", "waiting"))
                ],
            )
    return found


@pytest.fixture(scope="module")
def local(url: str) -> Iterator[tuple[Store, DuckDbEngine]]:
    """The rows read into a store, and what counts them there."""
    around = Surroundings(folder=None, environment={"DESK_URL": url})  # type: ignore[arg-type]  # not asked for
    with Store(None, PLAN) as store:
        for source, table in ((SOURCE, CASES), (STATES_SOURCE, STATES)):
            assert ingest(store, Mapping.of(source, table), around, lambda: False).faults == ()
        yield store, DuckDbEngine(store.connection)


@pytest.fixture(scope="module")
def remote(url: str) -> Iterator[PostgresEngine]:
    """What counts them where they are."""
    with Session(READ, {"DESK_URL": url}) as session:
        yield PostgresEngine(
            session,
            {"cases": Mapping.of(SOURCE, CASES), "states": Mapping.of(STATES_SOURCE, STATES)},
        )


BASE = Records(
    table="cases",
    at="seen_at",
    where="NOT flag IS NULL",
    total="score >= 2",
    good="score >= 4",
    mature_after_seconds=86_400,
    min_sample=0,
    exclusions=(Exclusion(reason="ours", sql="customer = 'ada'"),),
)


def asked(records: Records, service: str = "shop") -> Question:
    """Return the question, in a zone that is neither the source's nor UTC."""
    return Question(service=service, zone="Europe/Berlin", records=records, windows=WINDOWS)


REDSHIFT = relative_of("redshift")
RECORDS = {
    "plain": BASE,
    "text": replace(
        BASE,
        total="customer LIKE '%m%' OR kind ILIKE 'ä%' OR CONTAINS(customer, 'o')",
        good="REGEXP_MATCHES(kind, '^.{2,3}-') OR STARTS_WITH(customer, 'é') OR kind < 'b'",
    ),
    "times": replace(
        BASE,
        at="local_at",
        total="DATE_DIFF('day', opened_at, done_at) < 9 OR MONTH(seen_at) = 2",
        good="done_at - opened_at < INTERVAL '36' HOUR OR DAYOFWEEK(opened_at) = 0",
    ),
    "calendar": replace(
        BASE,
        at="opened_at",
        total="DATE_TRUNC('month', seen_at) <= opened_at + INTERVAL '3' DAY",
        good="DATE_DIFF('week', seen_at, opened_at) = 0 "
        "OR DATE_DIFF('hour', opened_at, done_at) > 5",
    ),
    "day": replace(BASE, at="day", good="EXTRACT(day FROM day) > 20 AND fine"),
    "numbers": replace(
        BASE,
        total="weight / size > 3 OR weight / (score - 3) < 0",
        good="ROUND(size, 1) = 0.3 OR level % 2 = 0 OR CAST(level AS BIGINT) = 5",
    ),
    "neighbours": replace(
        BASE,
        per="customer",
        order=("case_id",),
        good="PREVIOUS(seen_at) IS NULL OR seen_at - PREVIOUS(seen_at) > INTERVAL '2' DAY",
    ),
    "later": replace(
        BASE,
        at="done_at",
        per="customer",
        order=("case_id",),
        good="NEXT(seen_at, opened_at) IS NULL "
        "OR NEXT(seen_at, opened_at) > opened_at + INTERVAL '2' DAY "
        "OR NEXT(day, seen_at) < done_at",
    ),
    "snapshots": replace(
        BASE,
        per="customer",
        total="score > 1",
        each=Judged(share=Decimal(1), at_least=1, last=True),
    ),
    "keys": replace(BASE, per="customer", each=Judged(share=Decimal("0.4"), at_least=2)),
}
MEASURES = {
    "sum": Values(table="cases", at="seen_at", where="fine", aggregate="sum", value="weight"),
    "mean": Values(table="cases", at="day", where="", aggregate="mean", value="level"),
    "quantile": Values(
        table="cases",
        at="seen_at",
        where="",
        aggregate="quantile",
        value="level",
        quantile=Decimal("0.9"),
    ),
    "later": Values(
        table="cases",
        at="seen_at",
        where="",
        aggregate="sum",
        value="CASE WHEN NEXT(done_at, opened_at) < seen_at THEN 1 ELSE 0 END",
        per="customer",
        order=("case_id",),
    ),
    "snapshots": Values(
        table="cases",
        at="seen_at",
        where="",
        aggregate="ratio",
        value="weight",
        denominator="size",
        per="customer",
        each="last",
    ),
    "count": Values(table="cases", at="seen_at", where="score > 2", aggregate="count"),
    "rate": Values(
        table="cases",
        at="seen_at",
        where="",
        aggregate="rate",
        value="score",
        rate_seconds=3600,
    ),
    "distinct": Values(
        table="cases", at="opened_at", where="", aggregate="distinct", value="customer"
    ),
    "ratio": Values(
        table="cases",
        at="seen_at",
        where="",
        aggregate="ratio",
        value="weight",
        denominator="size",
    ),
    "over": Values(
        table="cases",
        at="seen_at",
        where="fine",
        aggregate="ratio",
        value="weight",
        over=OtherRows(table="cases", at="local_at", where="flag", value="score"),
    ),
    "own time": Values(
        table="cases",
        at="done_at",
        where="",
        aggregate="rate",
        rate_seconds=100,
        elapsed=Elapsed(start="opened_at", end="done_at", weight="level", once=True),
    ),
    "elapsed": Values(
        table="cases",
        at="done_at",
        where="",
        aggregate="quantile",
        elapsed=Elapsed(start="opened_at", end="done_at"),
        quantile=Decimal("0.5"),
    ),
    "age": Values(
        table="cases",
        at="opened_at",
        until="done_at",
        where="",
        aggregate="mean",
        elapsed=Elapsed(start="opened_at", end=""),
    ),
    "paused": Values(
        table="cases",
        at="done_at",
        where="",
        aggregate="mean",
        elapsed=Elapsed(
            start="opened_at",
            end="done_at",
            pauses=Pauses(
                table="states",
                of="of_case",
                case="case_id",
                at="begun",
                state="state",
                paused=("waiting",),
            ),
        ),
    ),
    "each": Values(
        table="cases",
        at="seen_at",
        where="",
        aggregate="quantile",
        value="score",
        quantile=Decimal("0.5"),
        per="customer",
        each="mean",
        at_least=2,
    ),
}


@pytest.mark.parametrize("name", RECORDS)
def test_agreements_have_the_same_parts(
    name: str, local: tuple[Store, DuckDbEngine], remote: PostgresEngine
) -> None:
    """Good, total, pending and excluded of every window, moment and span are the same."""
    for service in ("shop",) if name == "keys" else ("shop", "desk"):  # a query for each window
        question = asked(RECORDS[name], service)
        expected = local[1].parts_at(question, AT)
        assert remote.parts_at(question, AT) == expected
        moments = [AT - timedelta(days=days) for days in (0, 40)]
        assert remote.parts_over(question, moments) == local[1].parts_over(question, moments)
        spans = [(AT - timedelta(days=n + 7), AT - timedelta(days=n)) for n in range(0, 60, 30)]
        expected_spans = local[1].parts_between(question, spans, AT)
        assert remote.parts_between(question, spans, AT) == expected_spans
    counted = local[1].parts_at(asked(RECORDS[name]), AT)["all"]
    assert 0 < counted.good <= counted.total


def test_agreements_are_counted_in_one_pass(
    local: tuple[Store, DuckDbEngine], remote: PostgresEngine
) -> None:
    """Many agreements counted together have the parts that each has alone."""
    questions = [asked(one, service) for one in RECORDS.values() for service in ("shop", "desk")]
    found = Tally(remote, None, questions).advance(AT)
    assert not found.failed
    assert told(found) == {
        place: local[1].parts_at(question, AT) for place, question in enumerate(questions)
    }


@pytest.mark.parametrize("name", MEASURES)
def test_measures_have_the_same_values(
    name: str, local: tuple[Store, DuckDbEngine], remote: PostgresEngine
) -> None:
    """Value, bounds, sums and counts of every window are the same, sums to the last digit."""
    question = ValueQuestion(
        service="shop",
        zone="Europe/Berlin",
        values=MEASURES[name],
        windows=WINDOWS,
        sample=True,
    )
    expected, found = local[1].values_at(question, AT), remote.values_at(question, AT)
    for label in LABELS:
        assert _counts(found[label]) == _counts(expected[label])
        for one in ("value", "lower", "upper"):
            assert getattr(found[label], one) == pytest.approx(getattr(expected[label], one))
    assert any(one.total for one in expected.values())


def _counts(one: Valued) -> tuple[object, ...]:
    return one.total, one.pending, one.excluded, one.numerator, one.denominator


class StandIn(Session):
    """PostgreSQL in place of a relative, but for two of Redshift's words.

    A text without an end is TEXT, and a backslash is no escape.
    """

    def _run(self, zone: str, query: str) -> CursorResult[Any]:
        if self._relative is REDSHIFT:
            query = query.replace("VARCHAR(MAX)", "TEXT").replace("\\\\", "\\")
        return super()._run(zone, query)


@pytest.mark.parametrize("relative", RELATIVES, ids=lambda one: one.name)
def test_relatives_are_asked_the_same(
    relative: Relative, url: str, local: tuple[Store, DuckDbEngine]
) -> None:
    """In the words of a relative PostgreSQL stands in for it: its own sqlglot reads them whole."""
    mappings = {"cases": Mapping.of(SOURCE, CASES), "states": Mapping.of(STATES_SOURCE, STATES)}
    questions = [asked(RECORDS[one]) for one in ("times", "text", "keys")]
    with StandIn(READ, {"DESK_URL": url}, relative) as session:
        remote = PostgresEngine(session, mappings)
        found = Tally(remote, None, questions).advance(AT)
        assert not found.failed
        for place, question in enumerate(questions):
            assert told(found)[place] == local[1].parts_at(question, AT)
        question = questions[0]
        text = remote.query_of(question, (0, 1), AT)
        read = sqlglot.parse_one(text, read=relative.name, error_level=ErrorLevel.RAISE)
        assert read.find(exp.Command) is None
        for absent in ("COLLATE", "WIDTH_BUCKET", "ISFINITE", "(?p)", "MATERIALIZED"):
            assert absent not in text.upper()
        assert relative.filters or "FILTER" not in text
        moments = [AT - timedelta(days=days) for days in (0, 40)]
        assert remote.parts_over(question, moments) == local[1].parts_over(question, moments)
        for values in list(MEASURES.values())[::4]:
            measured = ValueQuestion(
                service="shop", zone="Europe/Berlin", values=values, windows=WINDOWS, sample=True
            )
            here, there = local[1].values_at(measured, AT), remote.values_at(measured, AT)
            assert {one: _counts(there[one]) for one in LABELS} == {
                one: _counts(here[one]) for one in LABELS
            }
        assert remote.books("cases").rows > 10
        assert remote.refused_rows("cases", 3)


def test_a_relative_goes_on_after_a_statement_that_fails(url: str) -> None:
    """Without savepoints a failing statement ends its transaction, and the next begins another."""
    with Session(READ, {"DESK_URL": url}, RELATIVES[0]) as session:
        with pytest.raises(CountError, match="nowhere"):
            session.rows("UTC", "SELECT 1 FROM nowhere")
        assert session.rows("UTC", "SELECT 1 AS one") == (["one"], [(1,)])


def test_rows_are_refused_alike(local: tuple[Store, DuckDbEngine], remote: PostgresEngine) -> None:
    """What is refused, and why, is what is refused when rows are read into the store.

    The store has the value that was found and what may mend it, too.
    """
    connection = local[0].connection
    query = (
        "SELECT regexp_replace(detail, ' fails on .*', ' fails'), count(*) FROM _reject "
        "WHERE source = 'desk' GROUP BY 1 ORDER BY 1"
    )
    expected = dict(connection.execute(query).fetchall())
    in_place = remote.in_place("cases")
    _, found = remote._session.rows("UTC", in_place.refused)
    assert {in_place.reason(why)[1]: count for why, count in found} == expected
    assert len(expected) > 3
