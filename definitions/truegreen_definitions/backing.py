"""What a promise is backed by: the share of good that is left when all it depends on is just kept.

Every event needs all of them, so at best, when they fail together, it is the least of their
shares; when they fail independently of each other, it is the product. A promise over a longer
window may be kept and all of its failures lie in one of ours, so it backs less there. Failures
are shares of the window, so events are taken to be spread evenly over it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from functools import reduce
from operator import mul
from typing import TYPE_CHECKING

from truegreen_definitions.units import DAY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_definitions.units import Window

__all__ = ["Backing", "backed_share", "backing"]

_DAYS = {"week": 7, "month": 30, "quarter": 90, "year": 365}
_SHOWN = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Backing:
    """What several promises leave together, both rounded down to a millionth.

    Attributes:
        together: Where they fail at the same moments, the best that can be.
        independent: Where the failure of one says nothing about that of another.
    """

    together: Decimal
    independent: Decimal


def backing(shares: Iterable[Decimal]) -> Backing:
    """Return what promises back together; of none, everything."""
    known = (*shares, Decimal(1))
    return Backing(_rounded(min(known)), _rounded(reduce(mul, known)))


def backed_share(objective: Decimal, theirs: Window, ours: Window) -> Decimal | None:
    """Return the share of good that a promise leaves in one of our windows.

    It is None where one of the windows is the whole history, which has no length.
    """
    lengths = _days(theirs), _days(ours)
    if not all(lengths):
        return None
    longer = max(Decimal(lengths[0]) / lengths[1], Decimal(1))
    return max(1 - (1 - objective) * longer, Decimal(0))


def _days(window: Window) -> int:
    return window.seconds // DAY_SECONDS or _DAYS.get(window.unit, 0)


def _rounded(share: Decimal) -> Decimal:
    return share.quantize(_SHOWN, ROUND_FLOOR)
