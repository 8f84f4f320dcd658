"""The plan: the immutable result of compiling the definitions.

Everything else is derived from it: the emitters turn it into artefacts, the exporter and the
probe read it as `plan.json`. It holds no clock, no path of a machine and no secret, and every
collection is a tuple in a fixed order, so that the same definitions give the same bytes.

Identity:
    A service, step, journey, team, vendor, table or source is its `name`; an agreement is
    `service/name` (`order-to-cash/availability`). Every object knows its `origin`.

Long on purpose: this is the one contract between all rooms, and it is read as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal  # noqa: TC003  pydantic reads the annotations when plan.json is loaded
from typing import Literal

from truegreen_definitions.units import Window  # noqa: TC001  as above

__all__ = [
    "PLAN_FORMAT",
    "Agreement",
    "Assertion",
    "Burn",
    "Cleanup",
    "Column",
    "CountedWindow",
    "Exclusion",
    "Extraction",
    "Journey",
    "JourneyStep",
    "Origin",
    "Plan",
    "Policy",
    "Records",
    "Request",
    "Service",
    "Signal",
    "Source",
    "Step",
    "Synthetic",
    "Table",
    "Team",
    "Vendor",
]

PLAN_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a thing is defined: file (relative to the definitions folder) and line, from 1."""

    path: str
    line: int

    def __str__(self) -> str:
        """Return `path:line`."""
        return f"{self.path}:{self.line}"


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
class Policy:
    """What holds for the whole company.

    Attributes:
        prometheus_version: Declared server version, `major.minor`.
        retention_seconds: How long Prometheus keeps samples.
        scrape_interval_seconds: How often Prometheus scrapes.
        burn: Burn pairs, fastest first.
        synthetic: The mark of synthetic traffic, if declared.
        lateness_seconds: How late a record may arrive.
    """

    prometheus_version: str
    retention_seconds: int
    scrape_interval_seconds: int
    burn: tuple[Burn, ...]
    synthetic: Synthetic | None
    lateness_seconds: int

    @property
    def live_window(self) -> str:
        """The window in which the present is judged: the long one of the fastest burn pair."""
        return self.burn[0].long


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """People who can be accountable, and where their alerts go.

    Attributes:
        page: Webhook URL for alerts of severity `page`; empty for none.
        ticket: Webhook URL for alerts of severity `ticket`; empty for none.
    """

    name: str
    title: str
    contact: str
    page: str
    ticket: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A company that is accountable for steps."""

    name: str
    title: str
    contact: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A major step of a service's process, in business words.

    One party is accountable: the vendor, where there is one. A team beside a vendor watches it:
    alerts about the step go to that team, and the vendor stays accountable.

    Attributes:
        vendor: The accountable vendor; empty when a team is.
        team: The accountable team; beside a vendor the one that watches it, empty for none.
        after: Steps that come before this one; empty for a first step.
        satisfied_seconds: People are content up to this latency; None when not declared.
        tolerated_seconds: People put up with it up to here; None when not declared.
    """

    name: str
    title: str
    vendor: str
    team: str
    after: tuple[str, ...]
    satisfied_seconds: float | None
    tolerated_seconds: float | None
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A business service and its process.

    Attributes:
        criticality: 1 (least) to 5 (most); weighs disruption.
        zone: IANA time zone in which its calendar windows turn.
        steps: In the order of the definition.
    """

    name: str
    title: str
    description: str
    domain: str
    business_unit: str
    criticality: int
    owner: str
    process_lead: str
    zone: str
    steps: tuple[Step, ...]
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Good and total as counters in Prometheus.

    Both are PromQL that yields one value without labels, in which `$window` stands for the
    range: `sum(increase(shop_requests_total{synthetic!="true"}[$window]))`.
    """

    truth: Literal["signal"] = "signal"
    good: str
    total: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Rows that both sides agreed not to count: those for which the SQL expression holds."""

    sql: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Good and total as rows of a table, by event time.

    `at`, `where`, `total`, `good` and `exclusions` are SQL expressions over the table's columns,
    checked against them. A row is of the agreement when `where` and `total` hold, and counts in
    a window when its `at` lies in it; it is good when `good` holds too (unknown is not good). A
    row of the agreement for which an exclusion holds does not count, and is counted apart.

    Attributes:
        mature_after_seconds: Younger rows are pending, neither good nor bad.
        min_sample: Below this total the state is `insufficient`.
    """

    truth: Literal["records"] = "records"
    table: str
    at: str
    where: str
    total: str
    good: str
    mature_after_seconds: int
    min_sample: int
    exclusions: tuple[Exclusion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedWindow:
    """A window over which good and total of an agreement are counted.

    Attributes:
        judged: Whether the agreement has a state, a budget and alerts over it.
        live: Whether it is the one in which the present is judged.
        burns: Whether burn rates are taken over it.
    """

    window: Window
    judged: bool = False
    live: bool = False
    burns: bool = False

    @property
    def label(self) -> str:
        """The window as the `window` label of a metric."""
        return self.window.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A promise with an objective over a window.

    Attributes:
        id: `service/name`.
        kind: `sla` (what the contract says) or `xla` (what people experience).
        indicator: The indicator's kind or the library name it uses, for people.
        objective: Promised share of good, 0 < objective < 1.
        window: The one it is promised over.
        windows: All that are counted, its own first.
        sampling: `census` is judged by arithmetic, `sample` by a Wilson interval.
        step: The step it is about; empty when about the whole service.
        vendor: The vendor accountable for that step; empty when none is.
        owner: The team that answers its alerts: the step's, else the service's owner.
        parts: How it is measured.
    """

    id: str
    service: str
    name: str
    title: str
    kind: Literal["sla", "xla"]
    indicator: str
    objective: Decimal
    window: Window
    windows: tuple[CountedWindow, ...]
    sampling: Literal["census", "sample"]
    step: str
    vendor: str
    owner: str
    parts: Signal | Records
    origin: Origin

    @property
    def budget(self) -> Decimal:
        """The error budget: the share of all events that may be bad."""
        return 1 - self.objective


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table and its type: text, integer, decimal, boolean, date or timestamp."""

    name: str
    type: Literal["text", "integer", "decimal", "boolean", "date", "timestamp"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A normalised set of records.

    Attributes:
        key: Columns that identify a row; every one is in `columns`.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a table's rows come from and how its columns map.

    Attributes:
        format: How the files are read.
        path: Glob, relative to the exporter's data folder.
        zone: IANA zone of timestamps that carry none.
        columns: (column, SQL expression over the source's own columns), one per mapped column.
        revision: SQL expressions over the source's own columns; the greatest tuple wins, and
            of equal ones the later read.
        service: SQL expression over the source's own columns that names the service, NULL for
            none; empty when the table's rows belong to no service.
    """

    name: str
    table: str
    format: Literal["csv", "jsonl"]
    path: str
    zone: str
    columns: tuple[tuple[str, str], ...]
    revision: tuple[str, ...]
    service: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request; path, header values and JSON text may hold `${name}` templates.

    Attributes:
        json: Body as JSON text with sorted keys; empty for no body.
        headers: (name, value) pairs, sorted.
    """

    method: str
    path: str
    json: str
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """A value taken from a JSON response: `$.items[0].sku` into the variable `name`."""

    name: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What must hold of a response.

    Attributes:
        subject: `status`, `json` or `text`.
        path: JSON path, for `json`; else empty.
        operator: `eq ne gt ge lt le contains matches exists`.
        operand: The value compared with, as JSON text.
    """

    subject: Literal["status", "json", "text"]
    path: str
    operator: Literal["eq", "ne", "gt", "ge", "lt", "le", "contains", "matches", "exists"]
    operand: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyStep:
    """A step of a journey: one request of a service's step, with that step's thresholds."""

    step: str
    vendor: str
    satisfied_seconds: float
    tolerated_seconds: float
    timeout_seconds: float
    request: Request
    extract: tuple[Extraction, ...]
    asserts: tuple[Assertion, ...]
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleanup:
    """A request that undoes what a journey made; it runs when the variable `when` has a value."""

    when: str
    request: Request
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A synthetic transaction.

    Attributes:
        every_seconds: Length of a slot of the schedule.
        locations: From where it is run.
        target: Base URL of the system under test.
    """

    name: str
    service: str
    every_seconds: float
    locations: tuple[str, ...]
    target: str
    steps: tuple[JourneyStep, ...]
    cleanup: tuple[Cleanup, ...]
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The whole of it; every tuple but `Service.steps` and `Journey.steps` is sorted by name.

    Attributes:
        format: Version of this shape; a reader refuses another.
    """

    format: int = PLAN_FORMAT
    policy: Policy
    teams: tuple[Team, ...] = ()
    vendors: tuple[Vendor, ...] = ()
    services: tuple[Service, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    tables: tuple[Table, ...] = ()
    sources: tuple[Source, ...] = ()
    journeys: tuple[Journey, ...] = ()

    def service(self, name: str) -> Service:
        """Return the service of that name.

        Raises:
            KeyError: There is none.
        """
        for service in self.services:
            if service.name == name:
                return service
        raise KeyError(name)
