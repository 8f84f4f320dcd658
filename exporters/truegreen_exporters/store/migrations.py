"""Brings a state file of an earlier version to the present one, step by step.

It runs inside the transaction in which a plan is adopted: a migration that fails, or a process
that is killed in the middle of one, leaves the file as it was. A file of a later version is
refused, because its rows may mean what we do not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.errors import TerminalError
from truegreen_exporters.intake.mapping import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from duckdb import DuckDBPyConnection

__all__ = ["migrate"]


def migrate(connection: DuckDBPyConnection, version: int, wanted: int) -> None:
    """Bring a file to the wanted version.

    Raises:
        TerminalError: It is of a later version, or of one that nothing leads from.
    """
    if not 0 < version <= wanted:
        raise TerminalError(
            f"the state file has schema {version}, this version writes {wanted}: "
            "use the version that wrote it, or start with a new --state file"
        )
    for step in range(version, wanted):
        _STEPS[step](connection)
    connection.execute("UPDATE _schema SET version = ?", [wanted])


def _keep_the_past(connection: DuckDBPyConnection) -> None:
    """Version 2: when each row was learned of, and what it replaced.

    Of rows that are there nobody knows when they came: the file's own beginning is the earliest.
    """
    for (name,) in connection.execute("SELECT name FROM _table").fetchall():
        table = quoted(name)
        connection.execute(f"ALTER TABLE {table} ADD COLUMN _known BIGINT")
        connection.execute(
            f"UPDATE {table} SET _known = (SELECT CAST(since * 1e6 AS BIGINT) FROM _made)"  # noqa: S608  quoted
        )
        connection.execute(
            f"CREATE TABLE {quoted(f'_past_{name}')} AS "  # noqa: S608  quoted
            f"SELECT *, 0::BIGINT AS _until FROM {table} LIMIT 0"
        )


_STEPS: dict[int, Callable[[DuckDBPyConnection], None]] = {1: _keep_the_past}
