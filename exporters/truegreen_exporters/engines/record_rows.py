"""The rows of an agreement as SQL: each with its time, what it counts as, and its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.expressions.sql_neighbours import asks_neighbours, in_order, later_asked
from truegreen_exporters.engines.elapsed_sql import PASSED
from truegreen_exporters.engines.later_rows import with_later
from truegreen_exporters.engines.sql_terms import holds, time_of
from truegreen_exporters.intake.mapping import SERVICE, literal, quoted

if TYPE_CHECKING:
    from truegreen_exporters.engines.question import Question

__all__ = ["record_rows"]


def record_rows(question: Question, relation: str, which: str = "", columns: str = "") -> str:
    """Return the query of the rows' anchor time, conditions and key: `_t, _of, _out, _good, _key`.

    Neighbours are those of the rows that are asked for and not left out, in order of time.

    Args:
        question: Says what is counted.
        relation: What the rows are selected from, with what they took in business time.
        which: SQL condition of the rows; empty for those of the service.
        columns: SQL of further columns, which come first.
    """
    records = question.records
    out = " OR ".join(holds(exclusion.sql) for exclusion in records.exclusions) or "false"
    total, good = (
        in_order(text, records.per, (out,), (records.at, *records.order))
        if records.per and asks_neighbours(text)
        else text
        for text in (records.total, records.good)
    )
    chosen = which or f"{quoted(SERVICE)} = {literal(question.service)}"
    if records.per:
        found = f"{chosen} AND {holds(records.where or 'true')}"
        chosen = f"{found} AND ({records.at}) IS NOT NULL"
        relation = with_later(
            relation,
            later_asked((records.total, records.good)),
            asking=chosen,
            found=found,
            key=records.per,
            out=out,
        )
    of = " AND ".join(map(holds, filter(None, (records.where, total))))
    return (
        f"SELECT {columns and columns + ', '}"  # noqa: S608  expressions were checked by the compiler
        f"{time_of(records.at)} AS _t, "
        f"{of} AS _of, {out} AS _out, {_in_time(question, holds(good))} AS _good, "
        f"{records.per or 'NULL'} AS _key "
        f"FROM {relation} WHERE {chosen}"
    )


def _in_time(question: Question, good: str) -> str:
    """Return the condition of a good row: one that took too long on its clock is none."""
    within = question.records.within
    if within is None or question.calendar is None:
        return good
    return f"{good} AND coalesce({PASSED} <= {within.seconds * 1_000_000}, false)"
