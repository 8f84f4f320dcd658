"""What Prometheus knows of a review: counts of agreements over a period, and money at risk.

A count over a period is the sum of five-minute counts.

The recorded counts of the last five minutes are taken at every fifth minute of the period, so
each event is counted once. The range is a millisecond short, because one that is closed on both
sides (Prometheus 2) would take in the five minutes before the period.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.expressions.promql import selector
from truegreen_definitions.reviews import SignalCount

if TYPE_CHECKING:
    from datetime import datetime

    from truegreen_dashboards.preview.upstream import Upstream

__all__ = ["Counting"]

_STEP_SECONDS = 300
_QUERY = "/api/v1/query"


@dataclass(frozen=True, slots=True)
class Counting:
    """Asks one Prometheus."""

    prometheus: Upstream

    def counted(self, agreement: str, period: str, start: datetime, end: datetime) -> SignalCount:
        """Return the counts of an agreement over a period.

        Raises:
            RetryableError: Prometheus does not answer, or refuses the query.
        """
        service, _, name = agreement.partition("/")
        labels = {names.SERVICE: service, names.AGREEMENT: name}
        seconds = (end - start).total_seconds()
        span = f"[{round(seconds * 1000) - 1}ms:5m]"
        good, total = (
            selector(metric.name, labels) + span for metric in (names.GOOD_5M, names.TOTAL_5M)
        )
        held = self._ask(f"count_over_time({total})", end) * _STEP_SECONDS / seconds
        return SignalCount(
            agreement=agreement,
            period=period,
            good=self._ask(f"sum_over_time({good})", end),
            total=self._ask(f"sum_over_time({total})", end),
            known=min(held, 1.0),
        )

    def at_risk(self, service: str, channel: str, currency: str, at: datetime) -> float | None:
        """Return what is at risk on a channel in a minute at an instant; None where nobody says.

        Raises:
            RetryableError: Prometheus does not answer, or refuses the query.
        """
        labels = {names.SERVICE: service, names.CHANNEL: channel, names.CURRENCY: currency}
        asked = (
            ("query", selector(names.VALUE_AT_RISK.name, labels)),
            ("time", f"{at.timestamp():.3f}"),
        )
        found = self.prometheus.result(_QUERY, asked)
        return float(found[0]["value"][1]) if found else None

    def _ask(self, query: str, at: datetime) -> float:
        """Return the sum of what a query has at an instant; 0 where it has nothing."""
        asked = (("query", f"sum({query})"), ("time", f"{at.timestamp():.3f}"))
        return sum(float(one["value"][1]) for one in self.prometheus.result(_QUERY, asked))
