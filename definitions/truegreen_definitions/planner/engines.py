"""What is asked of rows that stay in their own database is something that it can be asked.

Such a table has one source, and what is measured over it asks no other table but of the same
database. Agreements and measures are counted there; what follows cases through a process, a
clock that stands still at night, and money are counted of rows in the exporter's own store.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, TypeAlias

from truegreen_definitions.expressions.sql_postgres import refused
from truegreen_definitions.expressions.sql_relatives import relative_of
from truegreen_definitions.plan import SqlRead
from truegreen_definitions.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.plan import Agreement, Contract, Measurement, Service, Source
    from truegreen_definitions.problems import Problem

__all__ = ["engine_problems"]

NO_DATABASE, SHARED, BEYOND = "engine/no-database", "engine/shared-table", "engine/beyond"
UNTESTED = "engine/untested"
_Told: TypeAlias = tuple[str, str]
_LOCAL = "leave `engine` out, so that the rows are read into the exporter's own store"
_COMPARED = "compare a month with the same rows read into the store, before you believe it"
_BETTER = "let the SELECT of `read:` compute it as a column, or leave `engine` out"


def engine_problems(
    catalog: Catalog,
    sources: Sequence[Source],
    measured: Sequence[Agreement | Measurement],
    others: Sequence[Service | Contract],
) -> Iterator[Problem]:
    """Yield what is wrong with the sources whose rows stay where they are.

    Args:
        catalog: Says where the sources are written.
        sources: All of them.
        measured: What is counted of rows.
        others: What else may ask rows.
    """
    filled = Counter(source.table for source in sources)
    for source in sources:
        if not source.in_place:
            continue
        definition, path = catalog.sources[source.name], ("spec", "engine")
        if relative := relative_of(source.engine):
            message = f"no test has ever run on {relative.title}: its numbers may be wrong"
            yield definition.problem(
                UNTESTED, message, *path, hint=_COMPARED, severity=Severity.WARNING
            )
        if not isinstance(source.read, SqlRead):
            message = f"rows of `{source.read.format}` are in no database that could count them"
            hint = f"read them with `sql`, or {_LOCAL}"
            yield definition.problem(NO_DATABASE, message, *path, hint=hint)
            continue
        if filled[source.table] > 1:
            message = f"Table `{source.table}` has another source, so its rows are in two places"
            hint = f"give this source a table of its own, or {_LOCAL}"
            yield definition.problem(SHARED, message, *path, hint=hint)
        here = {
            one.table
            for one in sources
            if one.engine == source.engine and one.read.location == source.read.location
        }
        for message, hint in (*_of_rows(source), *_of_counts(source, measured, here)):
            yield definition.problem(BEYOND, message, *path, hint=hint)
        for one in others:
            if source.table in _tables(one):
                message = f"`{one.name}` ({one.origin}) follows cases or money in these rows"
                message += ", which no database is asked"
                yield definition.problem(BEYOND, message, *path, hint=_LOCAL)


def _of_rows(source: Source) -> Iterator[_Told]:
    """Yield (what a source asks of its rows that PostgreSQL cannot be asked, what to do)."""
    for text in filter(None, (*dict(source.columns).values(), *source.revision, source.service)):
        if found := refused(text):
            yield f"{found} means something else in PostgreSQL", _BETTER


def _of_counts(
    source: Source, measured: Sequence[Agreement | Measurement], here: Collection[str]
) -> Iterator[_Told]:
    for one in measured:
        if source.table in _tables(one.parts):
            yield from _beyond_counting(one, here)


def _beyond_counting(one: Agreement | Measurement, here: Collection[str]) -> Iterator[_Told]:
    parts, about = one.parts, f"`{one.id}` ({one.origin})"
    for other in sorted(set(_tables(parts)) - set(here)):
        yield f"{about} asks Table `{other}` too, which is in another place", _LOCAL
    if _has_calendar(parts):
        yield f"{about} is measured by business hours, which PostgreSQL has not", _LOCAL
    for text in _expressions(parts):
        if found := refused(text):
            yield f"{about} asks {found}, which means something else in PostgreSQL", _BETTER


def _has_calendar(parts: object) -> bool:
    within = getattr(parts, "within", None)
    elapsed = getattr(parts, "elapsed", None)
    return within is not None or bool(elapsed and elapsed.calendar)


def _expressions(parts: object) -> Iterator[str]:
    """Yield the expressions that are asked of a row."""
    names = ("at", "until", "where", "total", "good", "value", "denominator", "per")
    yield from filter(None, (getattr(parts, name, "") for name in names))
    yield from getattr(parts, "order", ())
    yield from (one.sql for one in getattr(parts, "exclusions", ()))
    over = getattr(parts, "over", None)
    yield from filter(None, (over.at, over.where, over.value) if over else ())


def _tables(part: object) -> Iterator[str]:
    """Yield the tables that a part of a plan, or anything in it, names."""
    if isinstance(part, tuple):
        for one in part:
            yield from _tables(one)
    elif is_dataclass(part) and not isinstance(part, type):
        for field in fields(part):
            value = getattr(part, field.name)
            if field.name == "table" and isinstance(value, str):
                yield value
            else:
                yield from _tables(value)
