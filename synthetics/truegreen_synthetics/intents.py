"""What the lines of a journal come to: what runs may have left, and up to when slots are known.

Lines are JSON: `{"intent": RUN, "journey": …, "location": …, "at": …, "of": [VARIABLE…], "values":
{…}}`, `{"asked": RUN, "of": [VARIABLE…], "values": {…}}` for what the run is about to make next,
`{"made": RUN, "values": {…}, "answered": [VARIABLE…]}`, `{"undone": RUN, "of": VARIABLE}`,
`{"gone": RUN}`, `{"day": "2026-11-22", "writes": {JOURNEY: 7}}` for the write budget, and
`{"slots": JOURNEY, "until": …}` for the schedule, so that slots are accounted for
that come due while no probe runs.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Intent", "Intents"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """Something a run may have made.

    Attributes:
        run: Id of the run.
        at: When it was about to be made, Unix time.
        asked: Variables of what was about to be made; empty where that is not known.
        answered: Those of them of which is known whether it was made.
        undone: Those of them that were taken back already.
        values: Variables its cleanup needs, as far as they are known.
    """

    run: str
    journey: str
    location: str
    at: float
    asked: frozenset[str] = frozenset()
    answered: frozenset[str] = frozenset()
    undone: frozenset[str] = frozenset()
    values: Mapping[str, object] = field(default_factory=dict)


class Intents:
    """All that the lines so far say.

    Attributes:
        open: What may be left, by run.
        until: The Unix time up to which a journey's slots are accounted for.
    """

    def __init__(self) -> None:
        self.open: dict[str, Intent] = {}
        self.until: dict[str, float] = {}
        self._day, self._writes = "", dict[str, int]()

    def in_order(self) -> list[Intent]:
        """Return what may be left, the oldest first."""
        return sorted(self.open.values(), key=lambda one: (one.at, one.run))

    def writes_on(self, at: float, journey: str) -> int:
        """Return how many runs of a journey were about to make something on a day in UTC."""
        return self._writes.get(journey, 0) if self._day == _day(at) else 0

    def take(self, line: Mapping[str, Any]) -> None:
        """Take a line over.

        Raises:
            KeyError: It is no line of a journal; other lines are told by TypeError,
                AttributeError or ValueError.
        """
        if "intent" in line:
            run, at = str(line["intent"]), float(line["at"])
            journey = str(line["journey"])
            place = str(line["location"])
            self.open[run] = Intent(run=run, journey=journey, location=place, at=at)
            self._learn(run, line)
            self._spend(_day(at), journey, 1)
        elif "asked" in line:
            self._learn(str(line["asked"]), line)
        elif "made" in line:
            # A line of an older probe names no answers: what has a value was answered.
            self._learn(str(line["made"]), {"answered": line["values"].keys(), **line})
        elif "undone" in line:
            before = self.open.get(str(line["undone"]))
            if before is not None:
                undone = before.undone | {str(line["of"])}
                self.open[before.run] = replace(before, undone=undone)
        elif "gone" in line:
            self.open.pop(str(line["gone"]), None)
        elif "slots" in line:
            self.until[str(line["slots"])] = float(line["until"])
        else:
            for journey, count in line["writes"].items():
                self._spend(str(line["day"]), str(journey), int(count))

    def _learn(self, run: str, line: Mapping[str, Any]) -> None:
        """Add to what is known of a run that is open."""
        before = self.open.get(run)
        if before is not None:
            self.open[run] = replace(
                before,
                asked=before.asked | frozenset(map(str, line.get("of", ()))),
                answered=before.answered | frozenset(map(str, line.get("answered", ()))),
                values={**before.values, **line.get("values", {})},
            )

    def _spend(self, day: str, journey: str, count: int) -> None:
        if day > self._day:
            self._day, self._writes = day, {}
        if day == self._day:
            self._writes[journey] = self._writes.get(journey, 0) + count

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines that say all that still matters."""
        lines: list[dict[str, Any]] = []
        budget = dict(self._writes)
        for one in self.in_order():
            intent = {"intent": one.run, "journey": one.journey, "location": one.location}
            known = {"of": sorted(one.asked), "values": dict(one.values)}
            lines.append({**intent, "at": one.at, **known})
            if one.answered:
                lines.append({"made": one.run, "values": {}, "answered": sorted(one.answered)})
            lines += ({"undone": one.run, "of": name} for name in sorted(one.undone))
            if _day(one.at) == self._day:
                budget[one.journey] -= 1  # counted again when its own line is read
        lines.append({"day": self._day, "writes": budget})
        lines += ({"slots": name, "until": at} for name, at in sorted(self.until.items()))
        return lines


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()
