"""The time between two columns, by a clock that may stand still: of measures and of latency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.kinds.row_terms import expression
from truegreen_definitions.plan import Elapsed, Pauses
from truegreen_definitions.suggestions import suggestion

if TYPE_CHECKING:
    from truegreen_definitions.kinds.asked import Asked
    from truegreen_definitions.kinds.rows import Rows
    from truegreen_definitions.models.rows import Elapsed as ElapsedModel
    from truegreen_definitions.models.rows import Pauses as PausesModel
    from truegreen_definitions.yaml_tree.nodes import Step

__all__ = ["business_hours", "elapsed_of", "time_column"]

NO_HOURS = "measure/no-hours"


def elapsed_of(model: ElapsedModel, asked: Asked, rows: Rows) -> Elapsed | None:
    """Return a duration over the columns of a table; None with the reason reported."""
    field = "duration"
    start = time_column(asked, rows, model.start, field, "from")
    end = time_column(asked, rows, model.end, field, "to") if model.end else ""
    calendar = ""
    if model.clock == "business":
        calendar = business_hours(asked, model.hours, field, "hours" if model.hours else "clock")
    paused = expression(asked, rows, model.paused, field, "paused") if model.paused else ""
    pauses = _pauses(asked, rows, model.pauses) if model.pauses else None
    weight = expression(asked, rows, model.weight, field, "weight") if model.weight else ""
    sound = (
        bool(start),
        bool(end) or not model.end,
        bool(calendar) or model.clock != "business",
        bool(paused) or not model.paused,
        pauses is not None or model.pauses is None,
        bool(weight) or not model.weight,
    )
    if not all(sound):
        return None
    return Elapsed(
        start=start,
        end=end,
        calendar=calendar,
        paused=paused,
        pauses=pauses,
        weight=weight,
        once=model.overlaps == "once",
    )


def business_hours(asked: Asked, named: str | None, *fields: Step) -> str:
    """Return the calendar of a business clock: that one, or the service's hours; empty for none."""
    name = named or asked.service.model.spec.hours
    if name is None:
        asked.report(
            NO_HOURS,
            "the business clock has no hours to run in",
            *fields,
            hint="name a calendar, in the Service (hours: office-hours) or here",
        )
        return ""
    if name in asked.catalog.calendars:
        return name
    if named and not asked.catalog.may_exist("Calendar", name):
        hint = suggestion(name, asked.catalog.calendars)
        asked.report("reference/unknown", f"there is no Calendar `{name}`", *fields, hint=hint)
    return ""  # of the service's own hours a check reports the name


def time_column(asked: Asked, rows: Rows, text: str, *fields: Step) -> str:
    """Return the name of a column of times; empty with the reason reported."""
    column = asked.read(text, *fields)
    if not column:
        return ""
    kind = rows.columns.get(column)
    if kind is None:
        hint = rows.hint or suggestion(column, rows.columns)
        message = f"Table `{rows.table}` has no column `{column}`"
        asked.report("sql/unknown-column", message, *fields, hint=hint)
        return ""
    if kind != "timestamp":
        message = f"`{column}` is a column of type {kind}, not timestamp"
        asked.report("records/not-a-time", message, *fields)
        return ""
    expression(asked, rows, column, *fields)  # it warns of a column that nothing fills
    return column


def _pauses(asked: Asked, rows: Rows, model: PausesModel) -> Pauses | None:
    path: tuple[Step, ...] = ("duration", "pauses")
    table = asked.read(model.table, *path, "table")
    found = asked.catalog.tables.get(table)
    if found is None:
        if table and not asked.catalog.may_exist("Table", table):
            hint = suggestion(table, asked.catalog.tables)
            message = f"there is no Table `{table}`"
            asked.report("reference/unknown", message, *path, "table", hint=hint)
        return None
    columns = found.model.spec.columns
    named = {"of": model.of, "at": model.at, "state": model.state}
    wrong = [(field, name, table, columns) for field, name in named.items() if name not in columns]
    if model.case not in rows.columns:
        wrong.append(("case", model.case, rows.table, dict(rows.columns)))
    for field, name, where, known in wrong:
        message = f"Table `{where}` has no column `{name}`"
        asked.report("sql/unknown-column", message, *path, field, hint=suggestion(name, known))
    if wrong:
        return None
    if columns[model.at] != "timestamp":
        message = f"`{model.at}` is a column of type {columns[model.at]}, not timestamp"
        asked.report("records/not-a-time", message, *path, "at")
        return None
    return Pauses(
        table=table,
        of=model.of,
        case=model.case,
        at=model.at,
        state=model.state,
        paused=model.paused,
    )
