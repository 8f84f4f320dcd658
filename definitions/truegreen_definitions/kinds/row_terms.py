"""Terms that every indicator over rows may have: which rows, left out, grouped and shown apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions.expressions import sql
from truegreen_definitions.kinds.rows import rows_of, warn_of_unfilled
from truegreen_definitions.models.rows import RecordsIndicator
from truegreen_definitions.plan import Exclusion, Stratum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.kinds.asked import Asked
    from truegreen_definitions.kinds.rows import Rows
    from truegreen_definitions.models.rows import MeasureIndicator
    from truegreen_definitions.yaml_tree.nodes import Step

__all__ = ["RowTerms", "expression", "in_group", "refuse_no_time", "terms_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTerms:
    """What an indicator says of its rows, read and checked; see `plan.Records` for each.

    Attributes:
        sound: Whether nothing was wrong with any of them.
    """

    rows: Rows
    sound: bool
    at: str
    where: str
    per: str
    order: tuple[str, ...]
    exclusions: tuple[Exclusion, ...]
    by: tuple[Stratum, ...]


def terms_of(spec: RecordsIndicator | MeasureIndicator, asked: Asked) -> RowTerms | None:
    """Return the terms of an indicator; None with the reason reported where there are no rows."""
    rows = rows_of(asked, spec.table, "table", needed=_needed(spec))
    if rows is None:
        return None
    at = expression(asked, rows, spec.at, "at")
    where = expression(asked, rows, spec.where, "where") if spec.where else ""
    per = expression(asked, rows, spec.per, "per") if spec.per else ""
    exclusions = tuple(_exclusions(spec, asked, rows))
    by = tuple(_strata(spec, asked, rows))
    sound = bool(at) and bool(spec.where) == bool(where) and bool(spec.per) == bool(per)
    if at:
        refuse_no_time(asked, rows, at, "at")
    return RowTerms(
        rows=rows,
        sound=sound and len(exclusions) == len(spec.exclusions) and len(by) == len(spec.by),
        at=at,
        where=sql.both(where, rows.where),
        per=per,
        order=asked.catalog.tables[rows.table].model.spec.key if per else (),
        exclusions=exclusions,
        by=by,
    )


def expression(asked: Asked, rows: Rows, text: str, *fields: Step) -> str:
    """Return an expression over the columns, read; empty with the reason among the problems."""
    out = asked.read(text, *fields, by=rows.read)
    if out:
        warn_of_unfilled(asked, rows, out, *fields)
    return out


def in_group(asked: Asked, rows: Rows, text: str, field: str, *, keyed: bool) -> str:
    """Return an expression that may ask for neighbours, read as `expression` does."""
    out = asked.read(text, field, by=lambda it: rows.read_in_group(it, keyed=keyed))
    if out:
        warn_of_unfilled(asked, rows, out, field)
    return out


def refuse_no_time(asked: Asked, rows: Rows, text: str, *fields: Step) -> None:
    """Report an anchor that is a column of another type than a time."""
    kind = rows.columns.get(text, "timestamp")
    if kind not in {"timestamp", "date"}:
        message = f"`{text}` is a column of type {kind}, not a time"
        asked.report("records/not-a-time", message, *fields)


def _exclusions(
    spec: RecordsIndicator | MeasureIndicator, asked: Asked, rows: Rows
) -> Iterator[Exclusion]:
    for index, left_out in enumerate(spec.exclusions):
        text = expression(asked, rows, left_out.where, "exclusions", index, "where")
        if text:
            yield Exclusion(sql=text, reason=left_out.reason)


def _strata(
    spec: RecordsIndicator | MeasureIndicator, asked: Asked, rows: Rows
) -> Iterator[Stratum]:
    for column, values in sorted(spec.by.items()):
        if expression(asked, rows, column, "by", column):
            yield Stratum(column=column, values=values)


def _needed(spec: RecordsIndicator | MeasureIndicator) -> Iterator[str]:
    """Yield the expressions of an indicator: they say which columns there must be."""
    yield from filter(None, (spec.at, spec.where, spec.per, *spec.by))
    if isinstance(spec, RecordsIndicator):
        yield from (spec.total, spec.good)
    else:
        took = spec.duration
        elapsed = (took.start, took.end, took.weight) if took else ()
        yield from filter(None, (spec.value, spec.until, spec.numerator, *elapsed))
