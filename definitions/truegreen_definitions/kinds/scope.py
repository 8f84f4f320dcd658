"""The part of the events that a promise covers: of a signal by labels, of records by SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.expressions import promql, sql
from truegreen_definitions.expressions.errors import attempt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from truegreen_definitions.expressions.promql import Matcher
    from truegreen_definitions.kinds.asked import Asked
    from truegreen_definitions.models.table import ColumnType

__all__ = ["matchers_of_scope", "rows_of_scope", "scope_text"]

NOT_APPLICABLE = "agreement/scope"


def scope_text(asked: Asked) -> str:
    """Return the scope as it was written; empty where the promise covers all events."""
    scope = asked.agreement.scope
    return "" if scope is None else scope.where or scope.matcher


def matchers_of_scope(asked: Asked) -> tuple[Matcher, ...]:
    """Return the matchers of an agreement over signals; none where it has no scope."""
    scope = asked.agreement.scope
    if scope is None:
        return ()
    if scope.where:
        _refuse(asked, "where", "rows, and this is counted from series", "matcher: 'region=\"eu\"'")
        return ()
    place = asked.service.place(*asked.path, "scope", "matcher")
    found = attempt(asked.problems, place, scope.matcher, promql.parse_matchers)
    return found or ()


def rows_of_scope(asked: Asked, columns: Mapping[str, ColumnType]) -> str:
    """Return the condition of an agreement over records; empty where it has no scope."""
    scope = asked.agreement.scope
    if scope is None:
        return ""
    if scope.matcher:
        _refuse(asked, "matcher", "series, and this is counted from rows", "where: region = 'eu'")
        return ""
    place = asked.service.place(*asked.path, "scope", "where")
    found = attempt(
        asked.problems, place, scope.where, lambda text: sql.over_columns(text, columns)
    )
    return found or ""


def _refuse(asked: Asked, field: str, chooses: str, instead: str) -> None:
    problem = asked.service.problem(
        NOT_APPLICABLE,
        f"`{field}` chooses {chooses}",
        *(*asked.path, "scope", field),
        key=True,
        hint=f"write {instead}",
    )
    asked.problems.append(problem)
