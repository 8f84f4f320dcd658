"""A state file of an earlier version goes on as one of this version, or stays as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import plans
import pytest

from truegreen_definitions.errors import TerminalError
from truegreen_exporters.intake.mapping import Mapping
from truegreen_exporters.sources.cursor import Cursor
from truegreen_exporters.sources.rows import Position, Rows
from truegreen_exporters.store import Store
from truegreen_exporters.store.migrations import migrate

if TYPE_CHECKING:
    from pathlib import Path

# What version 1 wrote, in its own words.
VERSION_1 = """
CREATE TABLE _schema(version INTEGER NOT NULL);
CREATE TABLE _made(since DOUBLE NOT NULL);
CREATE TABLE _table(name VARCHAR PRIMARY KEY, key VARCHAR NOT NULL);
CREATE TABLE surveys(survey_id VARCHAR, service VARCHAR, score BIGINT, answered_at TIMESTAMPTZ,
    is_synthetic BOOLEAN, _revision VARCHAR NOT NULL, _source VARCHAR NOT NULL,
    PRIMARY KEY (survey_id));
INSERT INTO _schema VALUES (1);
INSERT INTO _made VALUES (1456704960.5);
INSERT INTO _table VALUES ('surveys', '["survey_id"]');
INSERT INTO surveys VALUES
    ('a', 'order-to-cash', 4, '2016-02-29 00:16:00+00', false, '', 'survey-export');
"""


def old_file(folder: Path) -> Path:
    """Write a state file of version 1."""
    path = folder / "state.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(VERSION_1)
    return path


def test_a_file_of_version_1_keeps_its_rows_and_takes_new_ones(tmp_path: Path) -> None:
    """Rows are known since the file began; a newer revision leaves the old one in the past."""
    path = old_file(tmp_path)
    for _ in range(2):  # the second opening has nothing to migrate
        with Store(path, plans.PLAN) as store:
            found = store.connection.execute("SELECT survey_id, score, _known FROM surveys")
            assert found.fetchall() == [("a", 4, 1456704960500000)]
    mapping = Mapping.of(plans.SURVEY_EXPORT, plans.SURVEYS)
    values = (("a",), ("5",), ("",), ("webshop",), ("1",))
    with Store(path, plans.PLAN) as store:
        row = Rows(values=values, lines=[2], end=Position(9, 2))
        store.add(mapping, row, Cursor(path="surveys.csv"))
        past = store.connection.execute('SELECT survey_id, score, _known FROM "_past_surveys"')
        assert past.fetchall() == [("a", 4, 1456704960500000)]
        assert store.connection.execute("SELECT score FROM surveys").fetchall() == [(5,)]


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    """What stands in the way of a later step takes the earlier ones back too."""
    path = old_file(tmp_path)
    with duckdb.connect(str(path)) as connection:
        connection.execute('CREATE TABLE "_past_surveys"(x INTEGER)')
    with pytest.raises(TerminalError, match="_past_surveys"):
        Store(path, plans.PLAN)
    with duckdb.connect(str(path)) as connection:
        assert connection.execute("SELECT version FROM _schema").fetchall() == [(1,)]
        columns = connection.execute("SELECT * FROM surveys").description
        assert "_known" not in [column[0] for column in columns]


@pytest.mark.parametrize("version", [0, 3])
def test_a_version_that_nothing_leads_from_is_refused(version: int) -> None:
    """Neither a later version nor none at all is guessed at."""
    with duckdb.connect() as connection, pytest.raises(TerminalError, match=f"schema {version}"):
        migrate(connection, version, 2)
