"""The audit: what is shown is counted again from the rows, and the books of rows are compared.

The books of every source are compared in each cycle. Agreements take turns, one at most in each
`PERIOD_SECONDS`: all its rows are counted, without anything that is kept from cycle to cycle, as
seen from the same moment as what is shown. A difference stays until the agreement's next turn.
Windows of closed periods are left out: what was frozen may differ from what is known now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from truegreen_definitions.names import PartValue
from truegreen_exporters.engines.engine import CountError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from truegreen_definitions.plan import Agreement, Plan
    from truegreen_exporters.engines.engine import Engine
    from truegreen_exporters.engines.question import Question

    Shown: TypeAlias = Callable[[Agreement], Mapping[tuple[str, str], float]]

__all__ = ["PERIOD_SECONDS", "Audit"]

PERIOD_SECONDS = 60.0


class Audit:
    """Takes turns among the agreements of a plan.

    Attributes:
        last_round: When every agreement had been counted again, as seen from that moment, in Unix
            seconds; None before.

    Args:
        plan: The plan.
        asked: Its agreements that are counted from records.
        engine: Counts all rows.
    """

    def __init__(
        self, plan: Plan, asked: Sequence[tuple[Agreement, Question]], engine: Engine
    ) -> None:
        self._asked = asked
        self._engine = engine
        self._sources = {
            question.records.table: tuple(
                source.name for source in plan.sources if source.table == question.records.table
            )
            for _, question in asked
        }
        self._closing = [
            {window.label for window in question.windows if window.previous}
            for _, question in asked
        ]
        self._turn = 0
        self._due = float("-inf")
        self._found: dict[int, int] = {}
        self.last_round: float | None = None

    def advance(self, at: datetime, now: float, shown: Shown) -> None:
        """Count the next agreement again, if that is due.

        Args:
            at: The moment what is shown is seen from.
            now: A clock that only goes forward, in seconds.
            shown: Returns what is shown of an agreement by (window, part), nothing of one that
                could not be counted.
        """
        if now < self._due or not self._asked:
            return
        self._due = now + PERIOD_SECONDS
        place, self._turn = self._turn, (self._turn + 1) % len(self._asked)
        exposed = shown(self._asked[place][0])
        self._found[place] = self._difference(place, at, exposed) if exposed else 0
        if self._turn == 0:
            self.last_round = at.timestamp()

    def by_source(self) -> dict[str, int]:
        """Return the greatest difference of an agreement, in rows, of each source it counts."""
        found = dict.fromkeys((name for names in self._sources.values() for name in names), 0)
        for place, difference in self._found.items():
            for source in self._sources[self._asked[place][1].records.table]:
                found[source] = max(found[source], difference)
        return found

    def _difference(self, place: int, at: datetime, shown: Mapping[tuple[str, str], float]) -> int:
        """Return by how many rows all windows' parts differ; 0 where they cannot be counted."""
        try:
            counted = self._engine.parts_at(self._asked[place][1], at)
        except CountError:
            return 0  # the cycle says so itself
        return sum(
            abs(getattr(parts, part) - int(shown.get((window, part), 0)))
            for window, parts in counted.items()
            if window not in self._closing[place]
            for part in PartValue
        )
