"""The library's indicators on generated histories, against reading the last rows one by one.

Each indicator has a service with rows that were opened, corrected, reopened, that miss values and
keys, come twice, late and out of order. What counts is the last revision of each key; `row_reader`
reads the definition for it, without a word of SQL.
"""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from math import floor
from typing import TYPE_CHECKING, Any

import library_cases
import pytest
from library_cases import AT, cases, compiled
from row_reader import NEXT, OTHERS, PREVIOUS, literals_by_column, read, when

from truegreen_definitions import names
from truegreen_definitions.plan.codec import LoadedPlan
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from truegreen_definitions.plan import (
        Agreement,
        Measurement,
        OtherRows,
        Plan,
        Records,
        Table,
        Values,
    )
    from truegreen_telemetry.samples import Snapshot

KEYS, DAY = 14, timedelta(days=1)
START = AT - 30 * DAY
Row = dict[str, Any]
GROUPED_KEYS = 40


def is_read(parts: Records | Values) -> bool:
    """Return whether no clock of a calendar is in it: those have histories of their own."""
    if parts.truth == "records":
        return parts.within is None
    return parts.elapsed is None or not (parts.elapsed.calendar or parts.elapsed.pauses)


def window_of(one: Agreement | Measurement) -> str:
    """Return the window that is looked at: one in which some rows have come of age."""
    labels = [counted.window.label for counted in one.windows]
    young = one.parts.mature_after_seconds >= (AT - START).total_seconds()
    return "90d" if young and "90d" in labels else "30d"


