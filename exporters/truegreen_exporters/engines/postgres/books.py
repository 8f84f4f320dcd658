"""How many rows of a source count where they stand, and how many do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from truegreen_definitions.names import RejectReasonValue

__all__ = ["Books"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Rows of a source, as they were counted last.

    Attributes:
        rows: Rows that are of the table.
        unmatched: Of these, of no service.
        repeated: Of these, with a key that another has too; there is none where revisions say
            which of them is the row.
        refused: (reason, in words, how many) of the rows that are left out.
    """

    rows: int
    unmatched: int
    repeated: int
    refused: tuple[tuple[RejectReasonValue, str, int], ...]

    def faults(self, key: tuple[str, ...]) -> tuple[str, ...]:
        """Return why the rows cannot be believed, if they cannot."""
        if not self.repeated:
            return ()
        shared = f"{self.repeated:,} rows have a key ({', '.join(key)}) that another has too"
        return (f"{shared}, and each would count: say by `revision:` which of them is the row",)
