"""Indicator kind `measure`: a value over rows, by the time of an event in them.

It has a value, a target (`at_most`, `at_least`) and a state, but no share of good, no budget and
no burn. A row counts in the window in which its time `at` lies, when `where` holds and it has a
value; what is made of the rows is the `aggregate`:

    sum       of `value`
    mean      of `value`
    quantile  `q` of `value`, interpolated between the two nearest rows
    count     of the rows
    rate      rows, or the sum of `value`, by `per_time`: `per_time: 1d` is so many a day
    distinct  different values of `value`
    ratio     the sum of `numerator` over the sum of `denominator`; sums first, ratio last

In place of `value`, `duration: {from, to}` is the time between two columns in seconds. Its clock
may stand still outside of `hours` (`clock: business`; the service's hours where none are named),
and while the case waits for somebody else: `paused`, SQL of the seconds it waited, or `pauses`, a
table of states. A `to` before `from` is 0 seconds. `weight` is how much of the time counts, and
with `overlaps: once` the time in which rows overlap counts once, for the one of the greatest
weight: so `aggregate: rate, per_time: 100s, unit: percent` is the share of the time that something
lasted.

`until` counts what is alive in place of what began: rows with `at` before the end of the window
whose `until` is unknown or not before it. So `at: opened_at, until: resolved_at` is a backlog,
and `duration: {from: opened_at}` without `to` the age of what is in it.

`per` and `each` make one value of each key's rows first: `per: customer, each: mean` with
`aggregate: quantile, q: 0.1` is the worst decile of customers; keys with fewer than `at_least`
rows do not count. `each: last` is the last row of each key in the window, as of snapshots; it goes
with a ratio of columns too. With `per` the value may ask for `previous(…)` and `next(…)`, as in
`records`.

The denominator of a ratio may be rows of another table, of the same service and window:
`denominator: {table: orders, at: ordered_at}` is one for each order.

Fields: `table`; `at`; `sampling: census | sample`; `where`; `exclusions`; `mature_after`;
`min_sample`; `cohort`; `by`; `manual`, all as in `records`; `unit`: `seconds` (of durations),
`percent`, `count`, a currency such as `EUR`, or another word. A sample is judged by an interval
of 95 %, so it takes a mean, a ratio of its own rows or a quantile: the sum or the number of
answers says nothing of those who gave none.

Passes:
    kind: measure
    table: surveys
    at: answered_at
    sampling: sample
    aggregate: mean
    value: score
    unit: points

Fails:
    kind: measure
    table: surveys
    at: answered_at
    sampling: sample
    aggregate: sum
    value: score
    unit: points
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

from truegreen_definitions.currencies import CURRENCIES
from truegreen_definitions.errors import InvariantError
from truegreen_definitions.kinds.asked import Asked, IndicatorKind, Lowered
from truegreen_definitions.kinds.elapsed import elapsed_of
from truegreen_definitions.kinds.row_terms import (
    expression,
    in_group,
    refuse_no_time,
    terms_of,
)
from truegreen_definitions.kinds.rows import rows_of
from truegreen_definitions.models.indicator import IndicatorSpec, MeasureIndicator
from truegreen_definitions.models.rows import Denominator
from truegreen_definitions.plan import OtherRows, Values

if TYPE_CHECKING:
    from truegreen_definitions.kinds.row_terms import RowTerms

__all__ = ["MEASURE"]

_OF_A_SAMPLE = ("mean", "quantile", "ratio")
_UNITS = {"count": "count", "distinct": "count"}


def _lower(spec: IndicatorSpec, asked: Asked) -> Lowered | None:
    if not isinstance(spec, MeasureIndicator):
        raise InvariantError(f"a measure is expected, not {spec.kind}")
    terms = terms_of(spec, asked)
    if terms is None:
        return None
    _refuse_totals_of_samples(spec, asked)
    parts = _values(spec, asked, terms)
    for fill in (_valued, _timed, _divided, _alive):
        if parts is None:
            return None
        parts = fill(spec, asked, terms, parts)
    sound = parts is not None and terms.sound
    return Lowered(parts=parts, sampling=spec.sampling) if parts and sound else None


def _values(spec: MeasureIndicator, asked: Asked, terms: RowTerms) -> Values | None:
    unit = spec.unit or ("seconds" if spec.duration else _UNITS.get(spec.aggregate, ""))
    shares = spec.aggregate == "rate" and unit == "percent"  # seconds of 100 seconds
    if spec.duration is not None and unit != "seconds" and not shares:
        hint = "leave the unit out, or write seconds"
        asked.report("measure/unit", f"a duration is in seconds, not {unit}", "unit", hint=hint)
        return None
    return Values(
        table=terms.rows.table,
        at=terms.at,
        where=terms.where,
        aggregate=spec.aggregate,
        quantile=spec.q,
        rate_seconds=ceil(spec.per_time or 0),
        mature_after_seconds=ceil(spec.mature_after),
        min_sample=spec.min_sample,
        unit=unit,
        currency=unit if unit in CURRENCIES else "",
        exclusions=terms.exclusions,
        per=terms.per,
        order=terms.order,
        each=spec.each or "",
        at_least=spec.at_least,
        by=terms.by,
        cohort=spec.cohort,
    )


def _valued(spec: MeasureIndicator, asked: Asked, terms: RowTerms, parts: Values) -> Values | None:
    """Return the values with what is added up or compared."""
    field = "numerator" if spec.aggregate == "ratio" else "value"
    text = spec.numerator or spec.value
    if not text:
        return parts
    value = in_group(asked, terms.rows, text, field, keyed=bool(terms.per))
    return replace(parts, value=value) if value else None


def _timed(spec: MeasureIndicator, asked: Asked, terms: RowTerms, parts: Values) -> Values | None:
    if spec.duration is None:
        return parts
    elapsed = elapsed_of(spec.duration, asked, terms.rows)
    return replace(parts, elapsed=elapsed) if elapsed else None


def _divided(spec: MeasureIndicator, asked: Asked, terms: RowTerms, parts: Values) -> Values | None:
    """Return the values with what a ratio is over."""
    below = spec.denominator
    if isinstance(below, Denominator):
        needed = (below.at, below.where, below.value)
        rows = rows_of(asked, below.table, "denominator", "table", needed=filter(None, needed))
        if rows is None:
            return None
        at = expression(asked, rows, below.at, "denominator", "at")
        value = expression(asked, rows, below.value, "denominator", "value")
        where = expression(asked, rows, below.where, "denominator", "where") if below.where else ""
        if not (at and value) or bool(below.where) > bool(where):
            return None
        refuse_no_time(asked, rows, at, "denominator", "at")
        return replace(parts, over=OtherRows(table=rows.table, at=at, where=where, value=value))
    if not below:
        return parts
    text = in_group(asked, terms.rows, below, "denominator", keyed=bool(terms.per))
    return replace(parts, denominator=text) if text else None


def _alive(spec: MeasureIndicator, asked: Asked, terms: RowTerms, parts: Values) -> Values | None:
    if not spec.until:
        return parts
    until = expression(asked, terms.rows, spec.until, "until")
    if until:
        refuse_no_time(asked, terms.rows, until, "until")
    return replace(parts, until=until) if until else None


def _refuse_totals_of_samples(spec: MeasureIndicator, asked: Asked) -> None:
    elsewhere = spec.aggregate == "ratio" and isinstance(spec.denominator, Denominator)
    if spec.sampling == "sample" and (spec.aggregate not in _OF_A_SAMPLE or elsewhere):
        what = "a ratio over another table" if elsewhere else f"the {spec.aggregate}"
        asked.report(
            "measure/total-of-a-sample",
            f"{what} of a sample says nothing of those who were not asked",
            "sampling",
            hint=f"take {', '.join(_OF_A_SAMPLE)} of its rows, or say that it is a census",
        )


MEASURE = IndicatorKind("measure", _lower, reads_rows=lambda _: True)
