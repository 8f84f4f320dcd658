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
from truegreen_exporters.accountability.losses.incident import Incident
from truegreen_exporters.engines.row_question import RowQuestion
from truegreen_exporters.mapping import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import LossTerms, Plan, Service, Table
    from truegreen_exporters.engines.engine import Engine

__all__ = ["INCIDENTS", "incidents_of", "optional"]

INCIDENTS = "incidents"
_NEEDED = frozenset({"incident_id", "started_at"})


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


def optional(table: Table, column: str, kind: str = "VARCHAR") -> str:
    """Return the SQL of a column that a company's own table may not have."""
    known = any(one.name == column for one in table.columns)
    return f"CAST({quoted(column)} AS {kind})" if known else f"CAST(NULL AS {kind})"


def _recorded(engine: Engine, plan: Plan, service: Service) -> Iterator[Incident]:
    table = next((one for one in plan.tables if one.name == INCIDENTS), None)
    if table is None or not {one.name for one in table.columns} >= _NEEDED:
        return
    ended = optional(table, "restored_at", "TIMESTAMPTZ")
    question = RowQuestion(
        service=service.name,
        zone=service.zone,
        table=INCIDENTS,
        columns=(
            "CAST(incident_id AS VARCHAR)",
            "epoch_us(CAST(started_at AS TIMESTAMPTZ)) // 1000000",
            f"(epoch_us({ended}) + 999999) // 1000000",
            *(optional(table, name) for name in ("severity", "step", "component", "vendor")),
            "_source",
        ),
        where=f"started_at IS NOT NULL AND coalesce({optional(table, 'impact_share', 'DOUBLE')}, 1)"
        f" > 0 AND coalesce({optional(table, 'severity')}, '') <> '{SeverityValue.TICKET}'",
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
