"""Complete lines of a file that may still grow, with their byte positions."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from truegreen_definitions.names import RejectReasonValue
from truegreen_exporters.sources.rows import START, Position, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MAX_LINE_BYTES", "UTF8_MARK", "LineError", "LineReader", "decoded"]

MAX_LINE_BYTES = 1 << 20
UTF8_MARK = b"\xef\xbb\xbf"
_OTHER_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


class LineError(ValueError):
    """A complete line that is no text."""

    def __init__(self, reason: RejectReasonValue, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class LineReader:
    """Takes lines that end in a line feed; one that does not is still being written.

    Attributes:
        position: Behind the last line taken.
        exhausted: Whether there was no further complete line.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.offset = self.number = 0
        self.exhausted = False
        self.seek(START)
        mark = file.read(2)
        if mark in _OTHER_MARKS:
            raise SourceError(f"the file is {_OTHER_MARKS[mark]}: export it as UTF-8")
        self.seek(START)

    @property
    def position(self) -> Position:
        """Behind the last line taken."""
        return Position(self.offset, self.number)

    def seek(self, position: Position) -> None:
        """Go to a position this reader has returned."""
        self._file.seek(position.offset)
        self.offset, self.number = position.offset, position.line

    def take(self) -> bytes:
        """Return the next complete line (its start, if it is too long), or nothing."""
        line = self._file.readline(MAX_LINE_BYTES + 1)
        size = len(line)
        rest = line
        while len(rest) > MAX_LINE_BYTES and not rest.endswith(b"\n"):
            rest = self._file.readline(MAX_LINE_BYTES + 1)
            size += len(rest)
        if not rest.endswith(b"\n"):
            self.exhausted = True
            return b""
        self.offset += size
        self.number += 1
        return line

    def text(self, line: bytes) -> str:
        """Return a line as text.

        Raises:
            LineError: It is too long, not UTF-8, or holds a NUL.
        """
        return decoded(line, first=self.number == 1)

    def texts(self) -> Iterator[str]:
        """Yield the remaining complete lines as text, until one cannot be read."""
        while line := self.take():
            yield self.text(line)


def decoded(line: bytes, *, first: bool = False) -> str:
    """Return a line as text.

    Args:
        line: With its line feed, or without.
        first: Whether it is the first of its file, which may begin with a mark.

    Raises:
        LineError: It is too long, not UTF-8, or holds a NUL.
    """
    if len(line) > MAX_LINE_BYTES:
        raise LineError(RejectReasonValue.LENGTH, f"longer than {MAX_LINE_BYTES} bytes")
    if b"\0" in line:
        raise LineError(RejectReasonValue.NUL, "holds a NUL byte")
    if first:
        line = line.removeprefix(UTF8_MARK)
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        raise LineError(
            RejectReasonValue.ENCODING,
            f"byte {error.start + 1} is not UTF-8: export the file as UTF-8",
        ) from error
