"""What is promised, and how it is measured: good and total, over windows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal  # noqa: TC003  pydantic reads the annotations when plan.json is loaded
from typing import Literal

from truegreen_definitions.plan.alerting import USUAL, Alerting
from truegreen_definitions.plan.origin import Origin  # noqa: TC001  pydantic reads the annotations
from truegreen_definitions.units import Window  # noqa: TC001  pydantic reads the annotations

__all__ = [
    "Agreement",
    "Component",
    "CountedWindow",
    "Dependency",
    "ExcludedTime",
    "Exclusion",
    "Judged",
    "Records",
    "Signal",
    "Stratum",
    "Within",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludedTime:
    """Time that both sides agreed not to count: while the calendar is active."""

    calendar: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """Another agreement of the service that a composite is made of.

    Attributes:
        agreement: Its name.
        weight: How much one event of it counts; 0 where it must be met in every slice of time.
    """

    agreement: str
    weight: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighted:
    """A count in Prometheus and its weight in a sum; the PromQL is as that of a Signal."""

    weight: Decimal
    counted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Good and total as counters, or as slices of time, in Prometheus.

    Both are PromQL that yields one value without labels, in which `$window` stands for the
    range: `sum(increase(shop_requests_total{synthetic!="true"}[$window]))`.

    Attributes:
        slice_seconds: Length of a slice of time that counts one, a divisor of five minutes;
            0 where counters count.
        exclusions: Calendars in which nothing counts, by agreement.
        components: What a composite is made of, as it was asked for; good and total say the same.
        excess: Counts that together estimate the seconds above what is tolerated of the step, where
            a histogram with known bounds tells the latency; else none.
    """

    truth: Literal["signal"] = "signal"
    good: str
    total: str
    slice_seconds: int = 0
    exclusions: tuple[ExcludedTime, ...] = ()
    components: tuple[Component, ...] = ()
    excess: tuple[Weighted, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Rows that both sides agreed not to count: those for which the SQL expression holds."""

    sql: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """A column by whose values counts are shown apart; others than these are `other`."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Every key of `per` is judged by its own rows in the window, and keys count.

    Attributes:
        share: A key is good when at least this share of its events is.
        at_least: Keys with fewer events in the window do not count.
        last: Whether a key is judged by its last row in the window alone, and counts when that
            one is an event.
    """

    share: Decimal
    at_least: int
    last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """How long a row may take, by a clock that stands still outside of a calendar.

    Attributes:
        start: Column of the time the row's case begins.
        end: Column of the time it is done.
        calendar: Calendar in which the clock runs.
        seconds: The most that may pass on it. A row is ripe when that much has.
    """

    start: str
    end: str
    calendar: str
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Good and total as rows of a table, by event time.

    `at`, `where`, `total`, `good` and `exclusions` are SQL expressions over the table's columns,
    checked against them. A row is of the agreement when `where` and `total` hold, and counts in
    a window when its `at` lies in it; it is good when `good` holds too (unknown is not good). A
    row of the agreement for which an exclusion holds does not count, and is counted apart.

    Attributes:
        mature_after_seconds: Younger rows are pending, neither good nor bad; of `within` that
            is the longest it may be.
        min_sample: Below this total the state is `insufficient`.
        exclusions: Rows that do not count, with reasons: the indicator's, then the agreement's.
        per: Key whose rows belong together; empty for none. With it `total` and `good` may hold
            `previous(…)` and `next(…)`, see `expressions.sql_neighbours`.
        order: Columns by which rows of a key with the same `at` are ordered; empty without `per`.
        each: How keys are judged, where keys count in place of rows.
        by: Columns by whose values the counts are shown apart.
        cohort: Whose rows are followed, in words.
        within: How long a row may take to be good, in business time; None where `good` says all.
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
    per: str = ""
    order: tuple[str, ...] = ()
    each: Judged | None = None
    by: tuple[Stratum, ...] = ()
    cohort: str = ""
    within: Within | None = None


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
class Dependency:
    """A promise that has to be kept for an event of an agreement to be good.

    Attributes:
        on: The id of the agreement, or the vendor.
        by: Who promises it: `us`, as an agreement of these definitions, or a `vendor` to everybody.
        objective: The share of good that is promised.
        window: The one it is promised over.
    """

    on: str
    by: Literal["us", "vendor"]
    objective: Decimal
    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A promise with an objective over a window.

    Attributes:
        id: `service/name`.
        description: A sentence for people, as it was written.
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
        alerting: How its alerts are raised.
        scope: The part of the events that it covers, as it was written; empty for all of them.
        depends_on: Promises that all have to be kept for an event to be good.
    """

    id: str
    service: str
    name: str
    title: str
    description: str = ""
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
    alerting: Alerting = USUAL
    scope: str = ""
    depends_on: tuple[Dependency, ...] = ()

    @property
    def budget(self) -> Decimal:
        """The error budget: the share of all events that may be bad."""
        return 1 - self.objective
