"""What a source gives: pages of rows, each with the cursor that is committed with it.

A kind of source is a function from a `Reading` to an iterator of pages. The iterator goes on
only after the page it gave has been committed, or has been put behind others that will be, in
order; a page's cursor says where the next reading begins once that page is committed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from pathlib import Path

    from truegreen_exporters.intake.inbox import Inbox
    from truegreen_exporters.intake.mapping import Mapping as RowMapping
    from truegreen_exporters.sources.cursor import Cursor
    from truegreen_exporters.sources.rows import JsonLines, Rows

__all__ = ["Fault", "Mark", "Page", "Pages", "Reading", "SourceKind", "State", "Surroundings"]

State: TypeAlias = "Mapping[str, str | int | float | None]"
"""What a source has to know to go on: a JSON object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The cursor of what is no text file: how far a part of a source has been read.

    Attributes:
        part: Which part, such as a file or a query; empty where there is one.
        state: Where the next reading begins.
        seen: (digest, place) of rows that the next reading may meet again and must not take.
        forget_before: Digests at a smaller place are dropped: no reading meets them again.
    """

    part: str = ""
    state: State = field(default_factory=dict)
    seen: tuple[tuple[str, float], ...] = ()
    forget_before: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some rows and the cursor behind them.

    Attributes:
        where: The file, query or address they are from, for people.
    """

    rows: Rows | JsonLines
    cursor: Cursor | Mark
    where: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A part of a source cannot be read as it is now; others may be."""

    reason: str


def _present() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What sources find around them.

    Attributes:
        folder: Where files are.
        environment: Environment variables; secrets are among them.
        clock: Returns the present, with a zone.
        pause: Waits for some seconds.
        inbox: What others posted; None where no state is kept.
        tokens: Tokens that were asked for, and until when each holds, by who asked where.
    """

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    clock: Callable[[], datetime] = _present
    pause: Callable[[float], None] = time.sleep
    inbox: Inbox | None = None
    tokens: dict[str, tuple[str, float]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One pass over a source, from where the last committed page ended.

    Attributes:
        mapping: The source, and the columns that are wanted of it.
        around: Where it is read.
        cursors: Of its text files, by path.
        marks: State by part.
        seen: Digests of rows that may be met again.
        stopped: Asked between pages; true ends the reading early, without a fault.
    """

    mapping: RowMapping
    around: Surroundings
    cursors: dict[str, Cursor]
    marks: Mapping[str, State]
    seen: frozenset[str]
    stopped: Callable[[], bool]


class Pages(Protocol):
    """Reads what is new of a source, page by page."""

    def __call__(self, reading: Reading) -> Generator[Page | Fault, None, None]:
        """Yield pages and faults; a page that cannot be taken is thrown back as a SourceError.

        Raises:
            SourceError: The source as a whole cannot be read.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKind:
    """A way to read.

    Attributes:
        format: Its name in a Source's `read:`.
        pages: Reads it.
        remote: Whether it waits for others, and so is read beside the cycle and not in it.
    """

    format: str
    pages: Pages
    remote: bool = False
