"""One look at a PostgreSQL: a connection that may only read, and sees all at one moment.

Every statement ends after the source's `timeout`. An expression that fails on a row ends its own
statement; a server that does not answer, or not in time, ends the session, so that one such
server is waited for once. A relative of PostgreSQL has no savepoints: there, a statement that
fails ends the transaction, and the next question begins another, of a later moment.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Self

from truegreen_exporters.engines.engine import CountError, UnreachableError
from truegreen_exporters.intake.mapping import literal
from truegreen_exporters.sources.rows import SourceError
from truegreen_exporters.sources.secret_texts import SecretTexts
from truegreen_exporters.sources.sql_connection import opened, reading_only, telling

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import CursorResult

    from truegreen_definitions.expressions.sql_relatives import Relative
    from truegreen_definitions.plan import SqlRead

__all__ = ["Session"]

_DIALECT = "postgresql"
_OF_ROWS = ("0A", "22", "25006", "42", "P0")
"""What errors of a statement's own begin with: data, names and types, what it may not do."""


class Session:
    """A transaction of a server, which begins with the first question.

    Args:
        read: Where the server is, and how long a statement may take.
        environment: Holds the secrets of its address.
        relative: What it is, where it is no PostgreSQL.
    """

    def __init__(
        self, read: SqlRead, environment: Mapping[str, str], relative: Relative | None = None
    ) -> None:
        self._read = read
        self._relative = relative
        self._environment = environment
        self._held = ExitStack()
        self._connection: Any = None
        self._secrets: SecretTexts | None = None
        self._ended = ""

    def __enter__(self) -> Self:
        """Return the session."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the connection go."""
        self.close()

    def close(self) -> None:
        """Let the connection go; the next question takes another."""
        self._connection = None
        self._ended = ""
        self._held.close()

    def written(self, query: str) -> str:
        """Return a query for PostgreSQL as this server is asked it."""
        return self._relative.written(query) if self._relative else query

    @property
    def inlined(self) -> str:
        """What says of a named query that it is not to be made as a table; PostgreSQL's alone."""
        return "" if self._relative else "NOT MATERIALIZED "

    def types(self, query: str) -> list[int]:
        """Return the numbers of the types of a query's columns.

        Raises:
            UnreachableError: The server cannot be asked, or refuses the query.
        """
        try:
            found = self._run("UTC", query)
        except CountError as error:
            raise UnreachableError(str(error)) from error
        described: Any = found.cursor.description
        numbers = [column.type_code for column in described]
        found.close()
        return numbers

    def rows(self, zone: str, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return the names of a query's columns, and its rows.

        Args:
            zone: IANA zone of times that say none.
            query: One SELECT.

        Raises:
            UnreachableError: The server cannot be asked, or not in time.
            CountError: The statement fails.
        """
        found = self._run(zone, query)
        with self._telling():
            return list(found.keys()), [tuple(row) for row in found.fetchall()]

    def _run(self, zone: str, query: str) -> CursorResult[Any]:
        if self._ended:
            raise UnreachableError(self._ended)
        with self._telling():
            if self._connection is None:
                self._connect()
            # What fails takes back its own statement, and not the transaction.
            with nullcontext() if self._relative else self._connection.begin_nested():
                self._connection.exec_driver_sql(f"SET LOCAL TimeZone = {literal(zone)}")
                found: CursorResult[Any] = self._connection.exec_driver_sql(query)
                return found

    def _connect(self) -> None:
        self._secrets = SecretTexts.of(self._environment, self._read.location)
        url = self._secrets.filled(self._read.location)
        if not url.startswith(_DIALECT):
            raise SourceError("its URL is of no PostgreSQL: write postgresql+psycopg://…")
        server = opened(url)
        self._held.callback(server.dispose)
        plain = self._held.enter_context(server.connect())
        plain = plain.execution_options(isolation_level="REPEATABLE READ")
        connection = reading_only(plain, self._read)
        if self._relative is None:
            connection.exec_driver_sql("SET DateStyle = 'ISO, YMD'")
            connection.exec_driver_sql("SET IntervalStyle = 'postgres'")
        # Our statements have no parameters: a % in one is a %.
        self._connection = connection.execution_options(no_parameters=True)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn what the server says into an error of counting, without a secret in it."""
        try:
            with telling(self._secrets or SecretTexts.of({})):
                yield
        except SourceError as error:
            state = _state(error)
            said = str(error).partition("; LINE ")[0]  # what follows shows our query, not theirs
            if state is not None and state.startswith(_OF_ROWS):
                if self._relative:
                    self.close()
                raise CountError(said) from None
            self._ended = said
            raise UnreachableError(self._ended) from None


def _state(error: SourceError) -> str | None:
    """Return the SQLSTATE behind an error, if a server said one."""
    cause = error.__context__
    return getattr(getattr(cause, "orig", None), "sqlstate", None)
