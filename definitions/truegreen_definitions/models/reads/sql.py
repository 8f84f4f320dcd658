"""Rows of a database, read with a cursor."""

from decimal import Decimal
from typing import Annotated, ClassVar

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.values import (
    Duration,
    PositiveDuration,
    Secret,
    Text,
    Zone,
    whole_number,
)

__all__ = ["SqlRead"]


class SqlRead(Model):
    """Rows of a database, read in pages behind the last one read.

    Attributes:
        sql: A table (`helpdesk.incident`), or one SELECT.
        url: SQLAlchemy URL of the database, from a secret:
            `postgresql+psycopg://user:password@host/name`.
        cursor: Columns that say when a row changed, and which it is, such as `[updated_at, id]`;
            without them all rows are read each time.
        look_back: How far before the last row read the next reading begins, because a transaction
            may end late; for a first cursor column that is a time.
        every: How often the database is asked.
        page: Rows of one page.
        timeout: How long a statement may take.
        zone: Time zone of times that say none.
    """

    format: ClassVar[str] = "sql"

    sql: Text
    url: Secret
    cursor: tuple[Text, ...] = ()
    look_back: Duration = Decimal(300)
    every: PositiveDuration = Decimal(60)
    page: Annotated[int, whole_number(1, 50_000)] = 5000
    timeout: PositiveDuration = Decimal(30)
    zone: Zone = "UTC"

    @property
    def location(self) -> str:
        """Where the rows are, in a word."""
        return self.url
