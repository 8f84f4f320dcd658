"""What is measured and is no share of good: a value over rows, promised or only watched."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal  # noqa: TC003  pydantic reads the annotations when plan.json is loaded
from typing import Literal

from truegreen_definitions.plan.agreements import (  # noqa: TC001  pydantic reads the annotations
    CountedWindow,
    Exclusion,
    Stratum,
)
from truegreen_definitions.plan.alerting import USUAL, Alerting
from truegreen_definitions.plan.origin import Origin  # noqa: TC001  pydantic reads the annotations
from truegreen_definitions.units import Window  # noqa: TC001  pydantic reads the annotations

__all__ = ["Bound", "Elapsed", "Measurement", "OtherRows", "Pauses", "Values"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """A table of states that says when a case waited; a state lasts until the next begins.

    Attributes:
        table: Table of the states.
        of: Its column that names the case.
        case: Column of the measured table with the same name of the case.
        at: Its column of the time a state began.
        state: Its column of the state.
        paused: States in which the clock stands still.
    """

    table: str
    of: str
    case: str
    at: str
    state: str
    paused: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Elapsed:
    """Seconds between two columns, by a clock that may stand still.

    Attributes:
        start: Column of the time a case begins.
        end: Column of the time it is done; empty for the end of the window.
        calendar: Calendar outside of which the clock stands still; empty for a clock that runs
            at all hours.
        paused: SQL of the seconds in which it stood still besides; empty for none.
        pauses: Table that says when it stood still besides.
        weight: SQL of how much of the time counts; empty for all of it.
        once: Whether time in which rows overlap counts once, for the one of the greatest weight.
    """

    start: str
    end: str
    calendar: str = ""
    paused: str = ""
    pauses: Pauses | None = None
    weight: str = ""
    once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherRows:
    """Rows of another table that a ratio is over: those of the same service and window."""

    table: str
    at: str
    where: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """A value of the rows of a table over a window, by event time.

    `at`, `until`, `where`, `value`, `denominator`, `per` and `exclusions` are SQL expressions
    over the table's columns, checked against them. A row is of the measure when `where` holds,
    and counts in a window when its `at` lies in it; with `until`, when it is alive at the end of
    the window: `at` before it, `until` unknown or not before it. A row without a value does not
    count. An excluded row does not either, and is counted apart.

    Attributes:
        until: Time until which a row is alive; empty where rows count when they begin.
        aggregate: What is made of the rows.
        value: A row's number; of a ratio its part of the upper sum; empty where rows are counted
            or `elapsed` measures them.
        denominator: A row's part of the lower sum of a ratio; empty where `over` has it.
        over: Rows of another table with the lower sum of a ratio.
        elapsed: The time that a row took, in place of `value`.
        quantile: Which, above 0 and below 1; None for other aggregates.
        rate_seconds: Length of time that a rate is over; 0 for other aggregates.
        mature_after_seconds: Younger rows are pending.
        min_sample: Below this many rows the state is `insufficient`.
        unit: What the value is in, in words; `seconds` for durations.
        currency: ISO 4217 code where it is money; else empty.
        per: Key whose rows belong together; empty for none.
        order: Columns by which rows of a key with the same `at` are ordered; empty without `per`.
        each: What is made of each key's rows before the aggregate; empty where rows count.
        at_least: Keys with fewer rows do not count.
        by: Columns by whose values it is shown apart.
        cohort: Whose rows are followed, in words.
    """

    truth: Literal["values"] = "values"
    table: str
    at: str
    where: str
    aggregate: Literal["sum", "mean", "quantile", "count", "rate", "distinct", "ratio"]
    value: str = ""
    denominator: str = ""
    over: OtherRows | None = None
    elapsed: Elapsed | None = None
    quantile: Decimal | None = None
    rate_seconds: int = 0
    until: str = ""
    mature_after_seconds: int = 0
    min_sample: int = 0
    unit: str = ""
    currency: str = ""
    exclusions: tuple[Exclusion, ...] = ()
    per: str = ""
    order: tuple[str, ...] = ()
    each: Literal["", "sum", "mean", "count", "min", "max", "last"] = ""
    at_least: int = 1
    by: tuple[Stratum, ...] = ()
    cohort: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What was promised of a value: that it is `at_most` or `at_least` a target."""

    direction: Literal["at_most", "at_least"]
    target: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A measure of a service.

    Attributes:
        id: `service/name`; no agreement of the service has the same.
        description: A sentence for people, as it was written.
        kind: `sla` or `xla` where something is promised about it; empty where it is watched.
        indicator: The indicator's kind or the library name it uses, for people.
        bound: What is promised; None where it is only watched.
        window: The one it is promised over, or looked at first.
        windows: All that are counted, its own first.
        sampling: `census` is judged by arithmetic, `sample` by an interval.
        step: The step it is about; empty when about the whole service.
        vendor: The vendor accountable for that step; empty when none is.
        owner: The team that answers its alerts.
        parts: How it is measured.
        alerting: How its alerts are raised.
        scope: The part of the events that it covers, as it was written; empty for all of them.
    """

    id: str
    service: str
    name: str
    title: str
    description: str = ""
    kind: Literal["sla", "xla", ""]
    indicator: str
    bound: Bound | None
    window: Window
    windows: tuple[CountedWindow, ...]
    sampling: Literal["census", "sample"]
    step: str
    vendor: str
    owner: str
    parts: Values
    origin: Origin
    alerting: Alerting = USUAL
    scope: str = ""
