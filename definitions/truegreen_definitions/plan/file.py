"""`plan.json` on disk: read once, or again whenever it changes, the last good one kept."""

from __future__ import annotations

import hashlib
import threading
from typing import TYPE_CHECKING

import structlog

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.plan.codec import LoadedPlan, loads

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PlanFile", "read_plan"]

_log = structlog.get_logger(__name__)


def read_plan(path: Path) -> LoadedPlan:
    """Return the plan of a file.

    Raises:
        TerminalError: It cannot be read, or is no plan.
    """
    return loads(_text(path), str(path))


class PlanFile:
    """A `plan.json` that may be rebuilt while a process runs.

    Attributes:
        fault: Why the file is no plan now, so that the last good one is kept; empty when it is.
    """

    def __init__(self, path: Path) -> None:
        """Read it for the first time.

        Raises:
            TerminalError: It cannot be read, or is no plan.
        """
        self._path = path
        self._lock = threading.Lock()
        self._state = _state(path)
        text = _text(path)
        self._checksum = _checksum(text)
        self._loaded = loads(text, str(self._path))
        self.fault = ""

    def current(self) -> LoadedPlan:
        """Return the plan of the file, or the last good one where the file is none now.

        It is the same object as long as the file's content is the same.
        """
        with self._lock:
            state = _state(self._path)
            if state is None or state != self._state:
                self._look(state)
            return self._loaded

    def _look(self, state: tuple[int, ...] | None) -> None:
        fault = ""
        try:
            text = _text(self._path)
            checksum = _checksum(text)
            if checksum != self._checksum:
                self._loaded = loads(text, str(self._path))
                self._checksum = checksum
                _log.info("plan_reloaded", digest=self._loaded.digest)
        except TerminalError as error:
            fault = str(error)
        if fault and fault != self.fault:
            _log.warning("plan_kept", reason=fault, digest=self._loaded.digest)
        self._state, self.fault = state, fault


def _state(path: Path) -> tuple[int, ...] | None:
    """Return what changes whenever a file is written, without reading it; None for no file.

    Not enough alone: a file that is written twice within a tick of the clock may look the same.
    Ours are always replaced by a new one (another inode), which never does.
    """
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino, found.st_dev


def _checksum(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise TerminalError(f"cannot read the plan {path}: {reason}") from error
