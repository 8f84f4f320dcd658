"""Reads what is new of one source into the store, file by file, batch by batch."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import structlog

from truegreen_exporters.sources import READERS
from truegreen_exporters.sources.cursor import advance, resume
from truegreen_exporters.sources.files import find_files
from truegreen_exporters.sources.rows import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from truegreen_exporters.mapping import Mapping
    from truegreen_exporters.sources.cursor import Cursor
    from truegreen_exporters.sources.rows import Reject
    from truegreen_exporters.store import Store

__all__ = ["BATCH_ROWS", "Outcome", "ingest"]

BATCH_ROWS = 5000
QUIET_SECONDS = 60

_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How the reading of a source went.

    Attributes:
        rows: Rows kept.
        faults: What went wrong, one message a file; empty when all went well.
    """

    rows: int = 0
    faults: tuple[str, ...] = ()


def ingest(store: Store, mapping: Mapping, folder: Path, stopped: Callable[[], bool]) -> Outcome:
    """Read every file of a source as far as it goes; a faulty file does not stop the others.

    Args:
        store: Takes the rows.
        mapping: The source.
        folder: Where its files are.
        stopped: Asked between batches; true ends the reading early, without a fault.

    Raises:
        StoreError: The store cannot be written.
    """
    try:
        paths = find_files(mapping.source, folder)
    except SourceError as error:
        return Outcome(faults=(str(error),))
    reading = _Reading(store, mapping, store.cursors(mapping.source.name), stopped)
    rows, faults = 0, []
    for path in paths:
        try:
            with (folder / path).open("rb") as file:
                rows += reading.read(path, file)
        except SourceError as error:
            faults.append(f"{path}: {error}")
        except OSError as error:
            faults.append(f"{path}: {error.strerror}")
    return Outcome(rows=rows, faults=tuple(faults))


@dataclass(frozen=True, slots=True)
class _Reading:
    """One pass over the files of a source."""

    store: Store
    mapping: Mapping
    cursors: dict[str, Cursor]
    stopped: Callable[[], bool]

    def read(self, path: str, file: BinaryIO) -> int:
        """Read what is new of a file; return the rows kept."""
        log = _LOG.bind(source=self.mapping.source.name, path=path)
        cursor = resume(path, file, self.cursors)
        if path in self.cursors and not cursor.position.offset:
            log.warning("file_replaced")
        kept = 0
        reader = READERS[self.mapping.source.format]
        while not self.stopped():
            rows = reader(file, cursor.position, self.mapping.wanted, BATCH_ROWS)
            if rows.end == cursor.position and cursor == self.cursors.get(path):
                break
            cursor = advance(cursor, file, rows.end)
            batch = self.store.add(self.mapping, rows, cursor)
            kept += batch.rows
            _tell_refused(log, batch.rejects)
            self.cursors[path] = cursor
        waiting = file.seek(0, os.SEEK_END) - cursor.position.offset
        if waiting and not self.stopped():
            _tell_waiting(log, file, waiting)
        return kept


def _tell_refused(log: structlog.typing.FilteringBoundLogger, rejects: tuple[Reject, ...]) -> None:
    """Say how many rows of a batch were refused, and show the first of each reason."""
    for reason in sorted({reject.reason for reject in rejects}):
        of_reason = [reject for reject in rejects if reject.reason is reason]
        first = of_reason[0]
        log.warning(
            "rows_refused",
            reason=str(reason),
            count=len(of_reason),
            first_line=first.line,
            first_detail=first.detail,
        )


def _tell_waiting(log: structlog.typing.FilteringBoundLogger, file: BinaryIO, waiting: int) -> None:
    """Say that a row at the end of a file is not whole; aloud, once nobody writes there."""
    seconds = time.time() - os.fstat(file.fileno()).st_mtime
    told = log.warning if seconds > QUIET_SECONDS else log.info
    told(
        "row_incomplete",
        waiting_bytes=waiting,
        hint="rows count once their line ends: end the last line, and close every quote",
    )
