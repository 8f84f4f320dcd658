"""What Prometheus answered to the queries of a board, at one moment over one stretch of time."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from truegreen_dashboards.targets import Target

__all__ = ["Asking", "Series", "View", "filled", "last"]

_VARIABLE = re.compile(r"\$(\w+)")
_POINTS = 240
_CALM_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One series: its labels, and (Unix seconds, value) in order of time, gaps left out."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a board is looked at with.

    Attributes:
        end: The moment, in Unix seconds.
        span: How far back it is shown, in seconds.
        scrape_seconds: How often Prometheus scrapes.
        variables: Values of the board's variables by name.
        titles: Titles by label and value; agreements and steps by `service/name`.
    """

    end: int
    span: int
    scrape_seconds: int
    variables: Mapping[str, str]
    titles: Mapping[str, Mapping[str, str]]

    @property
    def step(self) -> int:
        """Seconds between points."""
        return max(math.ceil(self.span / _POINTS), self.scrape_seconds, 1)

    def stretch(self, step: int | None = None) -> tuple[int, int, int]:
        """Return (start, end, step) of what is drawn; the end lies on a whole minute or step."""
        step = step or self.step
        grid = min(step, _CALM_SECONDS)
        end = self.end // grid * grid
        return end - max(self.span - self.span % step, step), end, step

    @property
    def values(self) -> dict[str, str]:
        """What stands for every variable in a query."""
        own = {
            name: value.replace("\\", "\\\\").replace('"', '\\"')
            for name, value in self.variables.items()
        }
        calm = max(_CALM_SECONDS, 4 * self.scrape_seconds, self.step + self.scrape_seconds)
        return {
            **own,
            "__range": f"{self.span}s",
            "__interval": f"{self.step}s",
            "__rate_interval": f"{calm}s",
        }


class Asking(Protocol):
    """Has the answers."""

    def __call__(
        self, target: Target, *, instant: bool, step: int | None = None
    ) -> tuple[Series, ...]:
        """Return the series of a target, at the moment or over the stretch.

        Raises:
            TruegreenError: There is no answer.
        """


def filled(expr: str, values: Mapping[str, str]) -> str:
    """Return a query with its variables filled in; a name that has no value stays."""
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), expr)


def last(series: Series) -> float | None:
    """Return the last value of a series; None where it has none, or one beyond all numbers."""
    value = series.points[-1][1] if series.points else math.nan
    return value if math.isfinite(value) else None
