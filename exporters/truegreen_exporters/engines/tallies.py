"""Many questions, counted where the rows of each are: in the store by what has changed."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from truegreen_exporters.engines.advance import Advance
from truegreen_exporters.engines.engine import CountError
from truegreen_exporters.engines.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from truegreen_exporters.engines.engines import Engines
    from truegreen_exporters.engines.question import Question
    from truegreen_exporters.store.changes import Changes

__all__ = ["Tallies"]


class Tallies:
    """Answers many questions again and again.

    Args:
        engines: Count rows.
        changes: Tells what came and went in the store; None where nobody does.
        questions: What is asked.
    """

    def __init__(
        self, engines: Engines, changes: Changes | None, questions: Sequence[Question]
    ) -> None:
        places: dict[str, list[int]] = defaultdict(list)
        here: list[int] = []
        for place, question in enumerate(questions):
            table = question.records.table
            (places[table] if table in engines.elsewhere else here).append(place)
        self._here = here
        self._tally = Tally(engines.local, changes, [questions[place] for place in here])
        self._elsewhere = [
            (engines.elsewhere[table], of, tuple(questions[place] for place in of))
            for table, of in places.items()
        ]
        self._shown: dict[int, Advance] = {}

    def advance(self, at: datetime) -> Advance:
        """Return what is new since the last time, as seen from a moment.

        Raises:
            Interrupted: Another thread asked for it; the next counting is a full one.
        """
        here = self._tally.advance(at)
        if not self._elsewhere:
            return here
        found = Advance()
        _add(found, self._here, here)
        for turn, (engine, places, questions) in enumerate(self._elsewhere):
            try:
                counted = engine.advance(questions, at)
            except CountError as error:
                counted = Advance(failed=dict.fromkeys(range(len(places)), str(error)))
            if counted is not self._shown.get(turn):
                _add(found, places, counted)
                self._shown[turn] = counted
        return found


def _add(found: Advance, places: Sequence[int], counted: Advance) -> None:
    found.blocks.extend(
        block._replace(places=tuple(places[place] for place in block.places))
        for block in counted.blocks
    )
    found.alone.update((places[place], parts) for place, parts in counted.alone.items())
    found.failed.update((places[place], why) for place, why in counted.failed.items())
