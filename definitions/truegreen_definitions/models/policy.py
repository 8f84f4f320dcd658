"""Policy: what holds for the whole company.

Example:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec:
      prometheus: {version: '2.42', retention: 90d, scrape_interval: 15s}
      burn:
        use: sre-workbook
        pairs:
          - {long: 12h, short: 1h, factor: 2, severity: ticket}
      synthetic:
        header: {x-synthetic: truegreen}
        columns: {orders: is_synthetic}
        promql: 'synthetic!="true"'
      lateness: 7d
      money:
        reporting: EUR
        rates: [{currency: USD, rate: 0.9215, on: 2026-11-02}]
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_validator,
)

from truegreen_definitions.models.alerting import PolicyAlerts
from truegreen_definitions.models.base import Header, Model
from truegreen_definitions.models.forms import Forms
from truegreen_definitions.models.journey import Client, HeaderName, HeaderValue
from truegreen_definitions.models.shapes import pattern
from truegreen_definitions.models.team import Email, SecretFile
from truegreen_definitions.models.values import (
    ColumnName,
    Currency,
    Date,
    Duration,
    Factor,
    Name,
    PositiveDuration,
    Text,
    Url,
    bad_value,
)

__all__ = [
    "Addresses",
    "Burn",
    "BurnPair",
    "ExchangeRate",
    "MoneyTerms",
    "Policy",
    "PolicySpec",
    "Prometheus",
    "Smtp",
    "Synthetic",
]


_VERSION = r"[23]\.[0-9]{1,3}"


def _version(text: str) -> str:
    if not re.fullmatch(_VERSION, text):
        bad_value(f"{text!r} is no version of Prometheus", "write major.minor, such as '2.42'")
    return text


Version: TypeAlias = Annotated[
    Text,
    AfterValidator(_version),
    WithJsonSchema(
        pattern("Version", "Major and minor, 2 or 3.", _VERSION, "2.42")
        | {"type": ["string", "number"], "minimum": 2, "exclusiveMaximum": 4}
    ),
]


class Prometheus(Model):
    """The Prometheus server that runs the rules.

    The default version is the oldest that is supported, whose features later ones have too.

    Attributes:
        version: Its version, major.minor.
        retention: How long it keeps data.
        scrape_interval: How often it scrapes.
    """

    version: Version = "2.42"
    retention: PositiveDuration = Decimal(90 * 86_400)
    scrape_interval: PositiveDuration = Decimal(15)


class BurnPair(Model):
    """A burn-rate pair: an alert fires while both windows burn faster than the factor.

    Source: Site Reliability Workbook, chapter 5, "Alerting on SLOs".

    Attributes:
        long: The long window.
        short: The short window, which ends the alert soon after the fault ends.
        factor: How many times faster than the budget allows.
        severity: Whether it calls a person now or opens a ticket.
    """

    long: PositiveDuration
    short: PositiveDuration
    factor: Factor
    severity: Literal["page", "ticket"]

    @model_validator(mode="after")
    def _short_is_shorter(self) -> "BurnPair":
        if self.short >= self.long:
            bad_value("the short window is not shorter than the long one", "swap them")
        return self


class Burn(Model):
    """Burn pairs: the workbook's, own ones (`pairs`), or both.

    Attributes:
        use: A set that travels with Truegreen.
        pairs: Pairs of your own, beside those of `use`.
    """

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["use"]}, {"required": ["pairs"]}]}
    )

    use: Literal["sre-workbook"] | None = None
    pairs: tuple[BurnPair, ...] = ()

    @model_validator(mode="after")
    def _at_least_one(self) -> "Burn":
        if self.use is None and not self.pairs:
            bad_value("there is no burn pair", "write use: sre-workbook, or pairs")
        return self


class Synthetic(Model):
    """How synthetic traffic is marked.

    Attributes:
        header: One request header and its value.
        columns: Table to the boolean column that is true for synthetic rows.
        never: Tables in which a robot never leaves a row.
        promql: Label matcher that leaves synthetic traffic out.
    """

    header: Annotated[Mapping[HeaderName, HeaderValue], Field(min_length=1, max_length=1)]
    columns: Mapping[Name, ColumnName] = Field(default_factory=dict)
    never: tuple[Name, ...] = ()
    promql: Text | None = None


_TRACE = "{trace}"


def _trace_url(text: str) -> str:
    if text.count(_TRACE) != 1:
        bad_value(f"{text!r} does not say where a trace's id stands", f"write {_TRACE} there, once")
    return text


TraceUrl: TypeAlias = Annotated[Url, AfterValidator(_trace_url)]


def _burn_form(data: object) -> str:
    return "#pairs" if isinstance(data, list) else "#burn"


_Pairs: TypeAlias = Annotated[tuple[BurnPair, ...], Field(min_length=1)]


class Smtp(Model):
    """The server that sends Alertmanager's mail.

    Attributes:
        smarthost: Its host and port.
        sender: Address that mail comes from (`from:`).
        username: Name to log in with, if it asks for one.
        password_file: File on Alertmanager's machine that holds the password.
    """

    smarthost: Text
    sender: Annotated[Email, Field(alias="from")]
    username: Text | None = None
    password_file: SecretFile | None = None


class Addresses(Model):
    """Where people find what is built, for links in alerts and pages.

    Attributes:
        boards: Grafana, or the live page; alerts hold an address below it.
        catalogue: Where the pages of the service catalogue are served.
        records: The live page with its records (`truegreen preview --state`); figures on Grafana's
            boards lead to the rows behind them, without it to the catalogue.
        traces: Page of one trace, `{trace}` in place of its id; slow steps on the live page lead
            there.
    """

    boards: Url | None = None
    catalogue: Url | None = None
    records: Url | None = None
    traces: TraceUrl | None = None


class ExchangeRate(Model):
    """What a unit of a currency is worth in the reporting one, from a day on.

    Attributes:
        currency: The other currency.
        rate: So much of the reporting currency is one unit of it.
        on: The day it was taken; it holds until a later one.
    """

    currency: Currency
    rate: Factor
    on: Date


class MoneyTerms(Model):
    """The currency that is reported, and what others are worth in it.

    Money of different currencies is never added up; what has a rate is shown in the reporting
    currency beside its own.

    Attributes:
        reporting: The currency that is reported.
        rates: Exchange rates, each with its day.
    """

    reporting: Currency
    rates: tuple[ExchangeRate, ...] = ()


class PolicySpec(Model):
    """What holds for the whole company.

    Attributes:
        prometheus: The server, and how long it keeps data.
        burn: When an agreement pages: which windows, and how fast a burn.
        alerts: How severe alerts are, and how much evidence they need.
        smtp: Server that sends mail, for teams that are told by mail.
        synthetic: How synthetic traffic is told from that of people.
        lateness: How late a record may arrive.
        forms: What is written beside plain rule files.
        client: How the requests of journeys travel.
        addresses: Where boards, catalogue, records and traces are served.
        money: The currency that is reported, and exchange rates to it.
    """

    prometheus: Prometheus = Field(default_factory=Prometheus)
    burn: Annotated[
        Annotated[Burn, Tag("#burn")] | Annotated[_Pairs, Tag("#pairs")],
        Discriminator(_burn_form),
    ] = Burn(use="sre-workbook")
    alerts: PolicyAlerts = Field(default_factory=PolicyAlerts)
    smtp: Smtp | None = None
    synthetic: Synthetic | None = None
    lateness: Duration = Decimal(7 * 86_400)
    forms: Forms = Field(default_factory=Forms)
    client: Client = Field(default_factory=Client)
    addresses: Addresses = Field(default_factory=Addresses)
    money: MoneyTerms | None = None

    @property
    def burn_pairs(self) -> tuple[BurnPair, ...]:
        """The pairs written here, without those of `use`."""
        return self.burn if isinstance(self.burn, tuple) else self.burn.pairs

    @property
    def burn_path(self) -> tuple[str, ...]:
        """Where those pairs stand below `spec`."""
        return ("burn",) if isinstance(self.burn, tuple) else ("burn", "pairs")

    @property
    def uses_workbook(self) -> bool:
        """Whether the workbook's pairs are asked for."""
        return isinstance(self.burn, Burn) and self.burn.use is not None


class Policy(Header):
    """The company's policy; there is exactly one."""

    kind: Literal["Policy"]
    spec: PolicySpec
