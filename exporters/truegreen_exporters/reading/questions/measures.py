"""What a measure comes to: its value with the parts, the rows behind it, its closed periods."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from truegreen_definitions.errors import UsageError
from truegreen_definitions.suggestions import suggestion
from truegreen_exporters.baseline import past_spans
from truegreen_exporters.engines.engine import naming
from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.instants import text_of, text_of_microseconds
from truegreen_exporters.store.value_ledger import ValueLedger

if TYPE_CHECKING:
    from truegreen_exporters.reading.asked import Asked

__all__ = ["closed_values", "past_values", "value", "value_rows"]

_PARTS = ("counted", "pending", "excluded")


def value(asked: Asked) -> dict[str, Any]:
    """`measure`, `at`, `known_at`: its value and parts over each of its windows, with the SQL."""
    measurement, question = asked.measure()
    at = asked.at
    with naming(measurement):
        found = asked.engine.values_at(question, at)
    spans = question.spans(at)
    return {
        "measure": measurement.id,
        "at": text_of(at),
        "windows": [
            {
                "window": label,
                "sql": asked.engine.value_query(question, spans[label], at),
                "start": text_of_microseconds(spans[label][0]),
                "end": text_of_microseconds(spans[label][1]),
                **asdict(one),
                "numerator": None if one.numerator is None else str(one.numerator),
                "denominator": None if one.denominator is None else str(one.denominator),
            }
            for label, one in found.items()
        ],
    }


def value_rows(asked: Asked) -> dict[str, Any]:
    """`measure`, `window`, `part` (counted, pending or excluded), `limit`: sample rows."""
    measurement, question = asked.measure()
    window, part = asked.word("window"), asked.word("part", "counted")
    spans = question.spans(asked.at)
    if window not in spans:
        raise UsageError(
            f"{measurement.id} is not measured over {window!r}: {suggestion(window, list(spans))}"
        )
    if part not in _PARTS:
        raise UsageError(f"part is {part!r}: it is {', '.join(_PARTS)}")
    rows = asked.engine.value_rows(question, spans[window], part, at=asked.at, limit=asked.limit)
    return {
        "measure": measurement.id,
        "window": window,
        "part": part,
        "rows": [
            {"time": text_of_microseconds(time), "value": value, "lower_part": lower, "key": key}
            for time, value, lower, key in rows
        ],
    }


def past_values(asked: Asked) -> dict[str, Any]:
    """`measure`, `at`, `windows`: its values over past windows, the oldest first; null for none."""
    measurement, question = asked.measure()
    spans = past_spans(measurement.window, asked.at, question.zone, asked.windows)
    fixed = tuple(
        (str(place), (microseconds(start), microseconds(end)))
        for place, (start, end) in enumerate(spans)
    )
    with naming(measurement):
        found = asked.engine.values_at(replace(question, windows=(), fixed=fixed), asked.at)
    return {"measure": measurement.id, "values": [found[label].value for label, _ in fixed]}


def closed_values(asked: Asked) -> dict[str, Any]:
    """`measure`, `known_at`: every revision of its closed periods, with its digest."""
    wanted = asked.word("measure")
    entries = ValueLedger(asked.connection, asked.known_at).entries()
    return {
        "measure": wanted,
        "periods": [
            {**asdict(entry), "digest": entry.digest}
            for entry in entries
            if entry.measure == wanted
        ],
    }