@pytest.fixture(scope="module")
def plan() -> Plan:
    """A company with a service for each case of the library."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(library_cases, "WAYS", ("counted",))
        found = compiled(cases())
    return replace(
        found,
        contracts=(),
        agreements=tuple(
            replace(one, windows=tuple(w for w in one.windows if w.window.label == window_of(one)))
            for one in found.agreements
            if is_read(one.parts) and any(w.window.label == window_of(one) for w in one.windows)
        ),
        measurements=tuple(
            replace(one, windows=tuple(w for w in one.windows if w.window.label == window_of(one)))
            for one in found.measurements
            if is_read(one.parts) and any(w.window.label == window_of(one) for w in one.windows)
        ),
    )


def texts_of(parts: Records | Values) -> list[str]:
    """Return the expressions of an indicator."""
    found = [parts.at, parts.where, parts.per, *(one.sql for one in parts.exclusions)]
    if parts.truth == "records":
        return [text for text in (*found, parts.total, parts.good) if text]
    weight = parts.elapsed.weight if parts.elapsed else ""
    return [text for text in (*found, parts.value, parts.denominator, parts.until, weight) if text]


def value_of(chance: random.Random, kind: str, said: list[str]) -> Any:
    """Return a value of a column, one of those that matter to somebody as often as not."""
    if chance.random() < 0.15:
        return None
    moment = AT - timedelta(minutes=chance.randrange(-2 * 1440, 45 * 1440))
    number = [Decimal(text) for text in said if text.lstrip("-").replace(".", "").isdecimal()]
    return {
        "text": lambda: chance.choice([*said, "other"]),
        "integer": lambda: int(chance.choice([*number, *range(7)])),
        "decimal": lambda: Decimal(chance.randrange(0, 9_000)) / 100,
        "boolean": lambda: chance.random() < 0.6,
        "date": moment.date,
        "timestamp": lambda: chance.choice([moment, AT, START, START - timedelta(microseconds=1)]),
    }[kind]()


def history(
    chance: random.Random, table: Table, service: str, said: dict[str, set[str]], per: str = ""
) -> list[Row]:
    """Return the revisions of the rows of a service, in any order and some twice."""
    out: list[Row] = []
    for number in range(GROUPED_KEYS if per else KEYS):
        key: Row = {}
        for column in table.columns:
            if column.name in table.key and column.name != "service":
                key[column.name] = value_of(chance, column.type, ["a", "b"])
                ago = (number + 1) * DAY if per else 3 * number * DAY
                if column.type in ("date", "timestamp"):
                    key[column.name] = AT - ago
                if column.type == "date":
                    key[column.name] = (AT - ago).date()
                if column.type == "text":
                    key[column.name] = f"{service}:{number}"
                if column.type == "text" and column.name in per:
                    word = chance.choice([*sorted(said.get(column.name, ())), *"abcde"])
                    own = "" if "service" in table.key else f"{service}:"
                    key[column.name] = f"{own}{word}"
        for version in range(1, 1 + chance.choice([1, 2, 2, 3])):
            row = {
                column.name: value_of(chance, column.type, sorted(said.get(column.name, ())))
                for column in table.columns
            }
            out.append(row | key | {"service": service, "_version": version})
    nameless = dict.fromkeys([c.name for c in table.columns if c.name in table.key])
    out.append(out[0] | nameless | {"service": service})
    out += chance.sample(out, len(out) // 4)
    chance.shuffle(out)
    return out


def written(row: Row) -> str:
    """Return a row as a line of JSON."""
    texts = {
        name: value.isoformat() if isinstance(value, date | datetime) else value
        for name, value in row.items()
    }
    return json.dumps(texts, default=str) + "\n"


def last_of_each(rows: list[Row], table: Table) -> list[Row]:
    """Return the last revision of every key; without a key there is no row."""
    found: dict[tuple[Any, ...], Row] = {}
    for row in sorted(rows, key=lambda row: row["_version"]):
        key = tuple(row[name] for name in table.key)
        if None not in key:
            found[key] = row
    return list(found.values())


def beside(parts: Records | Values, rows: list[Row]) -> list[Row]:
    """Return the rows with their neighbours: of the same key, asked for, left out or both not."""
    if not parts.per:
        return rows
    lines: dict[tuple[Any, bool], list[tuple[Any, Row]]] = {}
    others: dict[tuple[Any, bool], list[Row]] = {}
    for row in rows:
        at, key = when(read(parts.at, row)), read(parts.per, row)
        asked = not parts.where or read(parts.where, row) is True
        if asked and key is not None:
            others.setdefault((key, is_out(parts, row)), []).append(row)
        if asked and at is not None and key is not None:
            place = at, tuple(row[name] for name in parts.order)
            lines.setdefault((key, is_out(parts, row)), []).append((place, row))
    found = {id(row): row | {"key": read(parts.per, row)} for row in rows}
    for row in rows:
        found[id(row)][OTHERS] = others.get((found[id(row)]["key"], is_out(parts, row)), [])
    for line in lines.values():
        ordered = [row for _, row in sorted(line, key=lambda pair: pair[0])]
        for one, other in pairwise(ordered):
            found[id(one)][NEXT] = other
            found[id(other)][PREVIOUS] = one
    return list(found.values())


def is_out(parts: Records | Values, row: Row) -> bool:
    """Return whether a row is left out."""
    return any(read(one.sql, row) is True for one in parts.exclusions)


def parts_of(parts: Records, rows: list[Row], start: datetime) -> dict[str, float]:
    """Return what an agreement counts in its window, row by row."""
    found = dict.fromkeys(("good", "total", "pending", "excluded"), 0.0)
    ripe = AT - timedelta(seconds=parts.mature_after_seconds)
    by_key: dict[Any, list[bool]] = {}
    for row in rows:
        at = when(read(parts.at, row))
        asked = all(read(text, row) is True for text in (parts.where, parts.total) if text)
        if not asked or at is None or not start <= at < AT:
            continue
        if is_out(parts, row):
            found["excluded"] += 1
        elif at > ripe:
            found["pending"] += 1
        else:
            good = read(parts.good, row) is True
            by_key.setdefault(row.get("key"), []).append(good)
            found["total"] += 1
            found["good"] += good
    if parts.each is not None and parts.each.last:
        return found | last_of_keys(parts, rows, start, ripe)
    if parts.each is not None:
        judged = [of for key, of in by_key.items() if key and len(of) >= parts.each.at_least]
        found["total"] = len(judged)
        found["good"] = sum(sum(of) >= len(of) * parts.each.share for of in judged)
    return found


def last_of_keys(
    parts: Records, rows: list[Row], start: datetime, ripe: datetime
) -> dict[str, float]:
    """Return good and total of the keys, each as its last row in the window says."""
    lines: dict[Any, list[tuple[datetime, bool, bool]]] = {}
    for row in rows:
        at, key = when(read(parts.at, row)), read(parts.per, row)
        asked = not parts.where or read(parts.where, row) is True
        if not asked or is_out(parts, row) or at is None or key is None:
            continue
        if start <= at < AT and at <= ripe:
            told = read(parts.total, row) is True, read(parts.good, row) is True
            lines.setdefault(key, []).append((at, *told))
    last = [max(line, key=lambda told: told[0]) for line in lines.values()]
    return {
        "good": float(sum(of and good for _, of, good in last)),
        "total": float(sum(of for _, of, _ in last)),
    }


def value_over(
    parts: Values, rows: list[Row], others: list[Row], start: datetime
) -> tuple[float | None, int]:
    """Return a measure over its window and how many rows are behind it, row by row."""
    ripe = AT - timedelta(seconds=parts.mature_after_seconds)
    counted: list[tuple[Decimal | None, Decimal | None]] = []
    by_key: dict[Any, list[Decimal]] = {}
    last: dict[Any, tuple[datetime, Decimal | None, Decimal | None]] = {}
    alone = own_times(parts, rows) if parts.elapsed and parts.elapsed.once else {}
    for row in rows:
        at = when(read(parts.at, row))
        if at is None or not is_inside(parts, row, at, start):
            continue
        value, below = own_value(parts, row), None
        if alone and value is not None:
            value = alone.get(id(row), Decimal(0))
        if parts.denominator:
            below = read(parts.denominator, row)
        known = value is not None or below is not None
        if known and not is_out(parts, row) and at <= ripe:
            counted.append((value, below))
            if parts.each and row["key"] is not None:
                last[row["key"]] = max(
                    last.get(row["key"], (at, value, below)),
                    (at, value, below),
                    key=lambda one: one[0],
                )
                by_key.setdefault(row["key"], []).append(value or Decimal(0))
    if parts.each == "last":
        counted = [(value, below) for _, value, below in last.values()]
    elif parts.each:
        assert parts.each == "mean"
        counted = [
            (sum(of, Decimal(0)) / len(of), None)
            for of in by_key.values()
            if len(of) >= parts.at_least
        ]
    total = len(counted)
    if parts.over is not None:
        counted += [(None, below) for below in lower_sum(parts.over, others, start, ripe)]
    return aggregated(parts, counted), total


def own_times(parts: Values, rows: list[Row]) -> dict[int, Decimal]:
    """Return the weighted seconds of each row in which no row of a greater weight goes on."""
    assert parts.elapsed is not None
    live: list[tuple[datetime, datetime, Decimal, Row]] = []
    for row in rows:
        start, end = (when(read(one, row)) for one in (parts.elapsed.start, parts.elapsed.end))
        asked = when(read(parts.at, row)) and (not parts.where or read(parts.where, row) is True)
        if start and end and start < end and asked and not is_out(parts, row):
            weight = Decimal(read(parts.elapsed.weight, row) or 0) if parts.elapsed.weight else 1
            live.append((start, end, Decimal(weight), row))
    cuts = sorted({one for start, end, *_ in live for one in (start, end)})
    found: dict[int, Decimal] = {}
    for begin, end in pairwise(cuts):
        on = [one for one in live if one[0] <= begin and end <= one[1]]
        if on:
            first = min(on, key=lambda one: (-one[2], one[0], one[1]))
            took = Decimal((end - begin) // timedelta(microseconds=1)) / 1_000_000
            found[id(first[3])] = found.get(id(first[3]), Decimal(0)) + took * first[2]
    return found


def is_inside(parts: Values, row: Row, at: datetime, start: datetime) -> bool:
    """Return whether a row is asked for and in the window, or alive at its end."""
    if parts.where and read(parts.where, row) is not True:
        return False
    if not parts.until:
        return start <= at < AT
    until = when(read(parts.until, row))
    return at < AT and (until is None or until >= AT)


def lower_sum(
    over: OtherRows, rows: list[Row], start: datetime, ripe: datetime
) -> Iterator[Decimal]:
    """Yield what the rows of another table add to the lower sum of a ratio."""
    for row in rows:
        at = when(read(over.at, row))
        asked = not over.where or read(over.where, row) is True
        if at is not None and asked and start <= at < AT and at <= ripe:
            yield Decimal(read(over.value, row) or 0)


def own_value(parts: Values, row: Row) -> Decimal | None:
    """Return the number of a row: its value, or how many seconds it took."""
    if parts.elapsed is None:
        value = read(parts.value, row) if parts.value else 1
        return value if parts.aggregate == "distinct" or value is None else Decimal(value)
    start = when(read(parts.elapsed.start, row))
    end = when(read(parts.elapsed.end, row)) if parts.elapsed.end else AT
    if start is None or end is None:
        return None
    paused = read(parts.elapsed.paused, row) if parts.elapsed.paused else 0
    took = Decimal((end - start) // timedelta(microseconds=1)) / 1_000_000
    return max(Decimal(0), took - Decimal(paused or 0))


def aggregated(parts: Values, counted: list[tuple[Decimal | None, Decimal | None]]) -> float | None:
    """Return what is made of the numbers of the rows; None where that is nothing."""
    numbers = [value for value, _ in counted if value is not None]
    total = sum(numbers, Decimal(0))
    if parts.aggregate == "count":
        return float(len(counted))
    if parts.aggregate == "distinct":
        return float(len(set(numbers)))
    if parts.aggregate == "rate":
        ripe = AT - timedelta(seconds=parts.mature_after_seconds) + timedelta(microseconds=1)
        seconds = Decimal(str((min(AT, ripe) - START).total_seconds()))
        return float(total * parts.rate_seconds / seconds)
    if parts.aggregate == "ratio":
        below = sum((under for _, under in counted if under is not None), Decimal(0))
        return float(total / below) if below and numbers else None
    if not numbers:
        return None
    if parts.aggregate == "quantile":
        assert parts.quantile is not None
        place = parts.quantile * (len(numbers) - 1)
        low = sorted(numbers)[floor(place)]
        high = sorted(numbers)[min(floor(place) + 1, len(numbers) - 1)]
        return float(low + (high - low) * (place - floor(place)))
    return float(total if parts.aggregate == "sum" else total / len(numbers))


def shown_of(snapshot: Snapshot) -> dict[tuple[str, str], dict[str, float]]:
    """Return what is shown of each service and window, by part; a value is a part too."""
    shown: dict[tuple[str, str], dict[str, float]] = {}
    for family in snapshot.families:
        if family.metric in (names.WINDOW_EVENTS, names.WINDOW_VALUE, names.WINDOW_SAMPLE):
            for key, value in zip(family.keys, family.values, strict=True):
                labels = dict(zip(family.metric.labels, key, strict=True))
                assert isinstance(value, float)
                about = shown.setdefault((labels["service"], labels["window"]), {})
                about[labels.get("part", "value")] = value
    return shown


def looks_around(parts: Records | Values) -> bool:
    """Return whether a row counts by others too: its neighbours, its key's, another table's."""
    return bool(parts.per) or (parts.truth == "values" and parts.over is not None)


def test_every_indicator_equals_reading_its_rows_one_by_one(plan: Plan, tmp_path: Path) -> None:
    """Parts, values and rows of each indicator of the library are those of brute force."""
    chance = random.Random(2026)
    tables = {table.name: table for table in plan.tables}
    promised: list[Agreement | Measurement] = [*plan.agreements, *plan.measurements]
    rows: dict[tuple[str, str], list[Row]] = {}
    lines: dict[str, list[str]] = {name: [] for name in tables}
    for one in promised:
        said, per = literals_by_column(texts_of(one.parts)), one.parts.per
        over = None if one.parts.truth == "records" else one.parts.over
        for name in dict.fromkeys(filter(None, (one.parts.table, over and over.table))):
            rows[one.service, name] = history(chance, tables[name], one.service, said, per)
            lines[name] += map(written, rows[one.service, name])
    for name, of in lines.items():
        (tmp_path / f"{name}.1.jsonl").write_text("".join(of))
    with Store(None, plan) as store:
        loaded = LoadedPlan(plan=plan, digest="d", revision="")
        exporter = Exporter(loaded, store, Surroundings(folder=tmp_path, clock=lambda: AT))
        snapshot = exporter.cycle(AT)
        assert exporter.failed == {}
    shown = shown_of(snapshot)
    wrong, said_something, around = {}, 0, {}
    for one in promised:
        last = {
            name: last_of_each(of, tables[name])
            for (service, name), of in rows.items()
            if service == one.service
        }
        own = beside(one.parts, last[one.parts.table])
        start = AT - timedelta(seconds=one.windows[0].window.seconds)
        found = shown[one.service, one.windows[0].window.label]
        if one.parts.truth == "records":
            want: dict[str, float | None] = {**parts_of(one.parts, own, start)}
        else:
            others = last[one.parts.over.table] if one.parts.over else []
            value, total = value_over(one.parts, own, others, start)
            want = {"value": value, "total": float(total)}
        got = {name: found.get(name) for name in want}
        for name, value in want.items():
            one_nothing = value is None or got[name] is None
            if (got[name] is not value) if one_nothing else got[name] != pytest.approx(value):
                wrong[one.id] = got, want
        said_something += bool(want["total"])
        if looks_around(one.parts):
            around[one.id] = want["total"]
    assert wrong == {}
    assert len(promised) > 100
    assert len(around) == 20
    assert all(around.values()), around
    assert said_something > 0.8 * len(promised)
