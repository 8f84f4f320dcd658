"""What an agreement counts: its parts, the rows behind them, its past and its closed periods."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from truegreen_definitions.errors import UsageError
from truegreen_definitions.suggestions import suggestion
from truegreen_exporters.baseline import past_spans
from truegreen_exporters.engines.engine import naming
from truegreen_exporters.instants import text_of, text_of_microseconds
from truegreen_exporters.store.ledger import Ledger

if TYPE_CHECKING:
    from truegreen_exporters.reading.asked import Asked

__all__ = ["closed", "parts", "past", "rows"]


def parts(asked: Asked) -> dict[str, Any]:
    """`agreement`, `at`, `known_at`: good, total, pending and excluded of each of its windows."""
    name, question = asked.agreement()
    at = asked.at
    counted = asked.engine.parts_at(question, at)
    spans = question.spans(at)
    return {
        "agreement": name,
        "at": text_of(at),
        "windows": [
            {
                "window": label,
                "sql": asked.engine.query_of(question, spans[label], at),
                "start": text_of_microseconds(spans[label][0]),
                "end": text_of_microseconds(spans[label][1]),
                **parts._asdict(),
            }
            for label, parts in counted.items()
        ],
    }


def rows(asked: Asked) -> dict[str, Any]:
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


def past(asked: Asked) -> dict[str, Any]:
    """`agreement`, `at`, `windows`: [good, total] of its past windows, the oldest first."""
    name, question = asked.agreement()
    agreement = next(one for one in asked.loaded.plan.agreements if one.id == name)
    spans = past_spans(agreement.window, asked.at, question.zone, asked.windows)
    with naming(agreement):
        parts = asked.engine.parts_between(question, spans, asked.at) if spans else ()
    return {"agreement": name, "counts": [[one.good, one.total] for one in parts]}


def closed(asked: Asked) -> dict[str, Any]:
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
