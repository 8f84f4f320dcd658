"""The incidents of a service: rows of the table of incidents, and what definitions declare.

The rows come from wherever a source says: a tool for incidents, a file, or the alerts that
Alertmanager posts. A row is an outage when it says since when; one of severity `ticket` is none,
and neither is one with an `impact_share` of 0. A component that is called like a step of the
service is that step; the step's vendor answers where the row names nobody.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from truegreen_definitions.names import SeverityValue
from truegreen_exporters.accountability.losses.avoided import Detection
from truegreen_exporters.accountability.losses.incident import Incident
from truegreen_exporters.engines.row_question import RowQuestion
from truegreen_exporters.intake.mapping import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import LossTerms, Plan, Service, Table
    from truegreen_exporters.engines.engine import Engine

__all__ = ["INCIDENTS", "REMEDIATIONS", "detections_of", "incidents_of", "prevention_questions"]

INCIDENTS, REMEDIATIONS = "incidents", "remediations"
_NEEDED = frozenset({"incident_id", "started_at"})
_DETECTED = frozenset({*_NEEDED, "detected_at", "symptom", "impact_share"})


def incidents_of(
    engine: Engine, plan: Plan, service: Service, terms: LossTerms
) -> tuple[Incident, ...]:
    """Return every incident of a service, each id once; what is declared comes before rows.

    Raises:
        CountError: The rows cannot be reached.
    """
    found = {one.id: one for one in _recorded(engine, plan, service)}
    found |= {one.id: one for one in _declared(service, terms)}
    return tuple(found.values())


def detections_of(
    engine: Engine, plan: Plan, service: Service, *, stays_away: int, at: int
) -> tuple[Detection, ...]:
    """Return what was detected of a service, and whether a remedy worked.

    Args:
        engine: Asks for the rows.
        plan: Says which tables there are.
        service: Whose incidents they are.
        stays_away: For so many seconds a fault must not come back.
        at: A remedy whose fault had less time to come back has not worked yet, in Unix seconds.

    Raises:
        CountError: The rows cannot be reached.
    """
    questions = prevention_questions(plan, service, stays_away=stays_away, at=at)
    if not questions:
        return ()
    detected_of, remedied_of = questions
    found = engine.rows(detected_of)
    worked = {name for (name,) in engine.rows(remedied_of) if name}
    return tuple(
        Detection(
            id=name,
            symptom=symptom,
            at=detected,
            seconds=lasted if impact else None,
            impact=impact,
            remedied=name in worked and not impact,
            vendor=vendor or _vendor(service, _step(service, step or component or "")),
        )
        for name, symptom, detected, lasted, impact, step, component, vendor in found
    )


def prevention_questions(
    plan: Plan, service: Service, *, stays_away: int, at: int
) -> tuple[RowQuestion, ...]:
    """Return what is asked of rows: detections, and the incidents of which a remedy worked.

    Nothing where the tables are not there. Arguments are as of `detections_of`.
    """
    tables = {one.name: one for one in plan.tables}
    table, remedies = tables.get(INCIDENTS), tables.get(REMEDIATIONS)
    if table is None or remedies is None or not {c.name for c in table.columns} >= _DETECTED:
        return ()
    return _detected(table, service), _remedied(service, stays_away, at)


def _detected(table: Table, service: Service) -> RowQuestion:
    return RowQuestion(
        service=service.name,
        zone=service.zone,
        table=INCIDENTS,
        columns=(
            "CAST(incident_id AS VARCHAR)",
            "CAST(symptom AS VARCHAR)",
            "epoch_us(CAST(detected_at AS TIMESTAMPTZ)) // 1000000",
            (
                f"(epoch_us({_optional(table, 'restored_at', 'TIMESTAMPTZ')}) "
                "- epoch_us(CAST(started_at AS TIMESTAMPTZ))) // 1000000"
            ),
            "coalesce(CAST(impact_share AS DOUBLE), 1) > 0",
            *(_optional(table, name) for name in ("step", "component", "vendor")),
        ),
        where="detected_at IS NOT NULL AND symptom IS NOT NULL",
    )


def _remedied(service: Service, stays_away: int, at: int) -> RowQuestion:
    ended = "epoch_us(CAST(ended_at AS TIMESTAMPTZ)) // 1000000"
    back = "epoch_us(CAST(recurred_at AS TIMESTAMPTZ)) // 1000000"
    return RowQuestion(
        service=service.name,
        zone=service.zone,
        table=REMEDIATIONS,
        columns=("CAST(incident_id AS VARCHAR)",),
        where=f"ok AND started_at IS NOT NULL AND {ended} + {stays_away} <= {at} "
        f"AND (recurred_at IS NULL OR {back} > {ended} + {stays_away})",
    )


def _optional(table: Table, column: str, kind: str = "VARCHAR") -> str:
    """Return the SQL of a column that a company's own table may not have."""
    known = any(one.name == column for one in table.columns)
    return f"CAST({quoted(column)} AS {kind})" if known else f"CAST(NULL AS {kind})"


def _recorded(engine: Engine, plan: Plan, service: Service) -> Iterator[Incident]:
    table = next((one for one in plan.tables if one.name == INCIDENTS), None)
    if table is None or not {one.name for one in table.columns} >= _NEEDED:
        return
    ended = _optional(table, "restored_at", "TIMESTAMPTZ")
    question = RowQuestion(
        service=service.name,
        zone=service.zone,
        table=INCIDENTS,
        columns=(
            "CAST(incident_id AS VARCHAR)",
            "epoch_us(CAST(started_at AS TIMESTAMPTZ)) // 1000000",
            f"(epoch_us({ended}) + 999999) // 1000000",
            *(_optional(table, name) for name in ("severity", "step", "component", "vendor")),
            "_source",
        ),
        where=" AND ".join(
            (
                "started_at IS NOT NULL",
                f"coalesce({_optional(table, 'impact_share', 'DOUBLE')}, 1) > 0",
                f"coalesce({_optional(table, 'severity')}, '') <> '{SeverityValue.TICKET}'",
            )
        ),
    )
    for name, start, end, severity, step, component, vendor, source in engine.rows(question):
        hit = _step(service, step or component or "")
        yield Incident(
            id=name,
            start=start,
            end=end,
            severity=severity or "",
            step=hit or step or "",
            vendor=vendor or _vendor(service, hit),
            origin=source,
        )


def _declared(service: Service, terms: LossTerms) -> Iterator[Incident]:
    place = ZoneInfo(service.zone)
    for one in terms.incidents:
        start, end = (at.replace(tzinfo=place).astimezone(UTC) for at in (one.start, one.end))
        yield Incident(
            id=one.id,
            start=int(start.timestamp()),
            end=int(end.timestamp()),
            severity=one.severity,
            step=one.step,
            vendor=one.vendor,
            origin=str(one.origin),
        )


def _step(service: Service, name: str) -> str:
    return next((step.name for step in service.steps if step.name == name), "")


def _vendor(service: Service, step: str) -> str:
    return next((one.vendor for one in service.steps if one.name == step), "")
