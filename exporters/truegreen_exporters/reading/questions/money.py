"""What it costs and who owes whom: channels, losses and contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from truegreen_definitions.errors import UsageError
from truegreen_exporters.accountability.contracts.facts import Books
from truegreen_exporters.accountability.contracts.settled import (
    Span,
    Terms,
    receipts,
    running,
    table,
)
from truegreen_exporters.accountability.expectations.prospect import (
    look_ahead,
    looked_at,
    question_of,
)
from truegreen_exporters.engines.duckdb import DuckDbEngine
from truegreen_exporters.engines.engines import Engines
from truegreen_exporters.engines.volume_question import volume_sql
from truegreen_exporters.instants import text_of
from truegreen_exporters.store.charges import Charges
from truegreen_exporters.store.ledger import Ledger
from truegreen_exporters.store.losses import LossBook
from truegreen_exporters.store.overrun_hours import OverrunHours
from truegreen_exporters.store.signal_hours import SignalHours

if TYPE_CHECKING:
    from truegreen_exporters.reading.asked import Asked

__all__ = ["channel", "contract", "exposure", "losses"]


def channel(asked: Asked) -> dict[str, Any]:
    """`channel` (service/channel), `at`, `known_at`: what is expected of it in that hour, and why.

    `expected` is null where history does not say.
    """
    service, value = asked.channel()
    engine, at = asked.engine, asked.at
    found = look_ahead(engine, asked.loaded.plan, service, value, at)
    question, span = question_of(service, value), looked_at(service, int(at.timestamp()))
    return {
        "channel": f"{service.name}/{value.channel}",
        "at": text_of(at),
        "sql": volume_sql(question, engine.local.relation(value.table), span),
        "expected": None if found is None else found.document(),
    }


def losses(asked: Asked) -> dict[str, Any]:
    """`episode`, `known_at`: every revision of the ledger of losses, of one outage or of all."""
    wanted = asked.word("episode", "")
    return {
        "losses": [
            {**one.document, "digest": one.digest}
            for one in LossBook(asked.connection, asked.known_at).entries()
            if wanted in {"", one.episode, *(it["id"] for it in one.evidence.get("incidents", ()))}
        ]
    }


def contract(asked: Asked) -> dict[str, Any]:
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
    books = _books(asked, restated=bool(asked.word("restated", "")))
    span = Span(first=asked.word("from"), last=asked.word("to"))
    return (receipts if deed == "explain" else table)(books, terms, span)


def exposure(asked: Asked) -> dict[str, Any]:
    """`who` (a contract), `at`: what its running period may come to by its end."""
    return running(_books(asked), asked.word("who"))


def _books(asked: Asked, *, restated: bool = False) -> Books:
    ledger = Ledger(asked.connection)
    return Books(
        plan=asked.loaded.plan,
        engine=Engines(DuckDbEngine(asked.connection), asked.engine.elsewhere),
        closed=ledger.latest() if restated else ledger.frozen(),
        hours=SignalHours(asked.connection, asked.loaded.plan),
        overruns=OverrunHours(asked.connection, asked.loaded.plan),
        charges=Charges(asked.connection, asked.loaded.plan),
        at=asked.at,
        restated=restated,
    )
