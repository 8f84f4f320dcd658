"""What is no loss and is told beside them: at risk now, prevented, saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.report.money import at_risk_now, avoided, saved
from truegreen_dashboards.report.words import amounts, count_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_dashboards.report.subject import Subject

__all__ = ["not_lost"]


def not_lost(subject: Subject) -> Iterator[str]:
    """Yield a sentence for each of them that is known and more than nothing."""
    review = subject.review
    if risk := at_risk_now(review.at_stake):
        yield f"As this is written {amounts(risk)} of sales are at risk each minute; not lost."
    if prevented := avoided(review.prevented):
        cases = len({one.incident for one in review.prevented})
        yield (
            f"{count_of(cases, 'outage was', 'outages were')} prevented that would have cost about "
            f"{amounts(prevented)}: an opinion from own history, not set off against any loss."
        )
    if less := saved(review.savings):
        yield f"Infrastructure cost {amounts(less)} less than before it was tuned or moved."
