"""The ledger of closed periods: each one's parts as they were frozen, and what came after."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from truegreen_exporters.digests import digest
from truegreen_exporters.store.closed_ledger import ClosedLedger, Key

if TYPE_CHECKING:
    from truegreen_definitions.plan import Records

__all__ = ["Entry", "Key", "Ledger", "definition_digest"]


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
        return digest(asdict(self))

    @property
    def empty(self) -> bool:
        """Whether there was nothing to count."""
        return not any(self.counts)

    def says(self, other: Entry) -> bool:
        """Return whether it has the same parts as another."""
        return self.counts == other.counts


class Ledger(ClosedLedger[Entry]):
    """The closed periods of agreements."""

    table, entry = "_closed", Entry


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
