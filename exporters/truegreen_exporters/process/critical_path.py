"""The critical path of a case: of parallel branches, the one that the others waited for.

Backwards from the step that was done last, each time to the predecessor that was done last. Steps
without a trace in between are on the way too: nobody can have come to an invoice by `pay`
without paying, so its visit is missing, and the time it must have taken is nobody's.

What is on the path has an excess, its time less what is tolerated of it, in microseconds. Time
that no timestamps explain (a visit without a beginning or an end, or a missing one) is on the
path as an element without a step. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = ["Element", "Stay", "Steps", "critical_path"]

NEVER = 2**62  # an open step is done after every other


@dataclass(frozen=True, slots=True)
class Stay:
    """What a step took in a case; times in microseconds since 1970, None where not known.

    Attributes:
        took: On its clock, handoffs that are its own included.
        lost: Whether times of its visits are missing or contradict each other.
    """

    first: int | None
    last: int | None
    took: int
    open: bool
    lost: bool


@dataclass(frozen=True, slots=True)
class Element:
    """A part of the path: a step, or time that no timestamps explain (an empty name)."""

    step: str
    took: int
    tolerated: int

    @property
    def excess(self) -> int:
        """Time above what is tolerated; below 0 where it was quicker."""
        return self.took - self.tolerated


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The steps of a process.

    Attributes:
        tolerated: By step, in the order of the service, in microseconds.
        before: By step, those right before it.
        passed: Microseconds on a step's clock from one instant to another.
    """

    tolerated: Mapping[str, int]
    before: Mapping[str, Sequence[str]]
    passed: Callable[[str, int, int], int]


def critical_path(steps: Steps, stays: Mapping[str, Stay]) -> tuple[Element, ...]:
    """Return the critical path of a case, from its first step to the one that was done last.

    Args:
        steps: The steps of the process.
        stays: What the visited ones took; at least one of them.
    """
    order = {name: place for place, name in enumerate(steps.tolerated)}
    done = {name: (_done(stay), order[name]) for name, stay in stays.items()}
    followed = {one for name in stays for one in _nearest(steps, stays, name)}
    name: str | None = max(stays.keys() - followed or stays, key=done.__getitem__)
    way: list[tuple[str, tuple[str, ...]]] = []
    while name is not None:
        found = _nearest(steps, stays, name)
        earlier = max(found, key=done.__getitem__, default=None)
        way.append((name, found[earlier] if earlier is not None else ()))
        name = earlier
    return tuple(_elements(steps, stays, way[::-1]))


def _done(stay: Stay) -> int:
    if stay.open:
        return NEVER
    known = [one for one in (stay.last, stay.first) if one is not None]
    return max(known, default=-NEVER)


def _nearest(steps: Steps, stays: Mapping[str, Stay], name: str) -> dict[str, tuple[str, ...]]:
    """Return the visited steps before one, each with the steps without a trace on the way.

    Only where no predecessor was visited is there a step without a trace.
    """
    direct = steps.before.get(name, ())
    visited = {one: () for one in direct if one in stays}
    if visited or not direct:
        return dict(visited)
    found: dict[str, tuple[str, ...]] = {}
    for one in direct:
        for earlier, missing in _nearest(steps, stays, one).items():
            found.setdefault(earlier, (*missing, one))
    return found


def _elements(
    steps: Steps, stays: Mapping[str, Stay], way: Sequence[tuple[str, tuple[str, ...]]]
) -> Iterator[Element]:
    for place, (name, missing) in enumerate(way):
        stay = stays[name]
        before = stays[way[place - 1][0]].last if place else None
        behind = stays[way[place + 1][0]].first if place + 1 < len(way) else None
        if missing:
            took = _between(steps, missing[-1], before, stay.first)
            yield Element("", took, sum(steps.tolerated[one] for one in missing))
        if not stay.lost:
            yield Element(name, stay.took, steps.tolerated[name])
            continue
        crossed = None not in (stay.first, stay.last) and (stay.last or 0) < (stay.first or 0)
        low = before if stay.first is None or crossed else stay.first
        high = behind if stay.last is None or crossed else stay.last
        took = _between(steps, name, low, high)
        yield Element("", took, steps.tolerated[name])


def _between(steps: Steps, name: str, low: int | None, high: int | None) -> int:
    """Return what passed between two instants; nothing where one of them is not known."""
    if low is None or high is None:
        return 0
    return max(0, steps.passed(name, low, high))
