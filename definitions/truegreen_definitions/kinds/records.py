"""Indicator kind `records`: rows of a table, counted by the time of an event in them.

A row is an event when its time `at` lies in the window and `where` and `total` hold; it is good
when `good` holds too. Unknown (NULL) is not good. All four are SQL over the table's columns:
one expression each, nothing that looks at other rows, at the clock or outside the row.

Fields: `table`; `at`, the anchor time; `where` (default: every row); `total`; `good`;
`sampling: census | sample`, whether the rows are all there is or answers of some;
`mature_after` (default 0), until when a row is pending; `min_sample` (default 0), below which
nothing is decided; `manual` for people. Texts may hold parameters, `${name:default}`, that an
agreement gives by `with:`. Rows of our own probes are left out by the Policy's column for the
table (`synthetic.columns`). The table needs a column `service`, or no row could find its
service.

Passes:
    kind: records
    table: surveys
    at: answered_at
    sampling: sample
    total: score is not null
    good: score >= 4

Fails:
    kind: records
    table: surveys
    at: answered_at
    sampling: sample
    total: rating is not null
    good: score >= 4
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from truegreen_definitions.errors import InvariantError
from truegreen_definitions.expressions import sql
from truegreen_definitions.kinds.asked import Asked, IndicatorKind, Lowered
from truegreen_definitions.kinds.rows import rows_of, warn_of_unfilled
from truegreen_definitions.models.indicator import IndicatorSpec, RecordsIndicator
from truegreen_definitions.plan import Records

if TYPE_CHECKING:
    from truegreen_definitions.kinds.rows import Rows

__all__ = ["RECORDS"]


def _lower(spec: IndicatorSpec, asked: Asked) -> Lowered | None:
    if not isinstance(spec, RecordsIndicator):
        raise InvariantError(f"a records indicator is expected, not {spec.kind}")
    needed = (spec.at, spec.total, spec.good, spec.where)
    rows = rows_of(asked, spec.table, "table", needed=filter(None, needed))
    if rows is None:
        return None
    at = _expression(asked, rows, spec.at, "at")
    total = _expression(asked, rows, spec.total, "total")
    good = _expression(asked, rows, spec.good, "good")
    where = _expression(asked, rows, spec.where, "where") if spec.where else ""
    if not (at and total and good) or (spec.where and not where):
        return None
    if rows.columns.get(at, "timestamp") not in {"timestamp", "date"}:
        kind = rows.columns[at]
        asked.report("records/not-a-time", f"`{at}` is a column of type {kind}, not a time", "at")
    parts = Records(
        table=rows.table,
        at=at,
        where=sql.both(where, rows.where),
        total=total,
        good=good,
        mature_after_seconds=ceil(spec.mature_after),
        min_sample=spec.min_sample,
    )
    return Lowered(parts=parts, sampling=spec.sampling)


def _expression(asked: Asked, rows: Rows, text: str, field: str) -> str:
    out = asked.read(text, field, by=rows.read)
    if out:
        warn_of_unfilled(asked, rows, out, field)
    return out


RECORDS = IndicatorKind("records", _lower, reads_rows=lambda _: True)
