"""What holds for the whole company: the server, its burn pairs, the mark of synthetic traffic."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal  # noqa: TC003  pydantic reads the annotations when plan.json is loaded
from typing import Literal

from truegreen_definitions.plan.alerting import USUAL, Alerting
from truegreen_definitions.plan.forms import Forms  # noqa: TC001  pydantic reads the annotations
from truegreen_definitions.plan.worth import ExchangeRate  # noqa: TC001  pydantic reads the annotations

__all__ = ["Burn", "Policy", "Smtp", "Synthetic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Burn:
    """A burn-rate pair: it fires when both windows burn `factor` times the budget's pace.

    Source: Site Reliability Workbook, chapter 5, "Alerting on SLOs".

    Attributes:
        long: Long window as a duration label, such as `1h`.
        short: Short window, such as `5m`.
        long_seconds: Length of the long window.
        short_seconds: Length of the short window.
        factor: Multiple of the pace that spends the budget exactly.
        severity: `page` or `ticket`.
    """

    long: str
    short: str
    long_seconds: int
    short_seconds: int
    factor: Decimal
    severity: Literal["page", "ticket"]

    @property
    def label(self) -> str:
        """The pair as the `burn` label of its alert: `1h/5m`."""
        return f"{self.long}/{self.short}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthetic:
    """How synthetic traffic is marked: the request header a probe sends."""

    header: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """The server that sends mail; username and file are empty where it asks for none."""

    smarthost: str
    sender: str
    username: str
    password_file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What holds for the whole company.

    Attributes:
        prometheus_version: Declared server version, `major.minor`.
        retention_seconds: How long Prometheus keeps samples.
        scrape_interval_seconds: How often Prometheus scrapes.
        burn: Burn pairs, fastest first.
        synthetic: The mark of synthetic traffic, if declared.
        lateness_seconds: How late a record may arrive.
        smtp: The server that sends mail, if declared.
        alerting: How alerts that are about no agreement are raised.
        forms: What is written beside plain rule files; None for nothing.
        boards_url: Where boards are served, without a slash at the end; empty when not said, and
            links to them are without a host.
        catalogue_url: Where the service catalogue is served, likewise; empty for no links to it.
        records_url: Where the live page shows records, likewise.
        traces_url: Page of one trace, with `{trace}` in place of its id; empty for none.
        reporting_currency: ISO 4217 of the money that is reported; empty for none.
        rates: Declared exchange rates to it, by currency, oldest first.
    """

    prometheus_version: str
    retention_seconds: int
    scrape_interval_seconds: int
    burn: tuple[Burn, ...]
    synthetic: Synthetic | None
    lateness_seconds: int
    smtp: Smtp | None = None
    alerting: Alerting = USUAL
    forms: Forms | None = None
    boards_url: str = ""
    catalogue_url: str = ""
    records_url: str = ""
    traces_url: str = ""
    reporting_currency: str = ""
    rates: tuple[ExchangeRate, ...] = ()

    @property
    def live_window(self) -> str:
        """The window in which the present is judged: the long one of the fastest burn pair."""
        return self.burn[0].long
