"""Exclusions in the plan: which rows an agreement leaves out by agreement, and why.

An exclusion `where` is SQL over the columns of the table that the agreement counts. Prometheus
keeps no events to leave out, so on a signal it is reported as not applied. An exclusion of a
`calendar` is time that a signal does not count; that of records is reported by a check.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from truegreen_definitions.expressions import sql
from truegreen_definitions.expressions.errors import attempt
from truegreen_definitions.kinds import NOT_COMPILED
from truegreen_definitions.plan import ExcludedTime, Exclusion, Records
from truegreen_definitions.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.kinds import Asked
    from truegreen_definitions.plan import Signal

__all__ = ["rows_left_out", "with_exclusions"]


def with_exclusions(asked: Asked, parts: Signal | Records) -> Signal | Records:
    """Return the parts without what the agreement excludes; what cannot be is reported."""
    if isinstance(parts, Records):
        left_out = (*parts.exclusions, *rows_left_out(asked, parts.table))
        return replace(parts, exclusions=left_out)
    for index, exclusion in enumerate(asked.agreement.exclusions):
        if exclusion.where:
            message = "a signal has no rows for `where`: what this leaves out is counted"
            path = (*asked.path, "exclusions", index, "where")
            problem = asked.service.problem(
                NOT_COMPILED, message, *path, key=True, severity=Severity.WARNING
            )
            asked.problems.append(problem)
    return replace(parts, exclusions=tuple(_of_time(asked)))


def _of_time(asked: Asked) -> Iterator[ExcludedTime]:
    for exclusion in asked.agreement.exclusions:
        name = exclusion.calendar
        if name and name in asked.catalog.calendars:  # a check reports a name that is of nothing
            yield ExcludedTime(calendar=name, reason=exclusion.reason)


def rows_left_out(asked: Asked, table: str) -> Iterator[Exclusion]:
    """Yield the exclusions of rows that an agreement names beside those of its indicator."""
    columns = asked.catalog.tables[table].model.spec.columns
    for index, exclusion in enumerate(asked.agreement.exclusions):
        if exclusion.where:
            place = asked.service.place(*asked.path, "exclusions", index, "where")
            text = attempt(
                asked.problems, place, exclusion.where, lambda it: sql.over_columns(it, columns)
            )
            if text:
                yield Exclusion(sql=text, reason=exclusion.reason)
