"""The files of a source, one after the other, page by page from where each was left."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import structlog

from truegreen_exporters.sources.cursor import Cursor, advance, resume
from truegreen_exporters.sources.files import find_files
from truegreen_exporters.sources.gzip_file import is_compressed, sealed, unpacked
from truegreen_exporters.sources.pages import Fault, Page
from truegreen_exporters.sources.rows import Rows, SourceError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from truegreen_exporters.sources.pages import Reading
    from truegreen_exporters.sources.rows import Reader

__all__ = ["BATCH_ROWS", "FilePages"]

BATCH_ROWS = 20_000
QUIET_SECONDS = 60

_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FilePages:
    """Pages of the files of a source; a faulty file does not stop the others."""

    reader: Reader

    def __call__(self, reading: Reading) -> Generator[Page | Fault, None, None]:
        """Yield what is new of every file."""
        # Rotation by number gives a file the name that another had before: what was known of
        # that name is still needed when the other is met under its own new one.
        before = dict(reading.cursors)
        for path in find_files(reading.mapping.source, reading.around.folder):
            try:
                with (reading.around.folder / path).open("rb") as file:
                    if is_compressed(path):
                        yield from self._of_compressed(reading, before, path, file)
                    else:
                        yield from self._of_file(reading, before, path, file)
            except SourceError as error:
                yield Fault(f"{path}: {error}")
            except OSError as error:
                yield Fault(f"{path}: {error.strerror}")

    def _of_compressed(
        self, reading: Reading, before: Mapping[str, Cursor], path: str, packed: BinaryIO
    ) -> Iterator[Page]:
        """Yield what is new of a file that is unpacked first, unless it is as it was."""
        known = reading.cursors.get(path)
        if known is not None and known == sealed(known, packed):
            return
        with unpacked(packed) as file:
            yield from self._of_file(reading, before, path, file)
        if not reading.stopped():
            cursor = sealed(reading.cursors.get(path, Cursor(path=path)), packed)
            nothing = Rows(
                values=tuple(() for _ in reading.mapping.wanted), lines=(), end=cursor.position
            )
            yield Page(rows=nothing, cursor=cursor, where=path)
            reading.cursors[path] = cursor

    def _of_file(
        self, reading: Reading, before: Mapping[str, Cursor], path: str, file: BinaryIO
    ) -> Iterator[Page]:
        log = _LOG.bind(source=reading.mapping.source.name, path=path)
        cursors = reading.cursors
        moved = {f"{name} before": one for name, one in before.items() if name != path}
        cursor = resume(path, file, {**cursors, **moved})
        if path in cursors and not cursor.position.offset:
            log.warning("file_replaced")
        size = os.fstat(file.fileno()).st_size
        while not reading.stopped():
            rows = self.reader(file, cursor.position, reading.mapping.wanted, BATCH_ROWS)
            if rows.end == cursor.position and cursor == cursors.get(path):
                break
            cursor = advance(cursor, file, rows.end)
            yield Page(rows=rows, cursor=cursor, where=path)
            cursors[path] = cursor
            if cursor.position.offset >= size:
                break  # what somebody adds meanwhile is of the next pass, or this one might not end
        waiting = file.seek(0, os.SEEK_END) - cursor.position.offset
        if waiting and not reading.stopped():
            _tell_waiting(log, file, waiting)


def _tell_waiting(log: structlog.typing.FilteringBoundLogger, file: BinaryIO, waiting: int) -> None:
    """Say that a row at the end of a file is not whole; aloud, once nobody writes there."""
    seconds = time.time() - os.fstat(file.fileno()).st_mtime
    told = log.warning if seconds > QUIET_SECONDS else log.info
    told(
        "row_incomplete",
        waiting_bytes=waiting,
        hint="rows count once their line ends: end the last line, and close every quote",
    )
