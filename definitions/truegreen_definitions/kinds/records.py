"""Indicator kind `records`: rows of a table, counted by the time of an event in them.

A row is an event when its time `at` lies in the window and `where` and `total` hold; it is good
when `good` holds too. Unknown (NULL) is not good. All four are SQL over the table's columns:
one expression each, nothing that looks at the clock or outside the row.

With `per`, a key such as a customer, `total` and `good` may look at the row before or after of
the same key: `previous(X)` and `next(X)` are the expression X there, unknown where there is no
such row. The rows of a key are those of the service that meet `where` and are not excluded, in
order of `at`, then of the table's key. A row whose key is unknown has no neighbours. `next(X, T)`
is a time: the earliest X of the key that is after T and after the row's own X, of rows without
`at` too. So `next(opened_at, resolved_at)` is when the customer came back, whatever was resolved in
between, and though that ticket is still open. With `each` keys are counted in place of rows:
`each: {share: 90%, at_least: 5}` counts the customers with five events in the window or more, and
as good those of whose events 90 % are good. With `each: last` a key is what its last row in the
window says, as of snapshots: it counts when `total` holds of that row.

Fields: `table`; `at`, the anchor time; `where` (default: every row); `total`; `good`;
`sampling: census | sample`, whether the rows are all there is or answers of some;
`exclusions`, a list of `{where, reason}`: rows that never count, counted apart by reason;
`mature_after` (default 0), until when a row is pending; `min_sample` (default 0), below which
nothing is decided; `cohort`, whose rows are followed, in words; `per`; `each`; `by`, columns by
whose values the counts are shown apart too (`by: {priority: [P1, P2]}`, at most 20 values, all
further ones are `other`); `manual` for people. Texts may hold parameters, `${name:default}`, that
an agreement gives by `with:`. Rows of our own probes are left out by the Policy's column for the
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

from decimal import Decimal
from math import ceil

from truegreen_definitions.errors import InvariantError
from truegreen_definitions.kinds.asked import Asked, IndicatorKind, Lowered
from truegreen_definitions.kinds.row_terms import in_group, terms_of
from truegreen_definitions.models.indicator import IndicatorSpec, RecordsIndicator
from truegreen_definitions.plan import Judged, Records

__all__ = ["RECORDS"]


def _lower(spec: IndicatorSpec, asked: Asked) -> Lowered | None:
    if not isinstance(spec, RecordsIndicator):
        raise InvariantError(f"a records indicator is expected, not {spec.kind}")
    terms = terms_of(spec, asked)
    if terms is None:
        return None
    keyed = bool(terms.per)
    total = in_group(asked, terms.rows, spec.total, "total", keyed=keyed)
    good = in_group(asked, terms.rows, spec.good, "good", keyed=keyed)
    if not (terms.sound and total and good):
        return None
    parts = Records(
        table=terms.rows.table,
        at=terms.at,
        where=terms.where,
        total=total,
        good=good,
        mature_after_seconds=ceil(spec.mature_after),
        min_sample=spec.min_sample,
        exclusions=terms.exclusions,
        per=terms.per,
        order=terms.order,
        each=_judged(spec),
        by=terms.by,
        cohort=spec.cohort,
    )
    return Lowered(parts=parts, sampling=spec.sampling)


def _judged(spec: RecordsIndicator) -> Judged | None:
    """Return how keys are judged; None where rows count."""
    if spec.each is None:
        return None
    if spec.each == "last":
        return Judged(share=Decimal(1), at_least=1, last=True)
    return Judged(share=spec.each.share, at_least=spec.each.at_least)


RECORDS = IndicatorKind("records", _lower, reads_rows=lambda _: True)
