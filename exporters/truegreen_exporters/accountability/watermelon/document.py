"""What closed periods say of a service, as plain data: the receipt of its states.

Every period names the ledger's entries it was judged by, with their digests; every SLA has the
query that counts its cases, every channel the one of its revenue, which is what the service weighs
in the portfolio. So a vendor or a customer with the rows can do it again.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from truegreen_definitions.names import WatermelonValue
from truegreen_exporters.accountability.watermelon.followed import Followed
from truegreen_exporters.accountability.watermelon.history import Past, run_of
from truegreen_exporters.accountability.watermelon.revenue import Revenue, span_of
from truegreen_exporters.accountability.watermelon.score import score
from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.engines.sql_terms import in_zone
from truegreen_exporters.engines.volume_question import volume_sql
from truegreen_exporters.instants import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from truegreen_definitions.plan import Plan, Service
    from truegreen_exporters.accountability.watermelon.history import ClosedPeriod
    from truegreen_exporters.accountability.watermelon.worth import Worth
    from truegreen_exporters.engines.engines import Engines
    from truegreen_exporters.store.ledger import Entry, Key
    from truegreen_exporters.store.signal_hours import SignalHours
    from truegreen_exporters.windows.periods import Period

__all__ = ["document"]


def document(
    plan: Plan,
    service: Service,
    unit: str,
    *,
    closed: Mapping[Key, Entry],
    engine: Engines,
    hours: SignalHours,
    at: datetime,
) -> dict[str, Any]:
    """Return what is known of a service over its closed periods.

    Args:
        plan: The plan.
        service: Of the plan.
        unit: `week`, `month`, `quarter` or `year`.
        closed: Which revision of each closed period holds.
        engine: Measures values, follows cases and adds up revenue.
        hours: Adds up what Prometheus counted.
        at: The moment it is seen from.
    """
    past = Past(plan, closed, engine, hours)
    periods = past.of(service.name, unit, at)
    worths: tuple[Worth, ...] = ()
    queries: dict[str, str] = {}
    if periods:
        span = microseconds(periods[0].period.start), microseconds(periods[-1].period.end)
        followed = Followed(plan, engine)
        worths = followed.of(service.name, span, at)
        queries = followed.queries(service.name, span, at)
    return {
        "service": service.name,
        "title": service.title,
        "definition": str(service.origin),
        "unit": unit,
        "zone": service.zone,
        "at": text_of(at),
        "periods": [_period(one, closed, service.zone) for one in periods],
        "in_a_row": run_of(periods),
        "first": _first(periods),
        "score": _score(service, periods),
        "revenue": _revenue(plan, engine, service, past.last(service.name, unit, at)),
        "slas": [_worth(one, queries[one.sla]) for one in worths],
    }


def _period(one: ClosedPeriod, closed: Mapping[Key, Entry], zone: str) -> dict[str, Any]:
    found, label = one.verdict, one.period.label
    entries = [(j, closed.get((j.agreement, zone, label))) for j in found.judged]
    return {
        "period": label,
        "start": text_of(one.period.start),
        "end": text_of(one.period.end),
        "state": str(found.state),
        "suspected": found.suspected,
        "depth": found.depth,
        "agreements": [
            {
                **asdict(judged),
                "standing": str(judged.standing),
                "entry": entry and {"revision": entry.revision, "digest": entry.digest},
            }
            for judged, entry in entries
        ],
    }


def _first(periods: Sequence[ClosedPeriod]) -> str | None:
    for one in periods:
        if one.verdict.state is WatermelonValue.WATERMELON:
            return one.period.label
    return None


def _score(service: Service, periods: Sequence[ClosedPeriod]) -> dict[str, Any] | None:
    if service.score is None or not periods:
        return None
    scored = asdict(score(service.score, periods[-1].verdict.judged))
    names = ("agreement", "weight", "contribution")
    parts = [dict(zip(names, part, strict=True)) for part in scored["parts"]]
    return {**scored, "period": periods[-1].period.label, "parts": parts}


def _revenue(plan: Plan, engine: Engines, service: Service, period: Period) -> dict[str, Any]:
    zone = f"{in_zone(service.zone)}\n"
    return {
        "period": period.label,
        "channels": [
            {
                "channel": one.channel,
                "currency": one.currency,
                "transactions": one.transactions,
                "each": None if one.each is None else str(one.each),
                "amount": str(one.amount),
                "sql": zone
                + volume_sql(
                    one.question, engine.local.relation(one.question.table), span_of(period)
                ),
            }
            for one in Revenue(plan, engine).of(service.name, period)
        ],
    }


def _worth(found: Worth, sql: str) -> dict[str, Any]:
    plain = asdict(found)
    plain["by_xla"] = [{"xla": xla, "table": table} for xla, table in plain["by_xla"]]
    return {
        **plain,
        "verdict": str(found.verdict),
        "methods": {
            "lift": "ratio of risks, 95 % interval of Katz on logarithms",
            "area": "area under the curve, 95 % interval of DeLong",
            "pooled": "Mantel-Haenszel, variance of Greenland and Robins",
            "answers": "difference of shares, 95 % interval of Newcombe",
        },
        "sql": sql,
    }
