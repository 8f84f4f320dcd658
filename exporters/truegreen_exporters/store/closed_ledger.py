"""What the ledgers of closed periods have in common: entries that are added and never written over.

Revision 0 is what was frozen. A correction that reaches a closed period adds a revision, so both
stay, with the time each was known from. The digest is that of an entry's own fields: who has the
entry can check it.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeAlias, TypeVar

import duckdb

from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.store.opening import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

__all__ = ["ClosedLedger", "Key", "append", "known_by"]

Key: TypeAlias = tuple[str, str, str]
"""(agreement or measure, zone, period)."""

_KINDS = {"str": "VARCHAR", "int": "BIGINT", "float | None": "DOUBLE", "str | None": "VARCHAR"}


class _Entry(Protocol):
    """A revision of a closed period: a dataclass that begins with what, zone and period."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def key(self) -> Key:
        """The period it is a revision of."""

    @property
    def revision(self) -> int:
        """0 for what was frozen, then one for each restatement."""

    @property
    def digest(self) -> str:
        """That of its fields."""


EntryT = TypeVar("EntryT", bound=_Entry)


class ClosedLedger(Generic[EntryT]):
    """The entries of a state file.

    Attributes:
        table: Holds them, in columns named as their fields, and their digests.
        entry: Their type.

    Args:
        connection: To the state file.
        known_at: Read what was known at this moment; None for now.
    """

    table: ClassVar[str]
    entry: type[EntryT]

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, known_at: datetime | None = None
    ) -> None:
        self._connection = connection
        self._known_by = known_by(known_at)
        self._columns = {field.name: _KINDS[str(field.type)] for field in fields(self.entry)}

    def entries(self) -> tuple[EntryT, ...]:
        """Return every entry, in the order of what it is of, zone, start and revision."""
        listed = ", ".join(f'"{name}"' for name in self._columns)
        found = self._connection.execute(
            f"SELECT {listed} FROM {self.table} WHERE known <= ? "  # noqa: S608  ours
            "ORDER BY 1, zone, start, period, revision",
            [self._known_by],
        ).fetchall()
        return tuple(self.entry(**dict(zip(self._columns, row, strict=True))) for row in found)

    def frozen(self) -> dict[Key, EntryT]:
        """Return what was frozen of each closed period."""
        return {entry.key: entry for entry in self.entries() if not entry.revision}

    def latest(self) -> dict[Key, EntryT]:
        """Return the newest revision of each closed period."""
        return {entry.key: entry for entry in self.entries()}

    def write(self, entries: Iterable[EntryT]) -> None:
        """Add entries, all or none of them.

        Raises:
            StoreError: The state file cannot be written.
        """
        rows = [(*asdict(entry).values(), entry.digest) for entry in entries]
        columns = self._columns | {"digest": "VARCHAR"}
        append(self._connection, self.table, columns, rows, "closed periods")


def known_by(at: datetime | None) -> int:
    """Return the last instant of which entries are read, in microseconds since 1970."""
    return 2**62 if at is None else microseconds(at)


def append(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Mapping[str, str],
    rows: Sequence[tuple[Any, ...]],
    what: str,
) -> None:
    """Add rows to a table, all or none of them.

    Args:
        connection: To the state file.
        table: Its name.
        columns: The type of each, in the order of the rows' values.
        rows: What is added.
        what: The rows in words.

    Raises:
        StoreError: The state file cannot be written.
    """
    if not rows:
        return
    listed = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(f"unnest(?::{kind}[])" for kind in columns.values())
    statement = f"INSERT INTO {table} ({listed}) SELECT {values}"
    try:
        connection.execute(statement, list(map(list, zip(*rows, strict=True))))
    except duckdb.Error as error:
        raise StoreError(f"cannot write {what} to the state file: {error}") from error
