"""A process of a small company, and what a person would work out of its rows, slot by slot.

Time is a grid of half hours. A step of a case is the set of slots in which it was with that step,
so nothing here joins, cuts or adds intervals.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import plans

from truegreen_definitions.names import MethodValue
from truegreen_definitions.plan import Calendar, Column, FileRead, Plan, Process, Span, Table, Visit
from truegreen_definitions.units import parse_window

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BERLIN = ZoneInfo("Europe/Berlin")
BEGIN = datetime(2026, 3, 26, tzinfo=UTC)  # a Thursday; the clocks turn on Sunday
SLOT = timedelta(minutes=30)
SLOTS = 400
SLOT_SECONDS = 1_800
TIMES = ("queued", "accepted", "started", "ended")

VISITS = Table(
    name="visits",
    key=("case_id", "step", "attempt"),
    columns=(
        Column(name="case_id", type="text"),
        Column(name="service", type="text"),
        Column(name="step", type="text"),
        Column(name="attempt", type="integer"),
        *(Column(name=f"{name}_at", type="timestamp") for name in TIMES),
    ),
    origin=plans.HERE,
)
SOURCE = replace(
    plans.SURVEY_EXPORT,
    table="visits",
    read=FileRead(format="jsonl", location="visits*.jsonl"),
    zone="UTC",
    columns=(
        ("case_id", "id"),
        ("step", "step"),
        ("attempt", "CAST(attempt AS INT)"),
        *((f"{name}_at", f"CAST({name} AS TIMESTAMPTZ)") for name in TIMES),
    ),
    revision=("CAST(version AS INT)",),
    service="'order-to-cash'",
)
HOURS = Calendar(
    name="office-hours",
    title="Office hours",
    zone="Europe/Berlin",
    recurs=True,
    since=None,
    holidays="",
    days=(),
    skipped=(),
    periods=(),
    rule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    times=(Span(start_minute=8 * 60, end_minute=18 * 60),),
    origin=plans.HERE,
)
ORDER: dict[str, tuple[str, ...]] = {
    "take": (),
    "pack": ("take",),
    "bill": ("take",),
    "ship": ("pack", "bill"),
}
THRESHOLDS = {"take": (2, 4), "pack": (4, 10), "bill": (3, 8), "ship": (5, 12)}  # slots
CLOCKED = frozenset({"bill"})
VENDORS = {"ship": "paygate", "pack": "hauler"}


def _visit(when: str) -> Visit:
    queued, accepted, started, ended = (f"{name}_at" for name in TIMES)
    return Visit(
        step="",
        column="step",
        queued=queued,
        accepted=accepted,
        start=started,
        end=ended,
        when=when,
    )


def company(within: int | None = None) -> Plan:
    """Return a plan with the process; its target is in slots."""
    steps = tuple(
        replace(
            plans.BROWSE,
            name=name,
            title=name,
            vendor=VENDORS.get(name, ""),
            after=before,
            satisfied_seconds=THRESHOLDS[name][0] * SLOT_SECONDS,
            tolerated_seconds=THRESHOLDS[name][1] * SLOT_SECONDS,
            calendar="office-hours" if name in CLOCKED else "",
        )
        for name, before in ORDER.items()
    )
    process = Process(
        table="visits",
        case="case_id",
        where="",
        visits=(_visit("NOT COALESCE(step = 'customer', FALSE)"),),
        customer=(_visit("step = 'customer'"),),
        within_seconds=None if within is None else within * SLOT_SECONDS,
        windows=tuple(map(parse_window, ("7d", "prev_month"))),
        methods=(MethodValue.PROPORTIONAL, MethodValue.SHAPLEY),
        origin=plans.HERE,
    )
    service = replace(plans.SERVICE, steps=steps, process=process)
    return replace(
        plans.PLAN,
        calendars=(HOURS,),
        services=(service,),
        agreements=(),
        journeys=(),
        contracts=(),
        tables=(VISITS,),
        sources=(SOURCE,),
    )


@dataclass(frozen=True)
class Row:
    """What was written of a visit, once; times in slots since the beginning."""

    case: int
    step: str
    attempt: int
    version: int
    times: tuple[int | None, int | None, int | None, int | None]

    def written(self) -> str:
        """Return it as a line of the export."""
        told = {
            name: None if slot is None else (BEGIN + slot * SLOT).isoformat()
            for name, slot in zip(TIMES, self.times, strict=True)
        }
        who = {"id": f"C{self.case}", "step": self.step, "attempt": self.attempt}
        return json.dumps({**who, "version": self.version, **told}) + "\n"


@dataclass
class Seen:
    """A visit as known at a moment."""

    step: str
    queued: int | None
    begun: int | None
    started: int | None
    ended: int | None
    number: int = 1
    lost: bool = False
    sender: str = ""

    def until(self, at: int) -> int:
        """Return when it ended, or the moment."""
        return at if self.ended is None else self.ended


@dataclass(frozen=True)
class Took:
    """What a step took in a case, in slots of its clock, and what became of it."""

    begun: int
    outcome: str
    took: int
    worked: int
    visits: int
    lost: bool
    open: bool
    ended: int | None


def is_done(steps: Mapping[str, Took]) -> bool:
    """Return whether nothing of a case is open and every branch it took has come to an end."""
    followed = {earlier for step in steps for earlier in _ancestors(step)}
    final = set(ORDER) - {earlier for step in ORDER for earlier in ORDER[step]}
    return not any(took.open for took in steps.values()) and set(steps) - followed <= final


def last_words(rows: Iterable[Row]) -> list[Row]:
    """Return the last revision of each visit; of equal ones the later written."""
    found: dict[tuple[int, str, int], Row] = {}
    for row in rows:
        key = (row.case, row.step, row.attempt)
        if key not in found or row.version >= found[key].version:
            found[key] = row
    return list(found.values())


def worked_out(rows: Iterable[Row], at: int) -> dict[tuple[int, str], Took]:
    """Return what each step of each case took as seen from a slot."""
    by_case: dict[int, list[Row]] = defaultdict(list)
    for row in last_words(rows):
        by_case[row.case].append(row)
    found = {}
    for case, own in by_case.items():
        for step, took in _case(own, at).items():
            found[case, step] = took
    return found


def _case(rows: list[Row], at: int) -> dict[str, Took]:
    away = {slot for row in rows if row.step == "customer" for slot in _away(row, at)}
    visits = [seen for row in rows if row.step in ORDER and (seen := _seen(row, at)) is not None]
    for step in ORDER:
        own = sorted((v for v in visits if v.step == step), key=_place)
        for number, visit in enumerate(own, start=1):
            visit.number = number
    for visit in visits:
        visit.lost = _is_lost(visit, visits)
    held: dict[str, set[int]] = defaultdict(set)
    work: dict[str, set[int]] = defaultdict(set)
    for visit in visits:
        if visit.begun is not None and not visit.lost:
            held[visit.step] |= set(range(visit.begun, visit.until(at)))
            if visit.started is not None:
                work[visit.step] |= set(range(max(visit.started, visit.begun), visit.until(at)))
        _hand_over(visit, visits, at, held)
    waiting = {visit.sender for visit in visits if visit.begun is None}
    found = {}
    for step in ORDER:
        own = [v for v in visits if v.step == step and (v.begun, v.ended) != (None, None)]
        if own:
            held_now, work_now = held[step] - away, work[step] - away
            found[step] = _took(step, own, held_now, work_now, waiting=step in waiting)
    return found


def _took(step: str, own: list[Seen], held: set[int], work: set[int], *, waiting: bool) -> Took:
    ticks = open_slots() if step in CLOCKED else range(SLOTS)
    took, worked = len(held & set(ticks)), len(work & set(ticks))
    lost = any(visit.lost for visit in own)
    is_open = waiting or any(v.ended is None and v.begun is not None and not v.lost for v in own)
    good, most = THRESHOLDS[step]
    if lost:
        outcome = "unknown"
    elif took > most:
        outcome = "frustrated"
    elif is_open:
        outcome = "pending"
    else:
        outcome = "satisfied" if took <= good else "tolerated"
    begun = [v.begun for v in own if v.begun is not None]
    anchor = min(begun) if begun else min(v.ended for v in own if v.ended is not None)
    ended = max((v.ended for v in own if v.ended is not None), default=None)
    return Took(anchor, outcome, took, worked, len(own), lost, is_open, ended)


def _hand_over(visit: Seen, visits: list[Seen], at: int, held: dict[str, set[int]]) -> None:
    """Give the time before a visit was taken on to whoever had the case before."""
    begun = visit.begun
    if begun is None:
        if visit.ended is not None:
            return
        begun = at  # handed over, and still waiting
    others = [
        one
        for one in visits
        if one is not visit and not one.lost and one.begun is not None and one.begun <= begun
    ]
    senders = [
        one
        for one in others
        if one.step in ORDER[visit.step] or (visit.number > 1 and one.until(at) <= begun)
    ]
    if senders:
        last = max(senders, key=lambda one: (one.until(at), one.step))
        visit.sender = last.step
        held[last.step] |= set(range(last.until(at), begun))


def _is_lost(visit: Seen, visits: list[Seen]) -> bool:
    if visit.begun is None:
        return visit.ended is not None
    if visit.ended is not None:
        return visit.ended < visit.begun
    behind = {step for step in ORDER if visit.step in _ancestors(step)}
    return any(
        one.step in behind and one.begun is not None and one.begun >= visit.begun for one in visits
    )


def _ancestors(step: str) -> set[str]:
    return {*ORDER[step]}.union(*(_ancestors(one) for one in ORDER[step]))


def _seen(row: Row, at: int) -> Seen | None:
    queued, accepted, started, ended = (
        None if slot is None or slot > at else slot for slot in row.times
    )
    taken = accepted if accepted is not None else started
    if not ORDER[row.step] and queued is not None:
        taken = queued
    if (queued, taken, ended) == (None, None, None):
        return None
    return Seen(row.step, queued, taken, started, ended)


def _away(row: Row, at: int) -> range:
    queued, accepted, started, ended = (
        None if slot is None or slot > at else slot for slot in row.times
    )
    del queued
    begun = accepted if accepted is not None else started
    return range(0) if begun is None else range(begun, at if ended is None else ended)


def _place(visit: Seen) -> tuple[tuple[bool, int], ...]:
    times = (visit.begun, visit.ended, visit.started, visit.queued)
    return tuple((slot is None, slot or 0) for slot in times)


def open_slots() -> set[int]:
    """Return the slots in office hours: half hours are whole ones in every zone we use."""
    found = set()
    for slot in range(SLOTS):
        local = (BEGIN + slot * SLOT).astimezone(BERLIN)
        if local.weekday() < 5 and 8 <= local.hour < 18:
            found.add(slot)
    return found
