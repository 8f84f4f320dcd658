"""Visits of cases to steps as queries, up to the time that each step of each case has taken.

Everything is asked of sets of rows, in whatever order they came:

_rows    a visit: case, step, when it was handed over, begun (taken on) and done, as known at a
         moment: what is dated later has not happened
_visits  visits with what their times are worth (`_lost`: they contradict each other or miss one
         that must have been) and whether they are open
_handed  the same visits with who had the case before, and since when that one was done
_spans   spans of a case that count for a step: from taking it on to its end, and, as a handoff,
         from its end to the moment the next step took the case on; `_work` while it was worked on
_whole   the same, joined where they overlap: what was told twice counts once
_parts   whole spans, and what of them the customer was waited for, to be taken away
_timed   the same in microseconds of the step's clock, which may stand still out of hours
_steps   what a step took in a case: `_case` and `_step`; `_t`, its anchor; when it was `_first`
         begun and `_last` done; whether it is `_open`, and whether times are missing (`_lost`);
         number of `_visits`; microseconds that it `_took` on its clock, and of these `_worked`

Rework is a visit after the first; a case's time in a step is that of all its visits. A handoff
belongs to the step before: of a first visit the one of its predecessors that was done last, of
rework whoever was. While a predecessor goes on, nobody waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_exporters.engines.clock_sql import CLOCK, passed, steps
from truegreen_exporters.engines.sql_terms import holds, time_of
from truegreen_exporters.intake.mapping import SERVICE, literal, quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_definitions.plan import Process, Visit
    from truegreen_exporters.process.question import ProcessQuestion

__all__ = ["steps_query", "times_query", "unknown_steps_query"]


def steps_query(question: ProcessQuestion, at: int, relation: Callable[[str], str]) -> str:
    """Return the query of what each step took in each case, as seen from a moment.

    Args:
        question: The process; its steps and their clocks.
        at: The moment, in microseconds since 1970.
        relation: Returns the query or name of a table's rows.
    """
    tables = [
        f"_order(_step, _before) AS ({_pairs(question.before)})",
        f"_later(_step, _after) AS ({_pairs(question.behind)})",
        f"_rows AS MATERIALIZED ({_rows(question, question.process.visits, at, relation)})",
        f"_visits AS MATERIALIZED ({_judged(at)})",
        f"_asked AS ({_rows(question, question.process.customer, at, relation)})",
        f"_handed AS MATERIALIZED ({_handed(at, accepted=question.accepted)})",
        f"_spans AS ({_SPANS})",
        f"_away AS ({_joined(f'({_waits(at)})', '_case')})",
        f"_whole AS MATERIALIZED ({_joined('_spans', '_case, _step, _work')})",
        f"_parts AS ({_cut()})",
        f"_timed AS ({_timed(question)})",
        f"_sums AS ({_SUMS})",
    ]
    clocks = [_clock(question)] if question.clocks else []
    return f"WITH {', '.join([*clocks, *tables])} {_STEPS}"


def times_query(question: ProcessQuestion, relation: Callable[[str], str]) -> str:
    """Return the query of the first and the last time that any visit tells of."""
    rows = _rows(question, question.process.visits, None, relation)
    return f"SELECT min(least(_q, _b, _e)), max(greatest(_q, _b, _e)) FROM ({rows})"  # noqa: S608  expressions were checked by the compiler


def unknown_steps_query(
    question: ProcessQuestion, visit: Visit, relation: Callable[[str], str]
) -> str:
    """Return the query of how many visits are to steps that the process does not follow."""
    followed = ", ".join(literal(step.name) for step in question.steps)
    return (
        f"SELECT count(*) FROM {relation(question.process.table)} "  # noqa: S608  as above
        f"WHERE {_of(question)} AND {holds(visit.when or 'true')} "
        f"AND coalesce({quoted(visit.column)} NOT IN ({followed}), true)"
    )


def _of(question: ProcessQuestion) -> str:
    process = question.process
    service = f"{quoted(SERVICE)} = {literal(question.service)}"
    return f"{service} AND {holds(process.where or 'true')} AND {quoted(process.case)} IS NOT NULL"


def _rows(
    question: ProcessQuestion,
    visits: tuple[Visit, ...],
    at: int | None,
    relation: Callable[[str], str],
) -> str:
    """Return the rows of visits, or of waits, which are visits of no step."""
    found = [_one_form(question, visit, at, relation) for visit in visits]
    if not found:
        return (
            "SELECT NULL::VARCHAR AS _case, NULL::VARCHAR AS _step, NULL::BIGINT AS _q, "
            "NULL::BIGINT AS _b, NULL::BIGINT AS _s, NULL::BIGINT AS _e LIMIT 0"
        )
    return " UNION ALL ".join(found)


def _one_form(
    question: ProcessQuestion, visit: Visit, at: int | None, relation: Callable[[str], str]
) -> str:
    process = question.process
    step = literal(visit.step) if not visit.column else f"CAST({quoted(visit.column)} AS VARCHAR)"
    queued, accepted, start, end = (
        _past(column, at) for column in (visit.queued, visit.accepted, visit.start, visit.end)
    )
    # Without a time of taking it on, what is handed over is taken on; so it is where nobody was
    # before that it could wait with.
    begun = f"coalesce({queued}, {start})"
    if visit.accepted:
        handed = f"coalesce({accepted}, {start})"
        firsts = ", ".join(map(literal, question.firsts)) or "NULL"
        begun = (
            f"CASE WHEN {step} IN ({firsts}) THEN coalesce({queued}, {handed}) ELSE {handed} END"
        )
    followed = ""
    if visit.column and not _is_wait(process, visit):
        named = ", ".join(literal(one.name) for one in question.steps)
        followed = f" AND {quoted(visit.column)} IN ({named})"
    return (
        f"SELECT * FROM (SELECT CAST({quoted(process.case)} AS VARCHAR) AS _case, "  # noqa: S608  as above
        f"{step} AS _step, {queued} AS _q, {begun} AS _b, {start} AS _s, {end} AS _e "
        f"FROM {relation(process.table)} WHERE {_of(question)} "
        f"AND {holds(visit.when or 'true')}{followed}) "
        "WHERE _q IS NOT NULL OR _b IS NOT NULL OR _e IS NOT NULL"
    )


def _is_wait(process: Process, visit: Visit) -> bool:
    return visit in process.customer


def _past(column: str, at: int | None) -> str:
    """Return a time in microseconds, unknown while it is still to come."""
    if not column:
        return "NULL::BIGINT"
    time = time_of(quoted(column))
    return time if at is None else f"CASE WHEN {time} <= {at} THEN {time} END"


def _pairs(pairs: tuple[tuple[str, str], ...]) -> str:
    if not pairs:
        return "SELECT NULL::VARCHAR, NULL::VARCHAR LIMIT 0"
    return "VALUES " + ", ".join(f"({literal(a)}, {literal(b)})" for a, b in pairs)


def _judged(at: int) -> str:
    """Return visits with their place among those of the step, and what their times are worth.

    One that has not ended though a later step has begun misses its end: it is not open.
    """
    overtaken = (
        "SELECT r._case, r._step, max(l._b) AS _by FROM _rows r JOIN _later o USING (_step) "
        "JOIN _rows l ON l._case = r._case AND l._step = o._after GROUP BY ALL"
    )
    return (
        "SELECT r.*, row_number() OVER (ORDER BY _case, _step, _b, _e, _s, _q) AS _id, "  # noqa: S608  made of the above
        "row_number() OVER (PARTITION BY _case, _step ORDER BY _b, _e, _s, _q) AS _number, "
        "_b IS NULL AND _e IS NOT NULL OR coalesce(_e < _b, false) "
        "OR _e IS NULL AND _b IS NOT NULL AND coalesce(_by >= _b, false) AS _lost, "
        f"_e IS NULL AND _b IS NOT NULL AND NOT coalesce(_by >= _b, false) AS _open, "
        f"coalesce(_e, {at}) AS _until "
        f"FROM _rows r LEFT JOIN ({overtaken}) USING (_case, _step)"
    )


def _handed(at: int, *, accepted: bool) -> str:
    """Return who had each visit's case before it was taken on, and since when nobody did.

    What is handed over and not taken on yet is waited for until now.
    """
    begun = f"coalesce(v._b, CASE WHEN v._e IS NULL THEN {at} END)" if accepted else "v._b"
    return (
        f"SELECT v._id, v._case, {begun} AS _to, max(u._until) AS _from, v._b IS NULL AS _waiting, "  # noqa: S608  made of the above
        "arg_max(u._step, row(u._until, u._step)) AS _step "
        "FROM _visits v JOIN _visits u ON u._case = v._case "
        f"AND u._id <> v._id AND u._b <= {begun} AND NOT u._lost "
        "LEFT JOIN _order o ON o._step = v._step AND o._before = u._step "
        f"WHERE o._before IS NOT NULL OR v._number > 1 AND u._until <= {begun} GROUP BY ALL"
    )


_SPANS = (
    "SELECT * FROM (SELECT _case, _step, _b AS _from, _until AS _to, false AS _work "
    "FROM _visits WHERE NOT _lost AND _b IS NOT NULL UNION ALL "
    "SELECT _case, _step, greatest(_s, _b), _until, true "
    "FROM _visits WHERE NOT _lost AND _b IS NOT NULL AND _s IS NOT NULL UNION ALL "
    "SELECT _case, _step, _from, _to, false FROM _handed) WHERE _from < _to"
)


def _waits(at: int) -> str:
    return (
        f"SELECT _case, _b AS _from, coalesce(_e, {at}) AS _to FROM _asked "  # noqa: S608  as above
        f"WHERE _b < coalesce(_e, {at})"
    )


def _joined(spans: str, key: str) -> str:
    """Return spans joined where they meet or overlap; spans of another key are apart."""
    over = f"OVER (PARTITION BY {key} ORDER BY _from, _to ROWS"
    begins = (
        f"SELECT *, coalesce(_from > max(_to) {over} "  # noqa: S608  made of the above
        f"BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), true) AS _begins FROM {spans}"
    )
    numbered = (
        f"SELECT *, count(*) FILTER (_begins) {over} UNBOUNDED PRECEDING) AS _island "  # noqa: S608  as above
        f"FROM ({begins})"
    )
    return (
        f"SELECT {key}, min(_from) AS _from, max(_to) AS _to FROM ({numbered}) "  # noqa: S608  as above
        f"GROUP BY {key}, _island"
    )


def _cut() -> str:
    return (
        "SELECT _case, _step, _work, 1 AS _sign, _from, _to FROM _whole UNION ALL "
        "SELECT w._case, w._step, w._work, -1, greatest(w._from, a._from), least(w._to, a._to) "
        "FROM _whole w JOIN _away a ON a._case = w._case "
        "AND a._from < w._to AND a._to > w._from"
    )


def _timed(question: ProcessQuestion) -> str:
    """Return parts with how long each was on the clock of its step."""
    plain = "SELECT _case, _step, _work, _sign, _to - _from AS _passed FROM _parts"
    clocked = dict(question.clocked)
    if not clocked:
        return plain
    listed = ", ".join(map(literal, clocked))
    named = " ".join(f"WHEN {literal(s)} THEN {literal(c)}" for s, c in clocked.items())
    took, joins = passed("_from", "_to", named="_calendar")
    return (
        f"{plain} WHERE _step NOT IN ({listed}) UNION ALL "  # noqa: S608  as above
        f"SELECT _case, _step, _work, _sign, {took} FROM ("
        f"SELECT *, CASE _step {named} END AS _calendar FROM _parts "
        f"WHERE _step IN ({listed})) r {joins}"
    )


def _clock(question: ProcessQuestion) -> str:
    every = " UNION ALL ".join(
        f"SELECT {literal(name)} AS _name, {steps(clock)}" for name, clock in question.clocks
    )
    return f"{CLOCK} AS MATERIALIZED ({every})"


_SUMS = (
    "SELECT _case, _step, coalesce(sum(_sign * _passed) FILTER (NOT _work), 0)::BIGINT AS _took, "
    "coalesce(sum(_sign * _passed) FILTER (_work), 0)::BIGINT AS _worked "
    "FROM _timed GROUP BY _case, _step"
)
_STEPS = (
    "SELECT v._case, v._step, coalesce(min(_b), min(_e)) AS _t, min(_b) AS _first, "
    "max(_e) AS _last, bool_or(_open) OR coalesce(any_value(_waiting), false) AS _open, "
    "bool_or(_lost) AS _lost, count(*) AS _visits, "
    "coalesce(any_value(_took), 0) AS _took, coalesce(any_value(_worked), 0) AS _worked "
    "FROM _visits v LEFT JOIN _sums USING (_case, _step) LEFT JOIN "
    "(SELECT DISTINCT _case, _step, _waiting FROM _handed WHERE _waiting) USING (_case, _step) "
    "WHERE _b IS NOT NULL OR _e IS NOT NULL GROUP BY v._case, v._step"
)
