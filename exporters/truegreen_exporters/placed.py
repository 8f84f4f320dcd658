"""The engines of a plan: the store, and the databases in which rows stay."""

from __future__ import annotations

from collections import defaultdict
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from truegreen_definitions.expressions.sql_relatives import relative_of
from truegreen_definitions.plan import SqlRead
from truegreen_exporters.engines.engines import Engines
from truegreen_exporters.engines.postgres.engine import PostgresEngine
from truegreen_exporters.engines.postgres.session import Session
from truegreen_exporters.intake.mapping import Mapping

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as Dict

    from truegreen_definitions.expressions.sql_relatives import Relative
    from truegreen_definitions.plan import Plan
    from truegreen_exporters.engines.duckdb import DuckDbEngine
    from truegreen_exporters.engines.engines import Elsewhere

__all__ = ["engines_of", "refused_in_place", "servers"]


def servers(plan: Plan) -> list[tuple[SqlRead, Relative | None, dict[str, Mapping]]]:
    """Return the databases in which rows stay: where, of which family, its sources by their tables.

    Sources of one database are asked as often, and waited for as long, as the first of them.
    """
    tables = {table.name: table for table in plan.tables}
    found: dict[tuple[str, str], dict[str, Mapping]] = defaultdict(dict)
    reads: dict[tuple[str, str], SqlRead] = {}
    for source in plan.sources:
        if source.in_place and isinstance(source.read, SqlRead):
            server = source.read.location, source.engine
            reads.setdefault(server, source.read)
            found[server][source.table] = Mapping.of(source, tables[source.table])
    return [(reads[one], relative_of(one[1]), mappings) for one, mappings in found.items()]


@contextmanager
def engines_of(local: DuckDbEngine, plan: Plan, environment: Dict[str, str]) -> Iterator[Engines]:
    """Yield the engines for questions that are asked once.

    Args:
        local: Counts what is in the store.
        plan: Its sources say which rows are not there.
        environment: Holds the secrets of the databases.
    """
    with ExitStack() as held:
        elsewhere: dict[str, Elsewhere] = {}
        for read, relative, mappings in servers(plan):
            session = held.enter_context(Session(read, environment, relative))
            elsewhere |= dict.fromkeys(mappings, PostgresEngine(session, mappings))
        yield Engines(local, elsewhere)


def refused_in_place(
    plan: Plan, engines: Engines, source: str, limit: int
) -> list[dict[str, Any]] | None:
    """Return rows that are left out of a source whose rows stay; None of one whose rows do not."""
    for one in plan.sources:
        engine = engines.elsewhere.get(one.table)
        if one.name == source and isinstance(engine, PostgresEngine):
            return [
                {"path": source, "line": 0, "reason": reason, "detail": detail, "excerpt": row}
                for reason, detail, row in engine.refused_rows(one.table, limit)
            ]
    return None
