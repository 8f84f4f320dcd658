"""Hourly counts of the agreements that Prometheus counts."""

from decimal import Decimal
from typing import ClassVar

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.reads.http import Authentication
from truegreen_definitions.models.values import Duration, PositiveDuration, Url, Zone

__all__ = ["PrometheusRead"]


class PrometheusRead(Model):
    """Hourly good and total of every agreement that Prometheus counts.

    Its rows have the columns `service`, `agreement`, `kind`, `hour`, `good` and `total`. An hour
    that Prometheus knows nothing of has no row.

    Attributes:
        prometheus: Address of the server.
        auth: How the server knows who asks.
        look_back: How many of the last hours are asked for again, because rules may be late.
        history: How far back the first reading goes.
        every: How often the server is asked.
        timeout: How long an answer may take.
        zone: Time zone of times that say none.
    """

    format: ClassVar[str] = "prometheus"

    prometheus: Url
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
