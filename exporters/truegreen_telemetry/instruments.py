"""The things that count: a counter, a gauge, a histogram, and what each of them reads as."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from math import inf, isfinite
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from truegreen_definitions.errors import InvariantError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Buckets", "Counter", "Exemplar", "Gauge", "Histogram", "Value"]


@dataclass(frozen=True, slots=True)
class Exemplar:
    """One observation that can be looked up: the trace in which it was made.

    Attributes:
        trace_id: 32 hexadecimal digits.
        span_id: 16 hexadecimal digits.
        value: What was observed.
        at: When, in Unix seconds.
    """

    trace_id: str
    span_id: str
    value: float
    at: float


class Buckets(NamedTuple):
    """The value of a histogram; a tuple, for a scrape reads thousands before others may go on.

    Attributes:
        bounds: Upper bounds, both ascending and finite; the last bucket has none.
        counts: Events of each bucket alone (not cumulative), one more than `bounds`.
        sum: Sum of all observed values.
        exemplars: (bucket, its newest exemplar) pairs, by bucket.
    """

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    sum: float
    exemplars: tuple[tuple[int, Exemplar], ...] = ()


Value: TypeAlias = float | Buckets


class Counter:
    """A number that only grows."""

    __slots__ = ("_value",)

    def __init__(self) -> None:
        self._value = 0.0

    def inc(self, amount: float = 1.0) -> None:
        """Add an amount that is not negative."""
        if not 0 <= amount < inf:
            raise InvariantError(f"a counter grew by {amount}: it can only go up, by a number")
        self._value += amount

    def advance_to(self, total: float) -> None:
        """Take over a total that is kept elsewhere, such as one read from a record store."""
        if not self._value <= total < inf:
            raise InvariantError(f"a counter would go from {self._value} to {total}")
        self._value = float(total)

    def read(self) -> float:
        """Return the present total."""
        return self._value


class Gauge:
    """A number that goes up and down."""

    __slots__ = ("_value",)

    def __init__(self) -> None:
        self._value = 0.0

    def set(self, value: float) -> None:
        """Replace the value."""
        self._value = value + 0.0  # a float, and no negative zero: it equals 0 but reads otherwise

    def read(self) -> float:
        """Return the present value."""
        return self._value


class Histogram:
    """Counts of observed values by bucket, and their sum."""

    __slots__ = ("_bounds", "_counts", "_exemplars", "_sum")

    def __init__(self, bounds: Iterable[float]) -> None:
        self._bounds = tuple(float(bound) for bound in bounds)
        ordered = all(map(isfinite, self._bounds)) and all(
            low < high for low, high in zip(self._bounds, self._bounds[1:], strict=False)
        )
        if not ordered or not self._bounds:
            raise InvariantError(f"histogram bounds must be finite and ascending: {self._bounds}")
        self._counts = [0] * (len(self._bounds) + 1)
        self._sum = 0.0
        self._exemplars: dict[int, Exemplar] = {}

    def observe(self, value: float) -> None:
        """Count a value in the first bucket whose upper bound is not below it."""
        if not -inf < value < inf:
            raise InvariantError(f"a histogram observed {value}: it takes finite numbers")
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def read(self) -> Buckets:
        """Return the present counts."""
        exemplars = tuple(sorted(self._exemplars.items())) if self._exemplars else ()
        return Buckets(self._bounds, tuple(self._counts), self._sum, exemplars)

    def keep(self, exemplar: Exemplar) -> None:
        """Keep the exemplar of an observation; the newest of each bucket stays."""
        self._exemplars[bisect_left(self._bounds, exemplar.value)] = exemplar
