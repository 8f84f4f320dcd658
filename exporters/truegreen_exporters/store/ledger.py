"""The ledger of closed periods: each one's parts as they were frozen, and what came after.

Revision 0 is the frozen number and is never written over. A correction that reaches a closed
period adds a revision, so both numbers stay, with the time each was known from. The digest is
that of the entry's own fields in canonical JSON: who has the entry can check it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import duckdb

from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.store.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from truegreen_definitions.plan import Records
    from truegreen_exporters.engines.question import Parts

__all__ = ["Entry", "Key", "Ledger", "definition_digest"]

Key = tuple[str, str, str]
"""(agreement, zone, period)."""

_FIELDS = (
    'agreement, zone, period, revision, start, "end", good, total, pending, excluded, known, '
    "definition"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One revision of a closed period.

    Attributes:
        agreement: `service/name`.
        zone: In which the period turns.
        period: `2026-W40`, `2026-10`, `2026-Q4` or `2026`.
        revision: 0 for the frozen number, then one for each restatement.
        start: First instant of the period, in microseconds since 1970.
        end: First instant after it.
        known: When this number was taken down, in microseconds since 1970.
        definition: Digest of the expressions it was counted by.
    """

    agreement: str
    zone: str
    period: str
    revision: int
    start: int
    end: int
    good: int
    total: int
    pending: int
    excluded: int
    known: int
    definition: str

    @property
    def key(self) -> Key:
        """The period it is a revision of."""
        return self.agreement, self.zone, self.period

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """(good, total, pending, excluded)."""
        return self.good, self.total, self.pending, self.excluded

    @property
    def digest(self) -> str:
        """SHA-256 of the fields as JSON with sorted keys and no spaces, in hex."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def says(self, parts: Parts) -> bool:
        """Return whether it has the same parts."""
        return self.counts == (parts.good, parts.total, parts.pending, parts.excluded)


class Ledger:
    """The entries of a state file.

    Args:
        connection: To the state file.
        known_at: Read what was known at this moment; None for now.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, known_at: datetime | None = None
    ) -> None:
        self._connection = connection
        self._known_at = 2**62 if known_at is None else microseconds(known_at)

    def entries(self) -> tuple[Entry, ...]:
        """Return every entry, in the order of agreement, zone, start and revision."""
        found = self._connection.execute(
            f"SELECT {_FIELDS} FROM _closed WHERE known <= ? "  # noqa: S608  ours
            "ORDER BY agreement, zone, start, period, revision",
            [self._known_at],
        ).fetchall()
        names = [name.strip(' "') for name in _FIELDS.split(",")]
        return tuple(Entry(**dict(zip(names, row, strict=True))) for row in found)

    def frozen(self) -> dict[Key, Entry]:
        """Return the frozen number of each closed period."""
        return {entry.key: entry for entry in self.entries() if not entry.revision}

    def latest(self) -> dict[Key, Entry]:
        """Return the newest revision of each closed period."""
        return {entry.key: entry for entry in self.entries()}

    def write(self, entries: Iterable[Entry]) -> None:
        """Add entries, all or none of them.

        Raises:
            StoreError: The state file cannot be written.
        """
        rows = [(*asdict(entry).values(), entry.digest) for entry in entries]
        if not rows:
            return
        kinds = ["VARCHAR"] * 3 + ["BIGINT"] * 8 + ["VARCHAR"] * 2
        values = ", ".join(f"unnest(?::{kind}[])" for kind in kinds)
        statement = f"INSERT INTO _closed ({_FIELDS}, digest) SELECT {values}"
        try:
            self._connection.execute(statement, list(map(list, zip(*rows, strict=True))))
        except duckdb.Error as error:
            raise StoreError(f"cannot write closed periods to the state file: {error}") from error


def definition_digest(records: Records) -> str:
    """Return the digest of what an agreement is counted by, and not of how it is told or judged."""
    counted = asdict(records)
    for told in ("by", "cohort", "min_sample"):
        del counted[told]
    if records.within is None:
        del counted["within"]  # what is no part of it changes nothing
    counted["exclusions"] = [exclusion.sql for exclusion in records.exclusions]
    text = json.dumps(counted, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
