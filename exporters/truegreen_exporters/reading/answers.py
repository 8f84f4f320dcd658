"""Answers of a record store to people who ask where a number comes from.

Every answer is plain data for JSON, bounded in size, and read in one statement or from one
snapshot, so that an exporter that goes on reading changes nothing half way. Times are ISO 8601
in UTC. Asked is by (question, parameters); the questions are the methods named in `QUESTIONS`.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from truegreen_definitions.errors import TerminalError, UsageError
from truegreen_definitions.suggestions import listed, suggestion
from truegreen_exporters.accountability.contracts.facts import Books
from truegreen_exporters.accountability.contracts.settled import Span, Terms, receipts, table
from truegreen_exporters.accountability.expectations.prospect import (
    look_ahead,
    looked_at,
    question_of,
)
from truegreen_exporters.accountability.outcomes.document import document as outcome_document
from truegreen_exporters.accountability.watermelon.document import document
from truegreen_exporters.asked import questions
from truegreen_exporters.baseline import past_spans
from truegreen_exporters.closing import WATCHED
from truegreen_exporters.engines.duckdb import DuckDbEngine
from truegreen_exporters.engines.engine import naming
from truegreen_exporters.engines.volume_question import volume_sql
from truegreen_exporters.process.question import process_questions
from truegreen_exporters.store.charges import Charges
from truegreen_exporters.store.ledger import Ledger
from truegreen_exporters.store.losses import LossBook
from truegreen_exporters.store.signal_hours import SignalHours

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from truegreen_definitions.plan import Service, TransactionValue
    from truegreen_definitions.plan.codec import LoadedPlan
    from truegreen_exporters.accountability.overruns import Overruns
    from truegreen_exporters.engines.question import Question
    from truegreen_exporters.store import Connection

__all__ = ["MOST_ROWS", "QUESTIONS", "Answers"]

MOST_ROWS = 200
MOST_WINDOWS = 10_000


class Answers:
    """Answers of one store.

    Args:
        connection: Returns a connection of the caller's own to the store.
        loaded: Returns the plan that the store is counted by.
        clock: Returns the present, with a zone.
    """

    def __init__(
        self,
        connection: Callable[[], Connection],
        loaded: Callable[[], LoadedPlan],
        clock: Callable[[], datetime],
    ) -> None:
        self._connection = connection
        self._loaded = loaded
        self._clock = clock

    def ask(
        self,
        question: str,
        parameters: Mapping[str, str],
        bounding: Callable[[Connection], AbstractContextManager[object]] = nullcontext,
    ) -> dict[str, Any]:
        """Return the answer to a question.

        Args:
            question: One of `QUESTIONS`.
            parameters: Its own, and `plan`: the digest of the plan that the asker reads by.
            bounding: Ends what takes too long of a connection.

        Raises:
            UsageError: There is no such question, or a parameter does not fit.
            TerminalError: The store is counted by another plan, or it cannot be answered.
            CountError: The rows cannot be counted.
        """
        answer = QUESTIONS.get(question)
        if answer is None:
            raise UsageError(f"there is no question {question!r}: ask {', '.join(QUESTIONS)}")
        loaded = self._loaded()
        given = parameters.get("plan", loaded.digest)
        if given != loaded.digest:
            raise TerminalError(
                f"the exporter counts by the plan {loaded.digest[:12]}, and the one given is "
                f"{given[:12]}: build, let it take over plan.json, and ask again"
            )
        connection = self._connection()
        try:
            with bounding(connection):
                found = answer(_Asked(connection, loaded, self._clock(), dict(parameters)))
        finally:
            connection.close()
        return {"plan": loaded.digest, **found}


class _Asked:
    """A question: its parameters, read and checked, and what it is asked of."""

    def __init__(
        self,
        connection: Connection,
        loaded: LoadedPlan,
        now: datetime,
        parameters: dict[str, str],
    ) -> None:
        self.connection = connection
        self.loaded = loaded
        self._now = now
        self._parameters = parameters

    def word(self, name: str, default: str | None = None) -> str:
        """Return a parameter."""
        value = self._parameters.get(name, default)
        if value is None:
            raise UsageError(f"the parameter {name} is missing")
        return value

    @property
    def at(self) -> datetime:
        """The moment from which it is asked: `at`, else the present."""
        return self._instant("at") or self._now

    @property
    def engine(self) -> DuckDbEngine:
        """Counts rows as they are known, or as they were with `known_at`."""
        return DuckDbEngine(self.connection, self.known_at)

    @property
    def known_at(self) -> datetime | None:
        """The moment whose knowledge is asked for, if any."""
        return self._instant("known_at")

    @property
    def limit(self) -> int:
        """How many rows at most: `limit`, else 20."""
        text = self.word("limit", "20")
        if not text.isdecimal() or not 0 < int(text) <= MOST_ROWS:
            raise UsageError(f"limit is {text!r}: it is a number from 1 to {MOST_ROWS}")
        return int(text)

    def amount(self, name: str) -> Decimal | None:
        """Return an amount of money, if it is given."""
        text = self._parameters.get(name)
        try:
            return None if text is None else Decimal(text)
        except InvalidOperation as error:
            raise UsageError(f"{name} is {text!r}: write a number such as 84.20") from error

    def agreement(self) -> tuple[str, Question]:
        """Return the agreement that is asked for by its id, and what is counted of it."""
        wanted = self.word("agreement")
        known = {one.id: question for one, question in questions(self.loaded.plan)}
        if wanted not in known:
            raise UsageError(
                f"no agreement {wanted!r} is counted from records: "
                f"{suggestion(wanted, list(known))}"
            )
        return wanted, known[wanted]

    def channel(self) -> tuple[Service, TransactionValue]:
        """Return the channel that is asked for by `service/channel`, with its service."""
        wanted = self.word("channel")
        known = {
            f"{service.name}/{value.channel}": (service, value)
            for service in self.loaded.plan.services
            for value in service.values
            if value.table and value.at
        }
        if wanted not in known:
            raise UsageError(
                f"nothing is expected of a channel {wanted!r}: {suggestion(wanted, list(known))}"
            )
        return known[wanted]

    def service(self) -> Service:
        """Return the service that is asked for by its name."""
        wanted = self.word("service")
        known = {one.name: one for one in self.loaded.plan.services}
        if wanted not in known:
            raise UsageError(f"there is no service {wanted!r}: {suggestion(wanted, list(known))}")
        return known[wanted]

    def _instant(self, name: str) -> datetime | None:
        text = self._parameters.get(name)
        if text is None:
            return None
        try:
            found = datetime.fromisoformat(text)
        except ValueError as error:
            raise UsageError(f"{name} is {text!r}: write it as 2026-10-01T00:00:00Z") from error
        return found if found.tzinfo else found.replace(tzinfo=UTC)


def _parts(asked: _Asked) -> dict[str, Any]:
    """`agreement`, `at`, `known_at`: good, total, pending and excluded of each of its windows."""
    name, question = asked.agreement()
    at = asked.at
    counted = asked.engine.parts_at(question, at)
    spans = question.spans(at)
    return {
        "agreement": name,
        "at": _text(at),
        "windows": [
            {
                "window": label,
                "sql": asked.engine.query_of(question, spans[label], at),
                "start": _of_microseconds(spans[label][0]),
                "end": _of_microseconds(spans[label][1]),
                **parts._asdict(),
            }
            for label, parts in counted.items()
        ],
    }


def _rows(asked: _Asked) -> dict[str, Any]:
    """`agreement`, `window`, `part` (good, bad, pending or excluded), `limit`: sample rows."""
    name, question = asked.agreement()
    window, part = asked.word("window"), asked.word("part", "bad")
    spans = question.spans(asked.at)
    if window not in spans:
        raise UsageError(
            f"{name} is not counted over {window!r}: {suggestion(window, list(spans))}"
        )
    if part not in {"good", "bad", "pending", "excluded"}:
        raise UsageError(f"part is {part!r}: it is good, bad, pending or excluded")
    columns, rows = asked.engine.rows_of(
        question, spans[window], part, at=asked.at, limit=asked.limit
    )
    return {"agreement": name, "window": window, "part": part, "columns": columns, "rows": rows}


def _rejects(asked: _Asked) -> dict[str, Any]:
    """`source`, `limit`: the newest refused rows of a source, with reason and place."""
    source = asked.word("source")
    found = asked.connection.execute(
        "SELECT path, line, reason, detail, excerpt FROM _reject WHERE source = ? "
        "ORDER BY rowid DESC LIMIT ?",
        [source, asked.limit],
    ).fetchall()
    names = ("path", "line", "reason", "detail", "excerpt")
    return {"source": source, "rejects": [dict(zip(names, row, strict=True)) for row in found]}


def _closed(asked: _Asked) -> dict[str, Any]:
    """`agreement`, `known_at`: every revision of its closed periods, with its digest."""
    wanted = asked.word("agreement")
    entries = Ledger(asked.connection, asked.known_at).entries()
    return {
        "agreement": wanted,
        "periods": [
            {**asdict(entry), "digest": entry.digest}
            for entry in entries
            if entry.agreement == wanted
        ],
    }


def _losses(asked: _Asked) -> dict[str, Any]:
    """`episode`, `known_at`: every revision of the ledger of losses, of one outage or of all."""
    wanted = asked.word("episode", "")
    return {
        "losses": [
            {**one.document, "digest": one.digest}
            for one in LossBook(asked.connection, asked.known_at).entries()
            if wanted in {"", one.episode, *(it["id"] for it in one.evidence.get("incidents", ()))}
        ]
    }


def _past(asked: _Asked) -> dict[str, Any]:
    """`agreement`, `at`, `windows`: [good, total] of its past windows, the oldest first."""
    name, question = asked.agreement()
    text = asked.word("windows", "24")
    if not text.isdecimal() or int(text) > MOST_WINDOWS:
        raise UsageError(f"windows is {text!r}: it is a number up to {MOST_WINDOWS:,}")
    agreement = next(one for one in asked.loaded.plan.agreements if one.id == name)
    spans = past_spans(agreement.window, asked.at, question.zone, int(text))
    with naming(agreement):
        parts = asked.engine.parts_between(question, spans, asked.at) if spans else ()
    return {"agreement": name, "counts": [[one.good, one.total] for one in parts]}


def _contract(asked: _Asked) -> dict[str, Any]:
    """`deed` (explain or simulate), `who` (a line each), `from`, `to`; `invoice`, `restated`, `at`.

    And `terms`: Contracts as YAML, called `terms_path` in what is said of them.
    """
    deed = asked.word("deed")
    if deed not in {"explain", "simulate"}:
        raise UsageError(f"deed is {deed!r}: it is explain or simulate")
    path = asked.word("terms_path", "")
    terms = Terms(
        who=tuple(asked.word("who", "").splitlines()),
        drafts=asked.word("terms", "").encode("utf-8", "surrogateescape") if path else None,
        path=path,
        invoice=asked.amount("invoice"),
    )
    ledger, restated = Ledger(asked.connection), bool(asked.word("restated", ""))
    books = Books(
        plan=asked.loaded.plan,
        engine=DuckDbEngine(asked.connection),
        closed=ledger.latest() if restated else ledger.frozen(),
        hours=SignalHours(asked.connection, asked.loaded.plan),
        charges=Charges(asked.connection, asked.loaded.plan),
        at=asked.at,
        restated=restated,
    )
    span = Span(first=asked.word("from"), last=asked.word("to"))
    return (receipts if deed == "explain" else table)(books, terms, span)


def _sources(asked: _Asked) -> dict[str, Any]:
    """No parameters: the counts of every source, and when it was last read well."""
    counts = asked.connection.execute(
        "SELECT source, kind, reason, total FROM _counter ORDER BY ALL"
    ).fetchall()
    names = asked.connection.execute("SELECT name, last_success FROM _source ORDER BY name")
    return {
        "sources": [
            {
                "source": name,
                "last_success": success,
                "counts": [
                    {"kind": kind, "reason": reason, "total": total}
                    for source, kind, reason, total in counts
                    if source == name
                ],
            }
            for name, success in names.fetchall()
        ]
    }


def _outcomes(asked: _Asked) -> dict[str, Any]:
    """`service`, `at`: what moves its outcome."""
    service = asked.service()
    if service.outcome is None or not service.outcome.measure:
        raise UsageError(f"{service.name} measures no outcome: add `outcome: {{measure: …}}` to it")
    return outcome_document(asked.loaded.plan, service, service.outcome, asked.engine, asked.at)


def _watermelon(asked: _Asked) -> dict[str, Any]:
    """`service`, `unit` (month), `at`, `restated`: its closed periods, and its SLAs' worth."""
    plan = asked.loaded.plan
    unit = asked.word("unit", "month")
    if unit not in WATCHED:
        raise UsageError(f"unit is {unit!r}: it is {', '.join(WATCHED)}")
    ledger = Ledger(asked.connection, asked.known_at)
    return document(
        plan,
        asked.service(),
        unit,
        closed=ledger.latest() if asked.word("restated", "") else ledger.frozen(),
        engine=asked.engine,
        hours=SignalHours(asked.connection, plan),
        at=asked.at,
    )


