"""The rows behind a statement, so that whoever has them can count again.

For each agreement that a line is judged by there are the query that counts it, and of its good,
bad, pending and excluded rows how many there are and their digest; for one that Prometheus counts,
its hours, for a share of latency told by Prometheus its overruns (a row for each hour and part),
and for an invoice its charges. Truegreen is not needed to check a digest. It is

    sha256 of the rows, each as a JSON array of texts (null where nothing stands) in the order of
    `columns` and followed by a newline, sorted: json.dumps(row, ensure_ascii=False,
    separators=(",", ":"))

Rows of a frozen period are those that were known when it was frozen. Where they are not known any
more (they came with a later state file, or were let go), those of now are told, and `agrees` says
whether they still make the numbers of the statement.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from truegreen_definitions.names import LineValue, OriginValue
from truegreen_exporters.asked import questions
from truegreen_exporters.engines.question import microseconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from truegreen_definitions.plan import Agreement, Contract
    from truegreen_exporters.accountability.contracts.facts import Books
    from truegreen_exporters.accountability.contracts.statement import Counted, Statement
    from truegreen_exporters.engines.engines import Engines
    from truegreen_exporters.engines.question import Question
    from truegreen_exporters.store.ledger import Entry

__all__ = ["evidence", "evidence_lines", "rows_digest"]

_PARTS = ("good", "bad", "pending", "excluded")
_ALL = 2**62


def rows_digest(rows: Iterable[Sequence[str | None]]) -> str:
    """Return the digest of rows, as the module describes it."""
    lines = sorted(json.dumps([*row], ensure_ascii=False, separators=(",", ":")) for row in rows)
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def evidence(books: Books, contract: Contract, statement: Statement) -> list[dict[str, Any]]:
    """Return what the lines of a statement were counted from, as plain data."""
    counted = {line.agreement: line.counted for line in statement.lines if line.counted}
    asked = {one.id: (one, question) for one, question in questions(books.plan)}
    found = []
    for agreement, said in counted.items():
        if agreement in asked:
            found.append(_of_rows(books, contract, statement, asked[agreement], said))
        else:
            found.append(_of_hours(books, statement, agreement))
    found += _of_overruns(books, statement)
    if contract.invoices is not None:
        sql, columns, rows = books.charges.rows(contract, statement.period)
        found.append({"invoice": contract.name, "sql": sql, **_told("charges", columns, rows)})
    return found


def evidence_lines(found: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield evidence for people: numbers of rows, and the beginning of their digests."""
    yield "counted from"
    for one in found:
        told = ", ".join(
            f"{one[part]['rows']:,} {part.replace('_', ' ')} (sha256 {one[part]['sha256'][:16]}…)"
            for part in (*_PARTS, "hours", "hourly_rows", "charges")
            if one.get(part, {}).get("rows")
        )
        known = f", as known at {one['known_at']}" if one.get("known_at") else ""
        lost = "" if one.get("agrees", True) else "; these rows make other numbers now"
        what = one.get("agreement") or one.get("overruns") or "the invoice"
        yield f"  {what}: {told or 'no rows'}{known}{lost}"


def _of_rows(
    books: Books,
    contract: Contract,
    statement: Statement,
    asked: tuple[Agreement, Question],
    said: Counted,
) -> dict[str, Any]:
    agreement, question = asked
    period = statement.period
    span = (microseconds(period.start), microseconds(period.end))
    entry = books.closed.get((agreement.id, contract.zone, period.label))
    for engine, at, known in _seen(books, entry):  # noqa: B007  the last one is told
        rows = {part: _rows(engine, question, span, part, at) for part in _PARTS}
        counts = {part: len(found) for part, (_, found) in rows.items()}
        agrees = (counts["good"], counts["good"] + counts["bad"]) == (said.good, said.total)
        if agrees or question.records.each is not None:
            break
    columns = rows["good"][0]
    return {
        "agreement": agreement.id,
        "definition": str(agreement.origin),
        "sql": engine.query_of(question, span, at),
        "known_at": known,
        "frozen": None if entry is None else {"revision": entry.revision, "digest": entry.digest},
        "columns": columns,
        **{
            part: {"rows": len(found), "sha256": rows_digest(found)}
            for part, (_, found) in rows.items()
        },
        "agrees": agrees or question.records.each is not None,
    }


def _seen(books: Books, entry: Entry | None) -> Iterator[tuple[Engines, datetime, str | None]]:
    """Yield engines, the moments they are asked as of, and what they know: then, and now."""
    if entry is not None:
        known = datetime.fromtimestamp(entry.known / 1e6, UTC)
        yield books.engine.as_known(known), known, known.isoformat()
    yield books.engine, books.at, None


def _rows(
    engine: Engines, question: Question, span: tuple[int, int], part: str, at: datetime
) -> tuple[list[str], list[list[str | None]]]:
    """Return the table's own columns, and the rows of a part."""
    columns, rows = engine.rows_of(question, span, part, at=at, limit=_ALL)
    own = [place for place, column in enumerate(columns) if not column.startswith("_")]
    return [columns[place] for place in own], [[row[place] for place in own] for row in rows]


def _of_hours(books: Books, statement: Statement, agreement: str) -> dict[str, Any]:
    period = statement.period
    sql, columns, rows = books.hours.rows(agreement, (period.start, period.end))
    return {"agreement": agreement, "sql": sql, **_told("hours", columns, rows)}


def _of_overruns(books: Books, statement: Statement) -> Iterator[dict[str, Any]]:
    """Yield what is told of runs and of histograms where a service has a share of latency.

    An hour has many rows: one for each step, part and method.
    """
    span = (statement.period.start, statement.period.end)
    shared = (line.agreement for line in statement.lines if line.kind is LineValue.LATENCY_SHARE)
    for service in dict.fromkeys(shared):
        for origin in (OriginValue.JOURNEY, OriginValue.HISTOGRAM):
            sql, columns, rows = books.overruns.rows(service, origin, span)
            if rows:
                told = _told("hourly_rows", columns, rows)
                yield {"overruns": f"overruns of {service} ({origin})", "sql": sql, **told}


def _told(
    what: str, columns: Sequence[str], rows: Sequence[Sequence[str | None]]
) -> dict[str, Any]:
    return {
        "columns": [*columns],
        what: {"rows": len(rows), "sha256": rows_digest(rows)},
    }
