"""A database that is only read: connections that may not write, and secrets that are not told."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from truegreen_exporters.sources.rows import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

    from truegreen_definitions.plan import SqlRead
    from truegreen_exporters.sources.secret_texts import SecretTexts

__all__ = ["opened", "reading_only", "relation_of", "telling"]

CONNECT_SECONDS = 10
_TABLE = re.compile(r"\w+(\.\w+){0,2}")
_READ_ONLY = {"sqlite": "PRAGMA query_only = ON", "mysql": "SET TRANSACTION READ ONLY"}


def relation_of(read: SqlRead) -> str:
    """Return what rows are selected from: a table's name, or a SELECT in parentheses."""
    query = read.query.strip().rstrip(";")
    return query if _TABLE.fullmatch(query) else f"({query})"


def opened(url: str) -> Engine:
    """Return what connects to a database; a password is never in what it says.

    Raises:
        SourceError: SQLAlchemy is not installed.
    """
    try:
        from sqlalchemy import create_engine  # noqa: PLC0415  an extra, imported where it is used
    except ImportError as error:
        raise SourceError("SQLAlchemy is missing: pip install 'truegreen[sql]'") from error
    waits = {"connect_timeout": CONNECT_SECONDS} if url.startswith(("postgresql", "mysql")) else {}
    return create_engine(url, connect_args=waits, hide_parameters=True)


def reading_only(connection: Connection, read: SqlRead) -> Connection:
    """Return a connection whose transactions may only read, and not for long."""
    name = connection.dialect.name
    if name == "postgresql":
        connection = connection.execution_options(postgresql_readonly=True)
        milliseconds = int(read.timeout_seconds * 1000)
        connection.exec_driver_sql(f"SET statement_timeout = {milliseconds}")
        connection.exec_driver_sql("SET TimeZone = 'UTC'")
    elif name in _READ_ONLY:
        connection.exec_driver_sql(_READ_ONLY[name])
    return connection


@contextmanager
def telling(secrets: SecretTexts) -> Iterator[None]:
    """Turn what a database says into a fault without a secret in it."""
    try:
        yield
    except SourceError:
        raise
    except (ImportError, ValueError, TypeError) as error:
        raise SourceError(secrets.masked(f"the database cannot be read: {error}")) from None
    except Exception as error:
        from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415  as above

        if not isinstance(error, SQLAlchemyError):
            raise
        said = str(getattr(error, "orig", None) or error).strip().splitlines()
        raise SourceError(secrets.masked(f"the database says: {'; '.join(said)}")) from None
