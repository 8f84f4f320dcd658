"""The compensation journal: what robots may have made and not yet taken back.

A line is on the disk before anything is made, one follows with the values that undo it, and one
when it is gone. Whatever stops the probe, the next one finds what is open and undoes it. The file
only grows; when it is opened, and now and then, it is written anew without what is over.

What lines say, see `intents`. A last line that was cut short is none: what it would have said had
not happened yet.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from truegreen_definitions.errors import TerminalError
from truegreen_synthetics.intents import Intents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from truegreen_synthetics.intents import Intent

__all__ = ["Journal"]

LINES_BEFORE_REWRITE = 20_000
NOTHING: Mapping[str, object] = MappingProxyType({})


class Journal:
    """The journal of one probe, which holds a lock on the file as long as it runs.

    Args:
        path: The file; its folder must exist.
        wall: Unix time.
        sync: Puts what was written to a file descriptor on the disk.

    Raises:
        TerminalError: The file cannot be used, is another probe's, or is no journal.
    """

    def __init__(
        self,
        path: Path,
        wall: Callable[[], float],
        sync: Callable[[int], object] = os.fsync,
    ) -> None:
        self._path = path
        self._wall = wall
        self._sync = sync
        self._known = Intents()
        self._running: set[str] = set()
        self._lock = _locked(path)
        self._file, self._count = -1, 0
        self._said_meanwhile: list[dict[str, Any]] | None = None
        self._folder_behind = False
        try:
            self._read()
            self._rewrite()
        except BaseException:
            os.close(self._lock)
            raise

    def _read(self) -> None:
        for number, line in enumerate(_lines(self._path), 1):
            try:
                self._known.take(line)
            except (KeyError, TypeError, AttributeError, ValueError) as error:
                message = f"{self._path}:{number}: no line of a journal: {error}"
                raise TerminalError(message) from error

    def close(self) -> None:
        """Give the file back."""
        os.close(self._file)
        os.close(self._lock)

    def intend(
        self,
        run: str,
        journey: str,
        location: str,
        of: Iterable[str] = (),
        values: Mapping[str, object] = NOTHING,
    ) -> None:
        """Note, on the disk, that a run is about to make something, for the first time or again."""
        what = {"of": sorted(of), "values": dict(values)}
        if run in self._known.open:
            self._say({"asked": run, **what})
        else:
            head = {"intent": run, "journey": journey, "location": location, "at": self._wall()}
            self._say({**head, **what})
        self._running.add(run)
        # Others may go on meanwhile, and the file be written anew: that one is on the disk.
        file = os.dup(self._file)
        try:
            self._sync(file)
        finally:
            os.close(file)
        if self._folder_behind:
            self._sync_folder()

    def made(self, run: str, values: Mapping[str, object], answered: Iterable[str] = ()) -> None:
        """Note what takes back what a run has made, and of what is known whether it was made."""
        self._say({"made": run, "values": dict(values), "answered": sorted(answered)})

    def undone(self, run: str, variable: str) -> None:
        """Note that one thing a run made is taken back, while others are not yet."""
        self._say({"undone": run, "of": variable})

    def gone(self, run: str) -> None:
        """Note that nothing is left of what a run made."""
        self._running.discard(run)
        self._say({"gone": run})
        if self._count >= LINES_BEFORE_REWRITE:
            self._rewrite()

    def left(self, run: str) -> None:
        """Note that a run is over and something of it may be left."""
        self._running.discard(run)

    def open(self) -> tuple[Intent, ...]:
        """Return what may be left of runs that are over, the oldest first."""
        return tuple(one for one in self._known.in_order() if one.run not in self._running)

    def writes_today(self, journey: str) -> int:
        """Return how many runs of a journey were about to make something, this day in UTC."""
        return self._known.writes_on(self._wall(), journey)

    def accounted(self, journey: str, at: float) -> None:
        """Note that every slot of a journey up to a Unix time is accounted for."""
        self._say({"slots": journey, "until": at})
        if self._count >= LINES_BEFORE_REWRITE:
            self._rewrite()

    def until(self, journey: str) -> float | None:
        """Return the Unix time up to which slots are accounted for; None for never."""
        return self._known.until.get(journey)

    def _say(self, line: dict[str, Any]) -> None:
        data = f"{json.dumps(line)}\n".encode()
        try:
            written = os.write(self._file, data)
        except OSError as error:
            raise TerminalError(f"{self._path}: {error.strerror}") from error
        if written != len(data):
            # The next line must not be joined to a torn one: nobody could read the file again.
            os.ftruncate(self._file, os.fstat(self._file).st_size - written)
            raise TerminalError(f"{self._path}: the disk took {written} of {len(data)} bytes")
        self._count += 1
        if self._said_meanwhile is not None:
            self._said_meanwhile.append(line)
        self._known.take(line)

    def _rewrite(self) -> None:
        """Write the file anew with what still matters; a crash leaves the old one or the new.

        Others may go on while the disk is waited for: what they say goes to both files.
        """
        if self._said_meanwhile is not None:
            return
        self._said_meanwhile = []
        new = self._path.with_name(f"{self._path.name}.new")
        file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        try:
            lines, count = self._known.lines(), 0
            while lines:
                _write_all(file, "".join(f"{json.dumps(line)}\n" for line in lines).encode())
                count += len(lines)
                self._sync(file)
                lines, self._said_meanwhile = self._said_meanwhile, []
            new.rename(self._path)
            self._file, file = file, self._file
            self._count, self._folder_behind = count, True
        except OSError as error:
            raise TerminalError(f"{new}: {error.strerror}") from error
        finally:
            self._said_meanwhile = None
            if file >= 0:
                os.close(file)
        self._sync_folder()

    def _sync_folder(self) -> None:
        """Put the name of the new file on the disk."""
        with contextlib.ExitStack() as undo:
            folder = os.open(self._path.parent, os.O_RDONLY)
            undo.callback(os.close, folder)
            self._sync(folder)
        self._folder_behind = False


def _write_all(file: int, data: bytes) -> None:
    """Write all of it; a short write is followed by the error that explains it."""
    while data:
        data = data[os.write(file, data) :]


def _locked(path: Path) -> int:
    try:
        lock = os.open(path.with_name(f"{path.name}.lock"), os.O_WRONLY | os.O_CREAT, 0o600)
    except OSError as error:
        raise TerminalError(f"{path}: cannot be used as journal ({error.strerror})") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise TerminalError(
            f"{path} is the journal of a probe that runs: give each its own with --journal"
        ) from error
    return lock


def _lines(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a journal; none where there is no such file."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise TerminalError(f"{path}: cannot be read as journal ({error})") from error
    whole = text[: text.rfind("\n") + 1].splitlines()
    try:
        return [json.loads(line) for line in whole]
    except ValueError as error:
        raise TerminalError(f"{path}: it has a line that is no JSON") from error
