"""Processes in the plan: where the visits of cases to the steps of a service stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.expressions import sql
from truegreen_definitions.expressions.errors import attempt
from truegreen_definitions.kinds.rows import NO_SERVICE, NO_SOURCE, SERVICE_COLUMN, not_synthetic
from truegreen_definitions.names import MethodValue
from truegreen_definitions.plan import Process, Visit
from truegreen_definitions.units import parse_window

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.policy import PolicySpec
    from truegreen_definitions.models.process import CustomerWait, StepTimes, Visits
    from truegreen_definitions.models.process import Process as ProcessModel
    from truegreen_definitions.models.service import Service
    from truegreen_definitions.models.table import ColumnType
    from truegreen_definitions.problems import Problem

__all__ = ["methods_of", "process_of"]

NOT_A_TIME = "records/not-a-time"
WINDOWS = ("1d", "7d", "30d", "month", "prev_month")


def process_of(
    service: Definition[Service], catalog: Catalog, policy: PolicySpec, problems: list[Problem]
) -> Process | None:
    """Return the process of a service; None where there is none, or with the reason reported.

    Names of what is not there are reported by a check.
    """
    model = service.model.spec.process
    if model is None or model.table not in catalog.tables:
        return None
    columns = catalog.tables[model.table].model.spec.columns
    found = [*_unsound(service, model, catalog, columns)]
    problems += found
    path = ("spec", "process")
    texts: dict[tuple[str, ...], str] = {(*path, "where"): model.where}
    if model.visits is not None:
        texts[*path, "visits", "customer"] = model.visits.customer
    read = {
        place: attempt(
            problems, service.place(*place), text, lambda t: sql.over_columns(t, columns)
        )
        for place, text in texts.items()
        if text
    }
    known = {column for _, column in model.columns()} | {model.case}
    if found or None in read.values() or not known <= columns.keys():
        return None
    where = sql.both(read.get((*path, "where")) or "", not_synthetic(policy, model.table, columns))
    asked_for = read.get((*path, "visits", "customer")) or ""
    return Process(
        table=model.table,
        case=model.case,
        where=where,
        visits=tuple(_visits(model, asked_for)),
        customer=tuple(_waits(model, asked_for)),
        within_seconds=float(model.within) if model.within is not None else None,
        windows=tuple(map(parse_window, WINDOWS)),
        methods=methods_of(service, catalog),
        origin=service.origin_of(*path),
    )


def _unsound(
    service: Definition[Service],
    model: ProcessModel,
    catalog: Catalog,
    columns: Mapping[str, ColumnType],
) -> Iterator[Problem]:
    table, path = model.table, ("spec", "process")
    if SERVICE_COLUMN not in columns:
        message = f"Table `{table}` has no column `service`, so no row can be of this service"
        hint = "declare `service: text` in the table; the source says how rows find theirs"
        yield service.problem(NO_SERVICE, message, *path, "table", hint=hint)
    sources = (source.model.spec.table for source in catalog.sources.values())
    ours = ("Table", table) not in catalog.from_library
    if not (ours or table in sources or catalog.has_broken("Source")):
        message = f"no Source fills Table `{table}`, so there is no case to follow"
        hint = f"add one: `kind: Source` with `table: {table}`"
        yield service.problem(NO_SOURCE, message, *path, "table", hint=hint)
    for place, column in model.columns():
        kind = columns.get(column, "timestamp")
        if kind != "timestamp" and place != ("visits", "step"):
            message = f"`{column}` is a column of type {kind}, not timestamp"
            yield service.problem(NOT_A_TIME, message, *path, *place)


def methods_of(service: Definition[Service], catalog: Catalog) -> tuple[MethodValue, ...]:
    """Return how overruns are shared: proportionally, and as contracts of its vendors say."""
    vendors = {step.vendor for step in service.model.spec.steps if step.vendor}
    specs = (contract.model.spec for contract in catalog.contracts.values())
    said: set[str] = {
        spec.latency_share.method for spec in specs if spec.latency_share and spec.vendor in vendors
    }
    return tuple(one for one in MethodValue if one is MethodValue.PROPORTIONAL or one in said)


def _visits(model: ProcessModel, asked_for: str) -> Iterator[Visit]:
    for step, times in model.steps.items():
        yield _visit(times, step=step)
    if model.visits is not None:
        when = f"NOT COALESCE({asked_for}, FALSE)" if asked_for else ""
        yield _visit(model.visits, column=model.visits.step, when=when)


def _waits(model: ProcessModel, asked_for: str) -> Iterator[Visit]:
    for wait in model.customer:
        yield _visit(wait)
    if model.visits is not None and asked_for:
        yield _visit(model.visits, when=asked_for)


def _visit(
    times: StepTimes | Visits | CustomerWait, *, step: str = "", column: str = "", when: str = ""
) -> Visit:
    return Visit(
        step=step,
        column=column,
        queued=getattr(times, "queued", None) or "",
        accepted=getattr(times, "accepted", None) or "",
        start=times.start,
        end=times.end,
        when=when,
    )
