"""Where the steps of a process stand: in columns, each right of those that it follows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from truegreen_definitions.plan import Step

__all__ = ["Flow", "Placed", "flow_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A step with its column and its lane, both from 0."""

    step: Step
    column: int
    lane: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The steps of a process, placed, and the pairs of them that follow each other."""

    placed: tuple[Placed, ...]
    follows: tuple[tuple[Placed, Placed], ...]

    @property
    def columns(self) -> int:
        """How many steps are on the longest way."""
        return 1 + max((one.column for one in self.placed), default=-1)

    @property
    def lanes(self) -> int:
        """How many steps stand side by side at most."""
        return 1 + max((one.lane for one in self.placed), default=-1)


def flow_of(steps: tuple[Step, ...]) -> Flow:
    """Return the steps of a process, each as many columns in as its longest way has steps.

    The steps of a column stand in the order of the definition. Names in `after` are those of
    steps and form no circle: the compiler refuses others.
    """
    by_name = {step.name: step for step in steps}
    columns: dict[str, int] = {}

    def column(name: str) -> int:
        if name not in columns:
            columns[name] = 1 + max(map(column, by_name[name].after), default=-1)
        return columns[name]

    taken: dict[int, int] = defaultdict(int)
    placed: dict[str, Placed] = {}
    for step in steps:
        at = column(step.name)
        placed[step.name] = Placed(step=step, column=at, lane=taken[at])
        taken[at] += 1
    follows = tuple((placed[name], placed[step.name]) for step in steps for name in step.after)
    return Flow(placed=tuple(placed.values()), follows=follows)
