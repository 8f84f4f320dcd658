"""Indicators over the rows of a table: good and total (`records`), or a value (`measure`)."""

from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import ConfigDict, Discriminator, Field, PlainValidator, Tag, model_validator

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.values import (
    ColumnName,
    Duration,
    Name,
    PositiveDuration,
    Ratio,
    Text,
    bad_value,
    text_of,
    whole_number,
)

__all__ = [
    "MAX_STRATA",
    "Denominator",
    "Elapsed",
    "Judged",
    "LeftOut",
    "MeasureIndicator",
    "Pauses",
    "RecordsIndicator",
]

MAX_STRATA = 20
"""How many values a stratum may have: each is a series per window."""


class LeftOut(Model):
    """Rows that never count, with the reason; they are counted apart, never silent.

    Attributes:
        where: SQL that holds for them.
        reason: Why: `duplicate`, `cancelled`, `test`.
    """

    where: Text
    reason: Text


class Judged(Model):
    """Judges every key of `per` by its own rows in the window, and counts keys in place of rows.

    Attributes:
        share: A key is good when at least this share of its own events is.
        at_least: Keys with fewer events in the window do not count.
    """

    share: Ratio
    at_least: Annotated[int, whole_number(1)] = 1


def _judged_form(data: object) -> str:
    return "#shares" if isinstance(data, dict | Judged) else "#last"


def _last(value: object) -> Literal["last"]:
    if (text := text_of(value)) != "last":
        hint = "write last, or {share: 80%, at_least: 5}"
        bad_value(f"{text!r} is no way to judge a key", hint)
    return "last"


def _strata(by: dict[ColumnName, tuple[Text, ...]]) -> dict[ColumnName, tuple[Text, ...]]:
    for column, values in by.items():
        if not 0 < len(values) <= MAX_STRATA:
            bad_value(
                f"`{column}` lists {len(values)} values",
                f"list 1 to {MAX_STRATA}; rows of another value are shown as `other`",
            )
        if len(set(values)) != len(values):
            bad_value(f"`{column}` lists a value twice", "take one of them out")
    return by


class _OverRows(Model):
    """What every indicator over rows says of them; `kind` stands here for its place."""

    kind: str
    table: Text
    at: Text
    sampling: Literal["census", "sample"]
    where: Text = ""
    exclusions: tuple[LeftOut, ...] = ()
    mature_after: Duration = Decimal(0)
    min_sample: Annotated[int, whole_number(0)] = 0
    cohort: Text = ""
    per: Text = ""
    by: dict[ColumnName, tuple[Text, ...]] = Field(default_factory=dict)
    manual: Text = ""

    @model_validator(mode="after")
    def _few_strata(self) -> "_OverRows":
        _strata(self.by)
        return self


class RecordsIndicator(_OverRows):
    """Good and total as predicates over the rows of a table, by event time.

    Attributes:
        kind: Rows of a table.
        table: Name of a table, or a parameter with a default: `${table:surveys}`.
        at: SQL of the time that decides which window a row is in.
        sampling: Whether the rows are every case (`census`) or answers of some (`sample`).
        where: SQL that a row must meet to count at all; every row where none is given.
        exclusions: Rows that never count, with reasons.
        mature_after: Younger rows are pending.
        min_sample: Below this total the state is `insufficient`.
        cohort: Whose rows are followed, in words.
        per: SQL of the key whose rows belong together, such as a customer. With it `total` and
            `good` may ask for `previous(…)` and `next(…)`: an expression in the row before or
            after, of the same key, by `at`; `next(X, T)` is its earliest time X after the time T.
        by: Columns by whose values the counts are shown apart too, and those values.
        manual: What it means, for people.
        total: SQL that a row must meet to be an event.
        good: SQL that a good event meets.
        each: Counts keys of `per` in place of rows: by the share of their events that is good, or
            by their `last` row in the window, as snapshots are.
    """

    model_config = ConfigDict(json_schema_extra={"dependencies": {"each": ["per"]}})

    kind: Literal["records"]
    total: Text
    good: Text
    each: (
        Annotated[
            Annotated[
                Literal["last"],
                PlainValidator(_last, json_schema_input_type=Literal["last"]),
                Tag("#last"),
            ]
            | Annotated[Judged, Tag("#shares")],
            Discriminator(_judged_form),
        ]
        | None
    ) = None

    @model_validator(mode="after")
    def _keys_to_judge(self) -> "RecordsIndicator":
        if self.each is not None and not self.per:
            bad_value("`each` has no key to go by", "write `per`, such as per: customer")
        return self


class Pauses(Model):
    """A table of states that says when a case was waiting for somebody else.

    A state lasts until the next one of the same case begins.

    Attributes:
        table: Table of the states, a row each time one begins.
        of: Its column that names the case.
        case: Column of the indicator's own table with the same name of the case.
        at: Its column of the time the state began.
        state: Its column of the state.
        paused: States in which the clock stands still.
    """

    table: Text
    of: ColumnName
    case: ColumnName
    at: ColumnName
    state: ColumnName
    paused: tuple[Text, ...] = Field(min_length=1)


