"""What a reader returns: rows as columns of text, what it refused, and how far it came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Protocol

from truegreen_definitions.errors import RetryableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_definitions.names import RejectReasonValue

__all__ = ["START", "JsonLines", "Position", "Reader", "Reject", "Rows", "SourceError"]

EXCERPT_CHARACTERS = 200


class SourceError(RetryableError):
    """A source cannot be read as it is now; what was read before stays valid.

    Attributes:
        wait_seconds: How long the source asks to be left alone; 0 when it does not say.
    """

    def __init__(self, message: str, wait_seconds: float = 0.0) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds


@dataclass(frozen=True, slots=True)
class Reject:
    """A refused row.

    Attributes:
        line: Line in the file, from 1, at which the row starts.
        reason: Why, in one word.
        detail: Why, for people.
        excerpt: The start of the row's text.
        found: The values it failed on; kept with the row, and never told in a log.
        hint: What may mend it; empty where nobody can tell.
    """

    line: int
    reason: RejectReasonValue
    detail: str
    excerpt: str
    found: str = ""
    hint: str = ""

    @property
    def told(self) -> str:
        """Why, without the row's values: logs may be read by those who may not see rows."""
        return f"{self.detail}: {self.hint}" if self.hint else self.detail

    @property
    def kept(self) -> str:
        """Why, with the values it failed on, as it is kept beside the row."""
        on = f" on {self.found}" if self.found else ""
        return f"{self.detail}{on}: {self.hint}" if self.hint else f"{self.detail}{on}"

    @classmethod
    def of(cls, line: int, reason: RejectReasonValue, detail: str, text: str | bytes) -> Reject:
        """Return a reject with an excerpt that can be stored and shown."""
        start = text[: EXCERPT_CHARACTERS * 4]
        shown = start.decode("utf-8", "replace") if isinstance(start, bytes) else start
        clean = "".join(c if c.isprintable() else "�" for c in shown.rstrip("\r\n"))
        return cls(line, reason, detail, clean[:EXCERPT_CHARACTERS])


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """How far a file has been read: bytes, and the lines in them."""

    offset: int
    line: int


START = Position(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Some rows of a file.

    Attributes:
        values: One sequence of texts (None for a missing value) per wanted column, equally long.
        lines: Line at which each row starts, or its number where there are no lines.
        rejects: What was refused.
        end: Position in a text file behind the last complete row, refused ones included.
    """

    values: tuple[Sequence[str | None], ...]
    lines: Sequence[int]
    rejects: Sequence[Reject] = field(default=())
    end: Position = START


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonLines:
    """Rows that are still lines of JSON, for the store to parse.

    Attributes:
        text: The lines, between line feeds.
        lines: Their numbers.
        end: Position behind them.
    """

    text: str = field(repr=False)
    lines: range
    end: Position


class Reader(Protocol):
    """Reads a format."""

    def __call__(
        self, file: BinaryIO, start: Position, wanted: tuple[str, ...], limit: int
    ) -> Rows | JsonLines:
        """Return at most `limit` rows, or a text of lines, behind a position; a torn line waits.

        Args:
            file: Any position; the reader seeks.
            start: Where an earlier reading of the same bytes ended, or the start of the file.
            wanted: Columns to return, as the source names them.
            limit: Rows to return at most.

        Raises:
            SourceError: The file as a whole cannot be read.
        """
