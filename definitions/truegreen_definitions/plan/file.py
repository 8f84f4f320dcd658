"""`plan.json` on disk: read once, or again whenever it changes, the last good one kept."""

from __future__ import annotations

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
    return loads(_text(path))


class PlanFile:
    """A `plan.json` that may be rebuilt while a process runs."""

    def __init__(self, path: Path) -> None:
        """Read it for the first time.

        Raises:
            TerminalError: It cannot be read, or is no plan.
        """
        self._path = path
        self._lock = threading.Lock()
        self._text = _text(self._path)
        self._loaded = loads(self._text)

    def current(self) -> LoadedPlan:
        """Return the plan of the file, or the last good one where the file is none now."""
        with self._lock:
            try:
                text = _text(self._path)
                if text != self._text:
                    self._loaded = loads(text)
                    self._text = text
                    _log.info("plan_reloaded", digest=self._loaded.digest)
            except TerminalError as error:
                _log.warning("plan_kept", reason=str(error), digest=self._loaded.digest)
            return self._loaded


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise TerminalError(f"cannot read the plan {path}: {reason}") from error
