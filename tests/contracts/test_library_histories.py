"""Indicators of the help desk on generated histories, against counts of the last revisions.

A ticket lives through several revisions: it is opened, resolved, opened again, corrected. They
come late, twice, out of order and in several files; some values are missing. What counts is the
last revision of each ticket, whatever way it came.
"""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families as plain_text

from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.catalog.loader import read_library
from truegreen_definitions.compiler import compile_files
from truegreen_definitions.plan.codec import LoadedPlan, digest
from truegreen_definitions.problems import render
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store
from truegreen_telemetry.exposition import Format
from truegreen_telemetry.rendering import Renderer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
SEEDS = range(8)
DAY = timedelta(days=1)
SILENT = {"cancelled", "duplicate", "spam"}


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """A revision of a ticket; None is a missing value."""

    ticket_id: str
    version: int
    state: str | None
    opened_at: datetime | None
    resolved_at: datetime | None
    promised_at: datetime | None
    last_contact_at: datetime | None
    reopen_count: int | None
    reassignment_count: int | None
    recategorised: bool | None
    made_sla: bool | None
    confirmed_solved: bool | None
    resolved_by_machine: bool | None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What an indicator says, in Python: which tickets are events, when they are good, how ripe."""

    of: Callable[[Ticket], bool]
    good: Callable[[Ticket], bool]
    mature: timedelta = timedelta()


def _near_promise(one: Ticket) -> bool:
    assert one.promised_at is not None
    assert one.opened_at is not None
    assert one.resolved_at is not None
    off = abs((one.resolved_at - one.promised_at).total_seconds())
    return off <= 0.2 * (one.promised_at - one.opened_at).total_seconds()


RULES = {
    "tickets-within-sla": Rule(of=lambda _: True, good=lambda one: one.made_sla is True),
    "tickets-stay-closed": Rule(
        of=lambda _: True, good=lambda one: one.reopen_count == 0, mature=3 * DAY
    ),
    "tickets-confirmed-solved": Rule(
        of=lambda one: one.state not in SILENT,
        good=lambda one: not one.reopen_count and one.confirmed_solved is not False,
        mature=14 * DAY,
    ),
    "last-contact-resolution": Rule(
        of=lambda _: True,
        good=lambda one: (
            one.last_contact_at is None
            or one.resolved_at is None
            or not one.resolved_at < one.last_contact_at <= one.resolved_at + 7 * DAY
        ),
        mature=7 * DAY,
    ),
    "tickets-handled-once": Rule(
        of=lambda _: True,
        good=lambda one: (one.reassignment_count or 0) < 2 and not one.recategorised,
    ),
    "auto-resolved": Rule(
        of=lambda one: one.state not in SILENT, good=lambda one: one.resolved_by_machine is True
    ),
    "resolved-as-promised": Rule(
        of=lambda one: (
            one.promised_at is not None
            and one.opened_at is not None
            and one.promised_at > one.opened_at
        ),
        good=_near_promise,
    ),
}


def history(seed: int) -> list[Ticket]:
    """Return the revisions of the tickets of one service, in order of ticket and version."""
    chance = random.Random(seed)
    out = []
    for number in range(120):
        opened = AT - timedelta(minutes=chance.randrange(60 * 24 * 60))
        ticket = Ticket(
            ticket_id=f"s{seed}-{number}",
            version=1,
            state="open",
            opened_at=opened,
            resolved_at=None,
            promised_at=chance.choice([None, opened + timedelta(hours=8)]),
            last_contact_at=None,
            reopen_count=chance.choice([None, 0]),
            reassignment_count=0,
            recategorised=chance.choice([None, False, True]),
            made_sla=None,
            confirmed_solved=None,
            resolved_by_machine=chance.choice([None, False, True]),
        )
        out.append(ticket)
        for version in range(2, 2 + chance.randrange(4)):
            solved = opened + timedelta(minutes=chance.randrange(20 * 60))
            ticket = replace(
                ticket,
                version=version,
                state=chance.choice(["resolved", "closed", "duplicate", "cancelled", None]),
                resolved_at=chance.choice([None, solved, solved]),
                last_contact_at=chance.choice([None, solved + chance.randrange(-3, 12) * DAY]),
                reopen_count=chance.choice([ticket.reopen_count, 0, 1, 2]),
                reassignment_count=chance.choice([0, 1, 2, 3, None]),
                made_sla=chance.choice([True, True, False, None]),
                confirmed_solved=chance.choice([True, False, None]),
            )
            out.append(ticket)
    return out


def counted(revisions: list[Ticket], rule: Rule) -> dict[str, int]:
    """Return the parts of the last 30 days, by reading the last revision of each ticket."""
    last = {one.ticket_id: one for one in revisions}
    parts = {"good": 0, "total": 0, "pending": 0}
    for one in last.values():
        when = one.resolved_at
        if when is None or not AT - 30 * DAY <= when < AT or not rule.of(one):
            continue
        if when > AT - rule.mature:
            parts["pending"] += 1
        else:
            parts["total"] += 1
            parts["good"] += rule.good(one)
    return parts


def company() -> bytes:
    """Return definitions: a service a seed, with every indicator of `RULES`."""
    slas = ", ".join(f"{{name: {n}, use: {n}, objective: 50%, window: 30d}}" for n in RULES)
    services = "".join(
        "---\napiVersion: truegreen/v1\nkind: Service\n"
        f"metadata: {{name: s{seed}}}\n"
        f"spec: {{owner: desk, steps: [{{name: work}}], slas: [{slas}]}}\n"
        for seed in SEEDS
    )
    names = [name for name in Ticket.__dataclass_fields__ if name != "version"]
    casts = {"_at": "timestamptz", "count": "integer"}
    columns = {
        name: next(
            (f"cast({name} as {to})" for end, to in casts.items() if name.endswith(end)), name
        )
        for name in names
    }
    for name in ("recategorised", "made_sla", "confirmed_solved", "resolved_by_machine"):
        columns[name] = f"cast({name} as boolean)"
    spec = {
        "table": "tickets",
        "read": {"jsonl": "tickets*.jsonl", "zone": "UTC"},
        "revision": ["cast(version as integer)"],
        "columns": {**columns, "service": "service"} | {"reprioritised": "null"},
    }
    return (
        "apiVersion: truegreen/v1\nkind: Policy\nmetadata: {name: default}\n"
        "spec: {prometheus: {version: '2.42', retention: 90d, scrape_interval: 15s}, "
        "burn: {use: sre-workbook}}\n"
        "---\napiVersion: truegreen/v1\nkind: Team\nmetadata: {name: desk}\n"
        "spec: {contact: a@example.org, page: {webhook: 'http://127.0.0.1:9099/page'}}\n"
        f"---\napiVersion: truegreen/v1\nkind: Source\nmetadata: {{name: desk}}\n"
        f"spec: {json.dumps(spec)}\n{services}"
    ).encode()


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str, str], float]:
    """What the exporter shows after three cycles, by service, agreement and part."""
    folder: Path = tmp_path_factory.mktemp("histories")
    chance = random.Random(1)
    lines = [
        json.dumps({**asdict(one), "service": f"s{seed}"}, default=datetime.isoformat)
        for seed in SEEDS
        for one in history(seed)
    ]
    lines += chance.sample(lines, len(lines) // 4)
    chance.shuffle(lines)
    found = compile_files(
        [SourceFile(path="c.yaml", shown="c.yaml", data=company())], read_library()
    )
    assert found.plan is not None, render(found.problems, found.texts)
    with Store(None, found.plan) as store:
        loaded = LoadedPlan(plan=found.plan, digest=digest(found.plan), revision="")
        exporter = Exporter(loaded, store, Surroundings(folder=folder, clock=lambda: AT))
        for batch in range(3):
            text = "".join(f"{line}\n" for line in lines[batch::3])
            (folder / f"tickets{batch}.jsonl").write_text(text, encoding="utf-8")
            snapshot = exporter.cycle(AT)
        assert not exporter.failed
    text = Renderer().render(snapshot, Format.TEXT).decode()
    return {
        (one.labels["service"], one.labels["agreement"], one.labels["part"]): one.value
        for family in plain_text(text)
        for one in family.samples
        if one.name == "xla_window_events" and one.labels["window"] == "30d"
    }


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", RULES)
def test_a_history_is_counted_by_its_last_revisions(
    shown: dict[tuple[str, str, str], float], name: str, seed: int
) -> None:
    """Good, total and pending equal a count over the last revision of every ticket."""
    expected = counted(history(seed), RULES[name])
    assert {part: shown[f"s{seed}", name, part] for part in expected} == expected
    assert expected["total"] >= 5
