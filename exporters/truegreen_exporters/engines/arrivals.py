"""Rows that came or went since the last look, and what they hold: all passes of a table at once.

What a small change costs is the planning of its query, so passes share one.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from truegreen_exporters.engines.ahead import NearRow
from truegreen_exporters.engines.engine import CountError, UnreachableError
from truegreen_exporters.engines.pass_sql import came

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_exporters.engines.passes import Pass
    from truegreen_exporters.engines.sql_engine import SqlEngine
    from truegreen_exporters.store.changes import Changes

__all__ = ["Arrivals"]


class Arrivals:
    """What came and went, read when somebody asks for it.

    Args:
        engine: Reads the rows.
        changes: Tells what came and went.
        passes: Who may ask.
    """

    def __init__(self, engine: SqlEngine, changes: Changes, passes: Sequence[Pass]) -> None:
        self._engine = engine
        self._changes = changes
        self._passes = passes
        self._read: dict[int, list[NearRow]] = {}

    def known(self, one: Pass) -> bool:
        """Return whether every change of a pass's table is at hand."""
        return self._changes.known(one.table)

    def of(self, one: Pass) -> list[NearRow]:
        """Return the rows as they are for a pass; those that went have a negative number.

        Raises:
            CountError: An expression of the pass fails on one.
        """
        if self._changes.empty(one.table):
            return []
        if id(one) not in self._read:
            together = [
                other
                for other in self._passes
                if (other.table, other.zone) == (one.table, one.zone)
            ]
            try:
                self._ask(together)
            except UnreachableError:
                raise
            except CountError:
                self._ask([one])  # whichever it was that failed
        return self._read[id(one)]

    def _ask(self, together: Sequence[Pass]) -> None:
        conditions = tuple(dict.fromkeys(chain.from_iterable(one.conditions for one in together)))
        query = came(together, conditions, self._changes.relation(together[0].table))
        rows = self._engine.fetch(together[0].zone, query)
        places = {text: n for n, text in enumerate(conditions)}
        first = 2 + len(together)
        for n, one in enumerate(together, 2):
            own = [places[text] for text in one.conditions]
            known: dict[tuple[bool, ...], tuple[bool, ...]] = {}
            found = self._read[id(one)] = list[NearRow]()
            for row in rows:
                held = known.get(all_held := row[first:])
                if held is None:
                    held = known[all_held] = tuple(all_held[place] for place in own)
                if row[n] is not None:  # without a time it is in no window
                    found.append(NearRow(row[n], row[0], row[1], held))
