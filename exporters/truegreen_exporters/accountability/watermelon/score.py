"""The XLA score of a service over a closed period: 0 to 100, and never a mean that hides a breach.

An agreement contributes what is left when the share of its budget that was spent is laid against
twice the budget: 1 with nothing bad, one half exactly at the target, 0 at twice what may go
wrong. The score is the weighted mean of what is known, times 100; but while an agreement is
missed it is no more than the worst missed one contributes, which is below 50, and when one with a
veto is missed it is 0. Agreements without data weigh nothing, and are named.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_exporters.accountability.watermelon.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_definitions.plan import Score
    from truegreen_exporters.accountability.watermelon.standing import Judged

__all__ = ["Scored", "score"]

FULL = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A score, and what it is made of.

    Attributes:
        points: 0 to 100; None where nothing is known.
        mean: The weighted mean before a missed agreement bounded it; None as above.
        vetoed: Agreements with a veto that are missed.
        bounded_by: The missed agreement that bounds the score; empty where none does.
        unknown: Weighed agreements without data.
        parts: (agreement, weight, contribution from 0 to 1) of the known ones.
    """

    points: float | None
    mean: float | None
    vetoed: tuple[str, ...]
    bounded_by: str
    unknown: tuple[str, ...]
    parts: tuple[tuple[str, float, float], ...]


def score(declared: Score, judged: Iterable[Judged]) -> Scored:
    """Return the score of a period's agreements by what a service declares."""
    weights = {name: float(weight) for name, weight in declared.weights}
    weighed = [(one, one.agreement.partition("/")[2]) for one in judged]
    weighed = [(one, name) for one, name in weighed if name in weights]
    known = [(one, name, one.spent) for one, name in weighed if one.spent is not None]
    parts = tuple((one.agreement, weights[name], _left(spent)) for one, name, spent in known)
    missed = [(_left(spent), one.agreement) for one, _, spent in known if _is_missed(one)]
    vetoed = tuple(
        one.agreement for one, name, _ in known if name in declared.veto and _is_missed(one)
    )
    whole = sum(weight for _, weight, _ in parts)
    mean = FULL * sum(weight * left for _, weight, left in parts) / whole if whole else None
    points, bounded_by = mean, ""
    if mean is not None and missed and FULL * min(missed)[0] < mean:
        points, bounded_by = FULL * min(missed)[0], min(missed)[1]
    return Scored(
        points=0.0 if vetoed else points,
        mean=mean,
        vetoed=vetoed,
        bounded_by=bounded_by,
        unknown=tuple(one.agreement for one, _ in weighed if one.spent is None),
        parts=parts,
    )


def _left(spent: float) -> float:
    return min(1.0, max(0.0, 1 - spent / 2))


def _is_missed(one: Judged) -> bool:
    return one.standing is Standing.MISSED
