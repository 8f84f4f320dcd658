"""Whether what a source gives can be used: one whose every row is refused gives nothing.

Rows are refused one by one, because one bad row says nothing about the others. Where none was
ever taken it is the definition or the file that is wrong, and a source that counts nothing must
not look like one that is well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from truegreen_exporters.intake.ingest import Outcome

__all__ = ["Usable"]


class Usable:
    """What became of the rows of sources, over many readings.

    Args:
        once: Whether one reading stands for itself: it fails where it took none of its rows,
            even if an earlier one took some.
    """

    def __init__(self, *, once: bool = False) -> None:
        self._once = once
        self._faults: dict[str, str] = {}
        self._empty: set[str] = set()

    def fault(
        self, source: str, outcome: Outcome, counters: Mapping[tuple[str, str, str], int]
    ) -> str:
        """Return why a source that was read to its end gives nothing; empty where it gives rows.

        Args:
            source: Its name.
            outcome: How this reading went.
            counters: Every cumulative count by (source, `rows|rejected|unmatched`, reason).
        """
        useless = outcome.refused and not outcome.rows
        if not _taken(source, counters):
            refused = _refused(source, counters)
            if useless:
                self._faults[source] = _told(refused, outcome.first_refused)
            elif refused:
                self._faults.setdefault(source, _told(refused, ""))
        elif self._once and useless:
            return _told(outcome.refused, outcome.first_refused)
        else:
            self._faults.pop(source, None)
        return self._faults.get(source, "")

    def newly_empty(self, source: str, counters: Mapping[tuple[str, str, str], int]) -> bool:
        """Return whether a source gave no row at all, taken or refused; once, until it does."""
        if _taken(source, counters) or _refused(source, counters):
            self._empty.discard(source)
            return False
        known = source in self._empty
        self._empty.add(source)
        return not known


def _taken(source: str, counters: Mapping[tuple[str, str, str], int]) -> int:
    return counters.get((source, "rows", ""), 0)


def _refused(source: str, counters: Mapping[tuple[str, str, str], int]) -> int:
    return sum(n for (name, kind, _), n in counters.items() if (name, kind) == (source, "rejected"))


def _told(refused: int, first: str) -> str:
    rows = "its only row" if refused == 1 else f"each of its {refused:,} rows"
    shown = f"the first at {first}" if first else "`truegreen explain` shows the newest"
    return f"{rows} was refused, {shown}"
