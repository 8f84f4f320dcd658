"""What is asked of an engine about a measure, and what it answers: a value and its parts.

A row of the measure's service is of the measure when it meets `where` and has a value. It is of a
window when its anchor time lies in it; of a measure with `until`, when it is alive at the end of
the window. It is excluded when it meets an exclusion; else pending while it is younger than the
measure's maturity; then it counts.

An aggregate of no rows is no value, but for what counts rows: none of them is a fact.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_exporters.engines.question import microseconds, spans_of

if TYPE_CHECKING:
    from datetime import datetime

    from truegreen_definitions.plan import Calendar, Values
    from truegreen_definitions.units import Window

__all__ = ["MICROSECONDS", "ValueQuestion", "Valued"]

MICROSECONDS = Decimal(1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Valued:
    """A measure over a window.

    Attributes:
        value: None where there is nothing to say.
        lower: Below it the true value is not, with 95 %; of a census the value itself.
        upper: Above it neither.
        total: Rows that count.
        pending: Rows that are too young.
        excluded: Rows that were left out.
        numerator: Upper sum of a mean, a ratio or a rate, exact; None for other aggregates.
        denominator: Lower sum of it.
    """

    value: float | None
    lower: float | None
    upper: float | None
    total: int
    pending: int
    excluded: int
    numerator: Decimal | None = None
    denominator: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueQuestion:
    """What to measure: the rows of one service, in its zone, over windows.

    Attributes:
        sample: Whether bounds are to be estimated.
        calendar: That of the business clock; None where none is needed.
        fixed: Further spans that do not move, by a label: (start, end) in microseconds.
    """

    service: str
    zone: str
    values: Values
    windows: tuple[Window, ...]
    sample: bool = False
    calendar: Calendar | None = None
    fixed: tuple[tuple[str, tuple[int, int]], ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the windows and the fixed spans."""
        return (*(window.label for window in self.windows), *(label for label, _ in self.fixed))

    def spans(self, at: datetime) -> dict[str, tuple[int, int]]:
        """Return (start, end) of each window seen from a moment, in microseconds; half open."""
        return spans_of(self.windows, self.zone, at) | dict(self.fixed)

    def ripe_before(self, at: datetime) -> int:
        """Return the instant before which rows are old enough: one exactly that old is."""
        return microseconds(at) - self.values.mature_after_seconds * 1_000_000 + 1