class Elapsed(Model):
    """The time between two columns, by a clock that may stand still.

    Attributes:
        start: Column of the time the case begins.
        end: Column of the time it is done; without it the age at the end of the window.
        clock: Whether the time outside business hours counts (`calendar`) or not (`business`).
        hours: Calendar of the business clock; the service's `hours` where none is named.
        paused: SQL of the seconds in which the case waited for somebody else.
        pauses: Table that says when it did, in place of `paused`.
        weight: SQL of how much of the time counts, such as the share of users who were hit.
        overlaps: Whether time in which rows overlap counts for `each` of them or `once`: for the
            one of the greatest weight, and of these for the one that began first.
    """

    start: Annotated[Text, Field(alias="from")]
    end: Annotated[Text, Field(alias="to")] = ""
    clock: Literal["calendar", "business"] = "calendar"
    hours: Name | None = None
    paused: Text = ""
    pauses: Pauses | None = None
    weight: Text = ""
    overlaps: Literal["each", "once"] = "each"

    @model_validator(mode="after")
    def _fits(self) -> "Elapsed":
        stands = self.clock == "business" or self.paused or self.pauses is not None
        if self.overlaps == "once" and (stands or not self.end):
            hint = "take `overlaps` out, or the clock and its pauses, and write `to`"
            bad_value("time that counts once runs at all hours, from one column to another", hint)
        if self.paused and self.pauses is not None:
            bad_value("pauses are told twice", "write either paused or pauses")
        if self.hours is not None and self.clock == "calendar":
            bad_value("`hours` are those of the business clock", "write clock: business")
        return self


class Denominator(Model):
    """Rows of another table that a ratio is over, in the same window.

    Attributes:
        table: Name of a table.
        at: SQL of the time that decides which window a row is in.
        where: SQL that a row must meet to count at all.
        value: SQL of a row's number; 1 where none is given.
    """

    table: Text
    at: Text
    where: Text = ""
    value: Text = "1"


def _denominator_form(data: object) -> str:
    return "#rows" if isinstance(data, dict | Denominator) else "#text"


Aggregate: TypeAlias = Literal["sum", "mean", "quantile", "count", "rate", "distinct", "ratio"]
_VALUED = ("sum", "mean", "quantile", "distinct")


class MeasureIndicator(_OverRows):
    """A value over the rows of a table, by event time: it has a target and no budget.

    Attributes:
        kind: A value of rows.
        table: Name of a table, or a parameter with a default: `${table:tickets}`.
        at: SQL of the time that decides which window a row is in.
        sampling: Whether the rows are every case (`census`) or answers of some (`sample`).
        where: SQL that a row must meet to count at all; every row where none is given.
        exclusions: Rows that never count, with reasons.
        mature_after: Younger rows are pending.
        min_sample: Below this many rows the state is `insufficient`.
        cohort: Whose rows are followed, in words.
        per: SQL of the key whose rows belong together, such as a customer; see `records`.
        by: Columns by whose values the measure is shown apart too, and those values.
        manual: What it means, for people.
        aggregate: What is made of the rows of a window.
        value: SQL of a row's number; for `distinct` of what is counted once.
        duration: The time between two columns, in seconds, in place of `value`.
        q: Which quantile, above 0 and below 1.
        per_time: Length of time that a rate is over: of rows, or of the sum of `value`.
        numerator: SQL of a row's part of the upper sum of a ratio.
        denominator: SQL of its part of the lower sum, or rows of another table.
        until: SQL of the time until which a row is alive: in place of those that began in the
            window, those count that are alive at its end. Unknown is for ever.
        each: What is made of the rows of each key of `per` first; `last` is the last of them in
            the window, as of snapshots, and goes with a ratio too.
        at_least: Keys with fewer rows in the window do not count.
        unit: What the value is in: `seconds`, `percent`, `count`, or a currency such as `EUR`.
    """

    model_config = ConfigDict(
        json_schema_extra={"dependencies": {"each": ["per"], "at_least": ["each"]}}
    )

    kind: Literal["measure"]
    aggregate: Aggregate
    value: Text = ""
    duration: Elapsed | None = None
    q: Ratio | None = None
    per_time: PositiveDuration | None = None
    numerator: Text = ""
    denominator: Annotated[
        Annotated[Text, Tag("#text")] | Annotated[Denominator, Tag("#rows")],
        Discriminator(_denominator_form),
    ] = ""
    until: Text = ""
    each: Literal["sum", "mean", "count", "min", "max", "last"] | None = None
    at_least: Annotated[int, whole_number(1)] = 1
    unit: Text = ""

    @model_validator(mode="after")
    def _fits(self) -> "MeasureIndicator":
        self._needs("q", self.q is not None, only="quantile")
        if self.q is not None and not 0 < self.q < 1:
            bad_value(f"`q` is {self.q}", "write a quantile above 0 and below 1, such as 0.9")
        self._needs("per_time", self.per_time is not None, only="rate")
        for name, text in (("numerator", self.numerator), ("denominator", self.denominator)):
            self._needs(name, bool(text), only="ratio")
        valued = bool(self.value) + (self.duration is not None)
        if valued != 1 and self.aggregate in _VALUED and self.each != "count":
            bad_value(f"`{self.aggregate}` takes one value", "write either value or duration")
        if valued and self.aggregate in {"count", "ratio"}:
            bad_value(f"`{self.aggregate}` takes no value", "take value or duration out")
        if self.each is not None and not self.per:
            bad_value("`each` has no key to go by", "write `per`, such as per: customer")
        of_sums = (
            self.aggregate == "ratio" and self.each == "last" and isinstance(self.denominator, str)
        )
        if self.each is not None and self.aggregate not in _VALUED and not of_sums:
            hint = f"not with {self.aggregate}; `each: last` goes with a ratio of columns too"
            bad_value(f"`each` goes with {', '.join(_VALUED)}", hint)
        if self.duration is not None and not self.duration.end and not self.until:
            bad_value("a duration without `to` is an age", "say until when: until: resolved_at")
        return self

    def _needs(self, name: str, given: bool, *, only: str) -> None:  # noqa: FBT001  a fact of the model
        if given != (self.aggregate == only):
            what = "needs" if self.aggregate == only else "takes no"
            bad_value(f"`{self.aggregate}` {what} `{name}`", f"`{name}` goes with {only}")