def _channel(asked: _Asked) -> dict[str, Any]:
    """`channel` (service/channel), `at`, `known_at`: what is expected of it in that hour, and why.

    `expected` is null where history does not say.
    """
    service, value = asked.channel()
    engine, at = asked.engine, asked.at
    found = look_ahead(engine, asked.loaded.plan, service, value, at)
    question, span = question_of(service, value), looked_at(service, int(at.timestamp()))
    return {
        "channel": f"{service.name}/{value.channel}",
        "at": _text(at),
        "sql": volume_sql(question, engine.relation(value.table), span),
        "expected": None if found is None else found.document(),
    }


def _step(asked: _Asked) -> dict[str, Any]:
    """`service`, `step`, `window`, `at`, `limit`: a step of a process, and its slowest cases."""
    service, name = asked.word("service"), asked.word("step")
    known = {one.service: one for one in process_questions(asked.loaded.plan)}
    if service not in known:
        raise UsageError(f"no rows tell of a process of {service!r}: {suggestion(service, known)}")
    question, at = known[service], asked.at
    spans = question.spans(at)
    window = asked.word("window", next(iter(spans)))
    if window not in spans:
        raise UsageError(f"cases are not counted over {window!r}: {suggestion(window, spans)}")
    view = asked.engine.process(question, at)
    tallies = view.steps({window: spans[window]})
    if name not in tallies:
        raise UsageError(f"the process of {service} has no step {name!r}: {listed(tallies)}")
    tally = tallies[name][window]
    return {
        "service": service,
        "step": name,
        "window": window,
        "at": _text(at),
        "start": _of_microseconds(spans[window][0]),
        "end": _of_microseconds(spans[window][1]),
        "outcomes": {str(outcome): count for outcome, count in tally.outcomes.items()},
        "reworked": tally.reworked,
        "microseconds": {
            "overrun": tally.overrun,
            "worked": tally.worked,
            "waited": tally.waited,
        },
        "shares": [
            _shares(view.overruns({window: spans[window]}, method)[window])
            for method in question.process.methods
        ],
        "sql": view.sql,
        "slowest": [
            {
                **case,
                "begun": case["begun"] and _of_microseconds(case["begun"]),
                "done": case["done"] and _of_microseconds(case["done"]),
            }
            for case in view.slowest(name, spans[window], asked.limit)
        ],
    }


def _shares(found: Overruns) -> dict[str, Any]:
    return {
        "method": str(found.method),
        "origin": str(found.origin),
        "overrun": found.overrun,
        "cases": found.cases,
        "over": found.over,
        "open": found.open,
        "by_step": {share.step: share.microseconds for share in found.shares},
        "unattributed": found.unattributed,
    }


QUESTIONS: dict[str, Callable[[_Asked], dict[str, Any]]] = {
    "parts": _parts,
    "rows": _rows,
    "rejects": _rejects,
    "closed": _closed,
    "channel": _channel,
    "contract": _contract,
    "losses": _losses,
    "past": _past,
    "sources": _sources,
    "step": _step,
    "outcomes": _outcomes,
    "watermelon": _watermelon,
}


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _of_microseconds(moment: int) -> str | None:
    """Return an instant as text; None before all times."""
    if abs(moment) >= 2**60:
        return None
    return _text(datetime.fromtimestamp(moment / 1e6, UTC))
