"""Rows of a real PostgreSQL, and of SQLite: each once, late transactions too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import plans
import pytest
from ingesting import ingest

from truegreen_definitions.plan import SqlRead
from truegreen_exporters.intake.ingest import Outcome, reading_of
from truegreen_exporters.intake.mapping import Mapping
from truegreen_exporters.sources.pages import Page, Surroundings
from truegreen_exporters.sources.sql import sql_pages
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import psycopg
    from postgres_server import Postgres

NAME = plans.SURVEY_EXPORT.name
READ = SqlRead(
    location="${secret:DESK_URL}",
    query="answers",
    cursor=("updated", "id"),
    look_back_seconds=300,
    every_seconds=60,
    page_rows=100,
    timeout_seconds=5,
)
SOURCE = replace(
    plans.SURVEY_EXPORT,
    read=READ,
    columns=(
        ("survey_id", "id"),
        ("score", "cast(rating as integer)"),
        ("answered_at", "cast(answered as timestamptz)"),
    ),
    revision=("cast(updated as timestamptz)",),
)
TABLE = (
    "CREATE TABLE answers(id integer PRIMARY KEY, rating text, answered timestamptz, "
    "application text, updated timestamptz)"
)
INSERT = (
    "INSERT INTO answers SELECT i, i % 5 + 1, timestamptz '2016-03-01 12:00+00', 'webshop', "
    "timestamptz '2016-03-01 12:00+00' + i / 7 * interval '1 second' FROM generate_series({}, {}) i"
)


@pytest.fixture
def url(postgres: Postgres) -> str:
    """An empty database."""
    found = postgres.new_database("desk")
    with postgres.connect("desk") as connection:
        connection.execute(TABLE)
    return found


@pytest.fixture
def desk(postgres: Postgres, url: str) -> Iterator[psycopg.Connection]:
    """A connection to it that commits each statement."""
    with postgres.connect("desk") as connection:
        yield connection


@pytest.fixture
def store() -> Iterator[Store]:
    """A store in memory."""
    with Store(None, plans.PLAN) as found:
        yield found


def take(store: Store, url: str, read: SqlRead = READ) -> Outcome:
    """Read all that is new."""
    mapping = Mapping.of(replace(SOURCE, read=read), plans.SURVEYS)
    around = Surroundings(folder=None, environment={"DESK_URL": url})  # type: ignore[arg-type]  # not asked for
    return ingest(store, mapping, around, lambda: False)


def kept(store: Store) -> list[tuple[object, ...]]:
    """Return the rows."""
    return store.connection.execute(
        "SELECT survey_id::INT, score FROM surveys ORDER BY 1"
    ).fetchall()


def test_what_is_new_is_read_once(store: Store, url: str, desk: psycopg.Connection) -> None:
    """Pages go on behind the last row, also among rows of one instant; nothing comes twice."""
    desk.execute(INSERT.format(1, 1000))
    assert take(store, url) == Outcome(rows=1000)
    assert take(store, url) == Outcome(rows=0)
    desk.execute(INSERT.format(1001, 1003))
    assert take(store, url) == Outcome(rows=3)
    assert kept(store) == [(i, i % 5 + 1) for i in range(1, 1004)]
    assert store.counters() == {(NAME, "rows", ""): 1003}


def test_a_changed_row_is_read_again(store: Store, url: str, desk: psycopg.Connection) -> None:
    """A row whose cursor moved is taken with its new values."""
    desk.execute(INSERT.format(1, 10))
    take(store, url)
    desk.execute("UPDATE answers SET rating = '1', updated = updated + interval '1h' WHERE id = 4")
    assert take(store, url) == Outcome(rows=1)
    assert (4, 1) in kept(store)


def test_a_transaction_that_ends_late_is_not_lost(
    store: Store, url: str, desk: psycopg.Connection, postgres: Postgres
) -> None:
    """A row with an older time than the last one read is found, within the look-back."""
    with postgres.connect("desk") as slow:
        slow.execute("BEGIN")
        slow.execute(
            "INSERT INTO answers VALUES (1, '1', now(), 'webshop', '2016-03-01 12:00:00+00')"
        )
        desk.execute(
            "INSERT INTO answers VALUES (2, '2', now(), 'webshop', '2016-03-01 12:04:30+00')"
        )
        assert take(store, url) == Outcome(rows=1)
        slow.execute("COMMIT")
    assert take(store, url) == Outcome(rows=1)
    assert take(store, url) == Outcome(rows=0)
    assert [row for row, _ in kept(store)] == [1, 2]


def test_a_reading_ends_though_rows_never_cease_to_come(
    store: Store, url: str, desk: psycopg.Connection
) -> None:
    """Rows that come behind each page are of the next reading, which takes them."""
    desk.execute(INSERT.format(1, 250))
    mapping = Mapping.of(replace(SOURCE, read=READ), plans.SURVEYS)
    around = Surroundings(folder=None, environment={"DESK_URL": url})  # type: ignore[arg-type]  # not asked for
    last = 250
    for readings, rows in ((1, 350), (2, 450)):
        for number, page in enumerate(sql_pages(reading_of(store, mapping, around, lambda: False))):
            assert number < 10
            assert isinstance(page, Page)
            store.add(mapping, page.rows, page.cursor)
            desk.execute(INSERT.format(last + 1, last + 100))
            last += 100
        assert len(kept(store)) >= rows, readings
        assert len(kept(store)) < last
    take(store, url)
    assert [row for row, _ in kept(store)] == list(range(1, last + 1))


def test_a_bad_row_is_refused_once(store: Store, url: str, desk: psycopg.Connection) -> None:
    """A row that cannot be understood is counted once, however often it is met again."""
    desk.execute(INSERT.format(1, 5))
    desk.execute("UPDATE answers SET rating = 'many' WHERE id = 3")
    for _ in range(3):
        take(store, url)
    assert store.counters() == {(NAME, "rows", ""): 4, (NAME, "rejected", "bad_value"): 1}
    found = store.connection.execute("SELECT reason, excerpt FROM _reject").fetchall()
    assert len(found) == 1
    assert "many" in str(found)


def test_a_query_without_a_cursor_is_read_whole(
    store: Store, url: str, desk: psycopg.Connection
) -> None:
    """All rows are read each time; taken are those that changed, also back to what they were."""
    read = replace(
        READ,
        cursor=(),
        query="select id, rating, answered, application, "
        "'12:30'::text as noon, timestamptz '2016-01-01' as updated from answers",
    )
    desk.execute(INSERT.format(1, 250))
    assert take(store, url, read) == Outcome(rows=250)
    assert take(store, url, read) == Outcome(rows=0)
    for rating in ("5", "2"):
        desk.execute("UPDATE answers SET rating = %s WHERE id = 1", [rating])
        assert take(store, url, read) == Outcome(rows=1)
        assert kept(store)[0] == (1, int(rating))


def test_a_row_without_a_place_is_not_read_on_any_page(store: Store, tmp_path: Path) -> None:
    """NULL in the second cursor column is left out behind the mark too, and ends nothing."""
    import sqlite3

    path = tmp_path / "desk.db"
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE answers(id integer, rating, answered, application, updated integer)"
        )
        row = "INSERT INTO answers VALUES (?, 3, '2016-03-01T12:00:00Z', 'webshop', ?)"
        connection.executemany(row, [(None if i % 3 == 0 else i, i // 2) for i in range(1, 301)])
        connection.commit()
        read = replace(READ, cursor=("updated", "id"), page_rows=20)
        source = replace(SOURCE, revision=())
        mapping = Mapping.of(replace(source, read=read), plans.SURVEYS)
        around = Surroundings(folder=None, environment={"DESK_URL": f"sqlite:///{path}"})  # type: ignore[arg-type]  # not asked for
        assert ingest(store, mapping, around, lambda: False) == Outcome(rows=200)
        connection.executemany(row, [(None, 500), (501, 501), (None, 502)])
        connection.commit()
        assert ingest(store, mapping, around, lambda: False) == Outcome(rows=1)
    connection.close()


def test_a_reading_can_change_nothing(store: Store, url: str, desk: psycopg.Connection) -> None:
    """A query that writes is refused by the database, and nothing is changed."""
    desk.execute(INSERT.format(1, 3))
    desk.execute(
        "CREATE FUNCTION gone() RETURNS integer LANGUAGE sql VOLATILE AS "
        "'DELETE FROM answers RETURNING 1'"
    )
    read = replace(READ, query="select a.* from answers a, (select gone()) g")
    assert "read-only transaction" in take(store, url, read).faults[0]
    assert desk.execute("SELECT count(*) FROM answers").fetchone() == (3,)


def test_a_statement_ends_in_time(store: Store, url: str, desk: psycopg.Connection) -> None:
    """A statement that takes too long is ended by the database."""
    desk.execute(INSERT.format(1, 3))
    slow = replace(
        READ, query="select a.* from answers a, (select pg_sleep(20)) s", timeout_seconds=0.2
    )
    assert "statement timeout" in take(store, url, slow).faults[0]


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({}, "DESK_URL has no value"),
        ({"DESK_URL": "postgresql+psycopg://me:hunter2@127.0.0.1:1/x"}, "refused"),
        ({"DESK_URL": "hunter2"}, "Could not parse"),
        ({"DESK_URL": "nobase://me:hunter2@host/x"}, "the database"),
    ],
)
def test_what_is_wrong_is_told_without_the_secret(
    store: Store, environment: dict[str, str], message: str
) -> None:
    """A missing secret, a closed door and a bad URL are faults that never show the password."""
    mapping = Mapping.of(SOURCE, plans.SURVEYS)
    around = Surroundings(folder=None, environment=environment)  # type: ignore[arg-type]  # not asked for
    (fault,) = ingest(store, mapping, around, lambda: False).faults
    assert message in fault
    assert "hunter2" not in fault


def test_sqlite_is_read_too(store: Store, tmp_path: Path) -> None:
    """Another database by SQLAlchemy: a number as cursor, and text that sorts."""
    import sqlite3

    path = tmp_path / "desk.db"
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE answers(id integer, rating, answered, application, updated text)"
        )
        connection.executemany(
            "INSERT INTO answers VALUES (?, 3, '2016-03-01T12:00:00Z', 'webshop', ?)",
            [(i, f"2016-03-01T12:{i // 60:02}:{i % 60:02}Z") for i in range(350)],
        )
    connection.close()
    url = f"sqlite:///{path}"
    assert take(store, url, replace(READ, cursor=("id",))) == Outcome(rows=350)
    assert take(store, url, replace(READ, cursor=("id",))) == Outcome(rows=0)
    with Store(None, plans.PLAN) as other:
        assert take(other, url) == Outcome(rows=350)
        assert take(other, url) == Outcome(rows=0)
