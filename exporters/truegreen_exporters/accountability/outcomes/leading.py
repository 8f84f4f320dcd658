"""Which indicators may warn, because their own history shows that the outcome follows them.

Validated is an indicator whose correlation with a later outcome is published at a lag of at
least one period. It warns while its newest value, without its season, is as bad as the worst
tenth of those before it; what is bad of it follows from the sign of the correlation and from
whether the business wants more of the outcome or less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from truegreen_exporters.accountability.outcomes.correlation import Correlation

__all__ = ["WORST", "Leading", "leading"]

WORST = 0.1
LEAST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Leading:
    """An indicator that is declared to lead.

    Attributes:
        by: The correlation that validates it, the surest one; None where there is none.
        warns: Whether it is validated, and as bad as it seldom was.
    """

    indicator: str
    by: Correlation | None
    warns: bool


def leading(
    indicator: str, values: Sequence[float | None], found: Iterable[Correlation], *, more: bool
) -> Leading:
    """Return whether a declared indicator may warn, and does.

    Args:
        indicator: Its name.
        values: Its periods without season, the newest last.
        found: The published correlations of the service.
        more: Whether the business wants more of the outcome.
    """
    own = [one for one in found if one.indicator == indicator and one.lag > 0]
    by = min(own, key=lambda one: (one.chance, one.lag), default=None)
    known = [one for one in values if one is not None]
    if by is None or len(known) <= LEAST or values[-1] is None:
        return Leading(indicator=indicator, by=by, warns=False)
    *before, last = known if (by.point > 0) == more else [-one for one in known]
    bound = sorted(before)[int(WORST * len(before))]
    return Leading(indicator=indicator, by=by, warns=last <= bound < max(before))
