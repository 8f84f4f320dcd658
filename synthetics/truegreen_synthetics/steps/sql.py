"""Step type `sql`: one statement in a database, through SQLAlchemy on a connection of its own.

The answer is JSON: `{"rows": [{"state": "paid"}], "count": 1}`; of more than 1,000 rows the first,
while `count` of a statement that changes rows is how many. Values are bound, never written into the
statement. Drivers may block in C: the statement runs in a native thread, and its time is taken
there, so neither does it hold up other journeys nor does waiting for a thread count as the
database's time. A statement whose time is over is given up; the thread is free when the driver
returns, which for PostgreSQL its `statement_timeout` sees to.

Fields of `sql`: `database`, a secret with SQLAlchemy's URL; `query`, one statement; `with`, values
by their name in it.

Passes:
    step: browse
    sql: {database: '${secret:DB}', query: 'select state from orders where id = :n', with: {n: '7'}}
    assert: [{json: '$.rows[0].state', eq: paid}]

Fails:
    step: browse
    sql: {database: '${secret:DB}', query: "select state from orders where id = '${order}'"}
"""

from __future__ import annotations

import decimal
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.names import PhaseValue
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.http.responses import Response
from truegreen_synthetics.rendering import plain_text
from truegreen_synthetics.steps.step_type import Lasting, StepType

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine, TextClause

    from truegreen_definitions import plan
    from truegreen_synthetics.http.exchanges import Exchange
    from truegreen_synthetics.rendering import Renderer
    from truegreen_synthetics.steps.step_type import Kit, Scope

__all__ = ["SQL"]

MOST_ROWS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Statement(Lasting):
    engine: Callable[[float], Engine]
    text: TextClause
    values: tuple[tuple[str, Renderer], ...]

    def run(self, scope: Scope, timeout_seconds: float, exchange: Exchange) -> Response:
        """Execute it once, in a native thread."""
        from sqlalchemy.exc import DBAPIError, SQLAlchemyError  # noqa: PLC0415  only sql needs it

        values = {name: render(scope.variables) for name, render in self.values}
        engine = self.engine(timeout_seconds)
        clock = scope.equipment.clock
        reached: list[bool] = []

        def execute() -> tuple[dict[str, Any], dict[PhaseValue, float], float, float]:
            start = clock()
            with engine.connect() as connection:
                reached.append(True)
                connected = clock()
                result = connection.execute(self.text, values)
                executed = clock()
                rows = (
                    [dict(one) for one in result.mappings().fetchmany(MOST_ROWS)]
                    if (result.returns_rows)
                    else []
                )
                count = len(rows) if result.returns_rows else result.rowcount
                connection.commit()
                end = clock()
            phases = {
                PhaseValue.CONNECT: connected - start,
                PhaseValue.FIRST_BYTE: executed - connected,
                PhaseValue.BODY: end - executed,
            }
            return {"rows": rows, "count": count}, phases, start, end

        # A statement that is given up may be executed all the same, even one that still waits.
        exchange.stage = PhaseValue.FIRST_BYTE
        try:
            document, phases, start, end = scope.equipment.in_thread(execute, timeout_seconds)
        except TimeoutError as error:
            message = f"no answer from the database within {timeout_seconds:g}s"
            raise ExchangeError(Reason.TIMEOUT, message) from error
        except SQLAlchemyError as error:
            if not reached:
                exchange.stage = PhaseValue.CONNECT
            told = error.orig if isinstance(error, DBAPIError) else error
            raise ExchangeError(Reason.BAD_RESPONSE, f"the database: {told}") from error
        exchange.started, exchange.ended = start, end
        for phase, seconds in phases.items():
            exchange.took(phase, seconds)
        return Response(0, {}, json.dumps(document, default=_plain).encode())


def _plain(value: object) -> object:
    if isinstance(value, decimal.Decimal):
        return float(value) if value.is_finite() else str(value)
    return value.hex() if isinstance(value, bytes) else str(value)


def _compile(action: plan.SqlQuery, kit: Kit) -> _Statement:
    try:
        from sqlalchemy import create_engine, text  # noqa: PLC0415  only sql needs it
        from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415
        from sqlalchemy.pool import NullPool  # noqa: PLC0415
    except ImportError as error:
        raise TerminalError("sql steps need SQLAlchemy: pip install 'truegreen[sql]'") from error
    url = plain_text(action.database, kit.secrets)({})
    engines: dict[float, Engine] = {}

    def engine(timeout_seconds: float) -> Engine:
        """Return the engine of a timeout: steps and cleanups have two at most."""
        if timeout_seconds not in engines:
            engines[timeout_seconds] = create_engine(
                url, poolclass=NullPool, connect_args=_limits(url, timeout_seconds)
            )
        return engines[timeout_seconds]

    try:
        create_engine(url, poolclass=NullPool)
    except (SQLAlchemyError, ImportError) as error:
        # The URL is a secret; SQLAlchemy's message may quote it.
        raise ValueError(f"the database's URL cannot be used ({type(error).__name__})") from None
    return _Statement(
        engine=engine,
        text=text(action.query),
        values=tuple((name, plain_text(value, kit.secrets)) for name, value in action.values),
    )


def _limits(url: str, timeout_seconds: float) -> dict[str, object]:
    if not url.startswith(("postgresql", "postgres")):
        return {}
    return {
        "connect_timeout": max(2, math.ceil(timeout_seconds)),
        "options": f"-c statement_timeout={max(1, int(timeout_seconds * 1000))}",
    }


SQL = StepType(kind="sql", compile=_compile)
