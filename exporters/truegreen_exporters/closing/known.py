"""What is known of closed periods: what each was frozen as, its newest revision, and what is news.

A period is frozen once; a number that is another later makes a restatement, and both stay. A
changed definition restates nothing: what was promised then was measured by what was written then.
Periods from before the first row do not exist.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from truegreen_exporters.store.closed_ledger import Key
    from truegreen_exporters.store.ledger import Entry
    from truegreen_exporters.store.value_ledger import ValueEntry

__all__ = ["KnownPeriods"]

EntryT = TypeVar("EntryT", "Entry", "ValueEntry")


class KnownPeriods(Generic[EntryT]):
    """The closed periods of all agreements, or of all measures.

    Attributes:
        frozen: What was frozen of each period; it grows as periods close.
        latest: Its newest revision.

    Args:
        entries: Those of the ledger, revisions of a period in their order.
    """

    def __init__(self, entries: Iterable[EntryT]) -> None:
        self.frozen: dict[Key, EntryT] = {}
        self.latest: dict[Key, EntryT] = {}
        self._begun: dict[tuple[str, str], int] = {}
        self.take(entries)

    def take(self, entries: Iterable[EntryT]) -> None:
        """Take over what was written to the ledger."""
        for entry in entries:
            self.latest[entry.key] = entry
            if not entry.revision:
                self.frozen[entry.key] = entry
                begun = self._begun.get(entry.key[:2], entry.start)
                self._begun[entry.key[:2]] = min(begun, entry.start)

    def news(self, entries: Iterable[EntryT]) -> Iterator[EntryT]:
        """Yield what is not known yet: periods that freeze, and corrections of frozen ones.

        Args:
            entries: Closed periods of one agreement or measure in one zone as they are now, in
                order of time.
        """
        frozen = False
        for entry in entries:
            before = self.latest.get(entry.key)
            if before is not None:
                if before.definition == entry.definition and not before.says(entry):
                    yield replace(entry, revision=before.revision + 1)
            elif frozen or not entry.empty or self._has_begun(entry):
                frozen = True
                yield entry

    def restatements(self) -> dict[str, int]:
        """Return how many restatements each agreement or measure has had."""
        counts: dict[str, int] = defaultdict(int)
        for (what, _, _), entry in self.latest.items():
            counts[what] += entry.revision
        return dict(counts)

    def _has_begun(self, entry: EntryT) -> bool:
        begun = self._begun.get(entry.key[:2])
        return begun is not None and entry.start >= begun
