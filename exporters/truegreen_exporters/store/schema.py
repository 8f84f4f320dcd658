"""The tables of a state file, and what to do when the definitions have changed.

Beside one table per `plan.Table`, and its past, there are the tables of our own; they start with
`_`. New columns are added; a changed type or key is refused, because old rows would mean something
else. A source whose definition changed is read again from the start of its files.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from truegreen_definitions.errors import TerminalError
from truegreen_exporters.intake.mapping import COLUMN_TYPES, SERVICE, quoted
from truegreen_exporters.store.migrations import migrate

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from truegreen_definitions.plan import Source, Table

__all__ = ["SCHEMA_VERSION", "apply", "missing", "past_of"]

SCHEMA_VERSION = 2

_OWN_TABLES = """
CREATE TABLE IF NOT EXISTS _schema(version INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS _made(since DOUBLE NOT NULL);
CREATE TABLE IF NOT EXISTS _table(name VARCHAR PRIMARY KEY, key VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS _source(
    name VARCHAR PRIMARY KEY, definition VARCHAR NOT NULL, last_success DOUBLE);
CREATE TABLE IF NOT EXISTS _cursor(
    source VARCHAR, path VARCHAR, position BIGINT NOT NULL, line BIGINT NOT NULL,
    size BIGINT NOT NULL, inode HUGEINT NOT NULL, modified_ns BIGINT NOT NULL,
    seal VARCHAR NOT NULL, block VARCHAR NOT NULL, chain VARCHAR NOT NULL,
    PRIMARY KEY (source, path));
CREATE TABLE IF NOT EXISTS _mark(
    source VARCHAR, part VARCHAR, state VARCHAR NOT NULL, PRIMARY KEY (source, part));
CREATE TABLE IF NOT EXISTS _seen(
    source VARCHAR, digest VARCHAR, place DOUBLE NOT NULL, PRIMARY KEY (source, digest));
CREATE TABLE IF NOT EXISTS _counter(
    source VARCHAR, kind VARCHAR, reason VARCHAR, total BIGINT NOT NULL,
    PRIMARY KEY (source, kind, reason));
CREATE TABLE IF NOT EXISTS _reject(
    source VARCHAR, path VARCHAR, line BIGINT, reason VARCHAR, detail VARCHAR, excerpt VARCHAR);
CREATE TABLE IF NOT EXISTS _closed(
    agreement VARCHAR, zone VARCHAR, period VARCHAR, revision INTEGER,
    start BIGINT NOT NULL, "end" BIGINT NOT NULL, good BIGINT NOT NULL, total BIGINT NOT NULL,
    pending BIGINT NOT NULL, excluded BIGINT NOT NULL, known BIGINT NOT NULL,
    definition VARCHAR NOT NULL, digest VARCHAR NOT NULL,
    PRIMARY KEY (agreement, zone, period, revision));
CREATE TABLE IF NOT EXISTS _closed_value(
    measure VARCHAR, zone VARCHAR, period VARCHAR, revision INTEGER,
    start BIGINT NOT NULL, "end" BIGINT NOT NULL, value DOUBLE, lower DOUBLE, upper DOUBLE,
    total BIGINT NOT NULL, pending BIGINT NOT NULL, excluded BIGINT NOT NULL,
    numerator VARCHAR, denominator VARCHAR, known BIGINT NOT NULL,
    definition VARCHAR NOT NULL, digest VARCHAR NOT NULL,
    PRIMARY KEY (measure, zone, period, revision));
CREATE TABLE IF NOT EXISTS _loss(
    service VARCHAR, channel VARCHAR, episode VARCHAR, revision INTEGER,
    known BIGINT NOT NULL, document VARCHAR NOT NULL, digest VARCHAR NOT NULL,
    PRIMARY KEY (service, channel, episode, revision));
"""


def past_of(table: str) -> str:
    """Return the relation, quoted, of the revisions of a table's rows that were replaced."""
    return quoted(f"_past_{table}")


_PACE = ("every_seconds", "timeout_seconds", "page_rows", "look_back_seconds")


def apply(
    connection: DuckDBPyConnection, tables: tuple[Table, ...], sources: tuple[Source, ...]
) -> tuple[str, ...]:
    """Bring a state file to the plan's tables; return the sources to be read again.

    Raises:
        TerminalError: It was written by another version, or a table has changed its meaning.
    """
    connection.execute(_OWN_TABLES)
    connection.execute(
        "INSERT INTO _made SELECT epoch(current_timestamp) WHERE NOT EXISTS (FROM _made)"
    )
    version = connection.execute("SELECT max(version) FROM _schema").fetchone()
    if version == (None,):
        connection.execute("INSERT INTO _schema VALUES (?)", [SCHEMA_VERSION])
    elif version != (SCHEMA_VERSION,):
        migrate(connection, version[0] if version else 0, SCHEMA_VERSION)
    for table in tables:
        _apply_table(connection, table)
    return tuple(source.name for source in sources if _apply_source(connection, source))


def missing(connection: DuckDBPyConnection, tables: tuple[Table, ...]) -> tuple[str, ...]:
    """Return what `apply` would add, inside a transaction that the caller takes back.

    Raises:
        TerminalError: A table has changed its meaning, or another version has written it.
    """
    columns = (
        "SELECT table_name || '.' || column_name FROM duckdb_columns() WHERE NOT internal "
        "AND database_name = current_database() ORDER BY 1"
    )
    before = {name for (name,) in connection.execute(columns).fetchall()}
    if "_schema.version" in before:
        version = connection.execute("SELECT max(version) FROM _schema").fetchone()
        if version != (SCHEMA_VERSION,):
            return (f"format {SCHEMA_VERSION}",)
    apply(connection, tables, ())
    after = [name for (name,) in connection.execute(columns).fetchall()]
    return tuple(name for name in after if name not in before and not name.startswith("_past_"))


def _apply_table(connection: DuckDBPyConnection, table: Table) -> None:
    wanted = {column.name: COLUMN_TYPES[column.type] for column in table.columns}
    wanted.setdefault(SERVICE, "VARCHAR")
    key = json.dumps(table.key)
    known = connection.execute("SELECT key FROM _table WHERE name = ?", [table.name]).fetchone()
    if known is None:
        columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in wanted.items())
        primary = ", ".join(map(quoted, table.key))
        connection.execute(
            f"CREATE TABLE {quoted(table.name)}({columns}, _revision VARCHAR NOT NULL, "
            f"_source VARCHAR NOT NULL, _known BIGINT NOT NULL, PRIMARY KEY ({primary}))"
        )
        connection.execute(
            f"CREATE TABLE {past_of(table.name)} AS "  # noqa: S608  quoted
            f"SELECT *, 0::BIGINT AS _until FROM {quoted(table.name)} LIMIT 0"
        )
        connection.execute("INSERT INTO _table VALUES (?, ?)", [table.name, key])
        return
    if known != (key,):
        _refuse(table, f"its key was {', '.join(json.loads(known[0]))}")
    _add_columns(connection, table, wanted)


def _add_columns(connection: DuckDBPyConnection, table: Table, wanted: dict[str, str]) -> None:
    found = connection.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ?", [table.name]
    ).fetchall()
    present = {name: _plain(kind) for name, kind in found}
    for name, kind in wanted.items():
        if name not in present:
            for relation in (quoted(table.name), past_of(table.name)):
                connection.execute(f"ALTER TABLE {relation} ADD COLUMN {quoted(name)} {kind}")
        elif present[name] != kind:
            _refuse(table, f"its column {name} was {present[name]} and would be {kind}")


def _apply_source(connection: DuckDBPyConnection, source: Source) -> bool:
    """Note a source's definition; return whether it has changed since it was last read."""
    meaning = asdict(source)
    del meaning["origin"]  # a moved line changes nothing
    for name in _PACE:  # nor does how often and how patiently somebody is asked
        meaning["read"].pop(name, None)
    definition = hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()
    known = connection.execute(
        "SELECT definition FROM _source WHERE name = ?", [source.name]
    ).fetchone()
    if known == (definition,):
        return False
    connection.execute(
        "INSERT INTO _source VALUES (?, ?, NULL) "
        "ON CONFLICT (name) DO UPDATE SET definition = excluded.definition",
        [source.name, definition],
    )
    for kept in ("_cursor", "_mark", "_seen"):
        connection.execute(f"DELETE FROM {kept} WHERE source = ?", [source.name])  # noqa: S608  ours
    return known is not None


def _plain(kind: str) -> str:
    return "TIMESTAMPTZ" if kind == "TIMESTAMP WITH TIME ZONE" else kind


def _refuse(table: Table, why: str) -> None:
    raise TerminalError(
        f"table {table.name} has changed: {why}; "
        "start with a new --state file, and the sources are read again"
    )
