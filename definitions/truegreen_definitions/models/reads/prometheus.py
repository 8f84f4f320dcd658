"""Hourly counts of what Prometheus counts: agreements, or whose overruns are."""

from decimal import Decimal
from typing import ClassVar, Literal

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.reads.http import Authentication
from truegreen_definitions.models.values import Duration, PositiveDuration, Url, Zone

__all__ = ["PrometheusRead"]


class PrometheusRead(Model):
    """Hourly good and total of every agreement that Prometheus counts, or overruns by the hour.

    Rows of agreements have the columns `id`, `service`, `agreement`, `kind`, `hour`, `good`,
    `total` and `slices`. Those of overruns have `id`, `service`, `origin`, `part`, `step`,
    `method`, `hour`, `amount` (seconds, or numbers of runs) and `slices`. An hour that Prometheus
    knows nothing of has no row; `slices` is how many of its twelve parts are known.

    Attributes:
        prometheus: Address of the server.
        of: What is read: `agreements`, or `overruns` of journeys' runs and of step histograms, by
            which a contract's share of latency is charged.
        auth: How the server knows who asks.
        look_back: How many of the last hours are asked for again, because rules may be late.
        history: How far back the first reading goes.
        every: How often the server is asked.
        timeout: How long an answer may take.
        zone: Time zone of times that say none.
    """

    format: ClassVar[str] = "prometheus"

    prometheus: Url
    of: Literal["agreements", "overruns"] = "agreements"
    auth: Authentication | None = None
    look_back: Duration = Decimal(3 * 3600)
    history: PositiveDuration = Decimal(30 * 86_400)
    every: PositiveDuration = Decimal(300)
    timeout: PositiveDuration = Decimal(30)
    zone: Zone = "UTC"

    @property
    def location(self) -> str:
        """Where the rows are, in a word."""
        return self.prometheus
