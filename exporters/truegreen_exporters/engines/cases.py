"""Cases followed from what an SLA says of them to what people experienced, as one query.

A case is a value of the column that names it. It is of a span when a row of the SLA that counts has
its time in it; the SLA is met when all those rows are good. Its experience is bad when a row of
any of the XLAs that counts for it, at whatever time, is not good; good when there are such rows
and none is bad; else unknown. What is not ripe does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from truegreen_exporters.intake.mapping import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from truegreen_exporters.engines.question import Question

__all__ = ["CaseGroup", "CaseQuestion", "case_groups", "case_sql", "lost_sql"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseQuestion:
    """Which cases to follow.

    Attributes:
        sla: What says whether the promise was kept; its windows play no part.
        xlas: What says how the experience was.
        by: Column that names the case.
        mix: Column of the SLA's table that says what kind of case it is; empty for none.
    """

    sla: Question
    xlas: tuple[Question, ...]
    by: str
    mix: str = ""

    @property
    def asked(self) -> tuple[int, ...]:
        """Places of the XLAs whose rows stand in another table than the cases: who answered."""
        table = self.sla.records.table
        return tuple(i for i, one in enumerate(self.xlas) if one.records.table != table)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseGroup:
    """Cases of one kind of which the SLA says the same.

    Attributes:
        mix: The kind; empty where it is not known or not asked.
        met: Whether the SLA was met.
        known: By XLA, cases of which it knows something.
        bad_by: By XLA, cases that are bad by it.
        answered: Cases with a row in another table than their own.
        elsewhere: Cases with such a row that lies outside the span.
    """

    mix: str
    met: bool
    good: int
    bad: int
    unknown: int
    known: tuple[int, ...]
    bad_by: tuple[int, ...]
    answered: int
    elsewhere: int


def case_sql(
    question: CaseQuestion,
    rows: Callable[[Question, str], str],
    span: tuple[int, int],
    at: datetime,
) -> str:
    """Return the query of the groups of a span.

    Args:
        question: Which cases.
        rows: Returns the query of an agreement's rows with these further columns.
        span: Start and end, in microseconds since 1970.
        at: The moment it is seen from.
    """
    case = quoted(question.by)
    mix = f"CAST({quoted(question.mix)} AS VARCHAR)" if question.mix else "''"
    columns = ", ".join(dict.fromkeys(map(quoted, filter(None, (question.by, question.mix)))))
    sla = (
        f"SELECT {case} AS _case, bool_and(_good) AS _met, coalesce(min({mix}), '') AS _mix "  # noqa: S608  expressions were checked by the compiler
        f"FROM ({rows(question.sla, columns)}) WHERE {_counts(question.sla, at)} "
        f"AND _t >= {span[0]} AND _t < {span[1]} AND {case} IS NOT NULL GROUP BY 1"
    )
    tables = [f"_sla AS MATERIALIZED ({sla})"]
    joins = []
    for place, one in enumerate(question.xlas):
        tables.append(
            f"_x{place} AS (SELECT {case} AS _case, bool_or(NOT _good) AS _bad, "  # noqa: S608  as above
            f"bool_or(_t < {span[0]} OR _t >= {span[1]}) AS _else "
            f"FROM ({rows(one, case)}) WHERE {_counts(one, at)} AND {case} IS NOT NULL GROUP BY 1)"
        )
        joins.append(f"LEFT JOIN _x{place} ON _sla._case = _x{place}._case")
    return (
        f"WITH {', '.join(tables)} SELECT _mix, _met, {', '.join(_sums(question))} "  # noqa: S608  as above
        f"FROM _sla {' '.join(joins)} GROUP BY 1, 2 ORDER BY 1, 2 DESC"
    )


def lost_sql(
    question: CaseQuestion,
    place: int,
    rows: Callable[[Question, str], str],
    span: tuple[int, int],
    at: datetime,
) -> str:
    """Return the query of (rows of an XLA in the span, those that are of no case of the SLA)."""
    case, one = quoted(question.by), question.xlas[place]
    cases = (
        f"SELECT {case} FROM ({rows(question.sla, case)}) "  # noqa: S608  as above
        f"WHERE {_counts(question.sla, at)} AND {case} IS NOT NULL"
    )
    return (
        f"SELECT count(*), count(*) FILTER ({case} IS NULL OR {case} NOT IN ({cases})) "  # noqa: S608  as above
        f"FROM ({rows(one, case)}) WHERE {_counts(one, at)} "
        f"AND _t >= {span[0]} AND _t < {span[1]}"
    )


def case_groups(question: CaseQuestion, found: Sequence[Sequence[Any]]) -> Iterator[CaseGroup]:
    """Yield the groups of the rows that `case_sql` gives."""
    number = len(question.xlas)
    for mix, met, good, bad, unknown, answered, elsewhere, *by_xla in found:
        yield CaseGroup(
            mix=mix,
            met=met,
            good=good,
            bad=bad,
            unknown=unknown,
            known=tuple(by_xla[:number]),
            bad_by=tuple(by_xla[number:]),
            answered=answered,
            elsewhere=elsewhere,
        )


def _sums(question: CaseQuestion) -> list[str]:
    places = range(len(question.xlas))
    bad = " OR ".join(f"coalesce(_x{i}._bad, false)" for i in places)
    known = " OR ".join(f"_x{i}._case IS NOT NULL" for i in places)
    answered = " OR ".join(f"_x{i}._case IS NOT NULL" for i in question.asked) or "false"
    elsewhere = " OR ".join(f"coalesce(_x{i}._else, false)" for i in question.asked) or "false"
    conditions = [f"({known}) AND NOT ({bad})", bad, f"NOT ({known})", answered, elsewhere]
    conditions += [f"_x{i}._case IS NOT NULL" for i in places]
    conditions += [f"coalesce(_x{i}._bad, false)" for i in places]
    return [f"count(*) FILTER ({condition})" for condition in conditions]


def _counts(question: Question, at: datetime) -> str:
    return f"_of AND NOT _out AND _t < {question.ripe_before(at)}"
