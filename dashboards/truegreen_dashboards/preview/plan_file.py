"""The plan behind the page: read again when its file changes, the last good one kept."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import structlog

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.plan_codec import LoadedPlan, loads

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PlanFile"]

_log = structlog.get_logger(__name__)


class PlanFile:
    """A `plan.json` that may be rebuilt while the page is open."""

    def __init__(self, path: Path) -> None:
        """Read it for the first time.

        Raises:
            TerminalError: It cannot be read, or is no plan.
        """
        self._path = path
        self._lock = threading.Lock()
        self._text = self._read()
        self._loaded = loads(self._text)

    def current(self) -> LoadedPlan:
        """Return the plan of the file, or the last good one where the file is none now."""
        with self._lock:
            try:
                text = self._read()
                if text != self._text:
                    self._loaded = loads(text)
                    self._text = text
                    _log.info("plan_reloaded", digest=self._loaded.digest)
            except TerminalError as error:
                _log.warning("plan_kept", reason=str(error), digest=self._loaded.digest)
            return self._loaded

    def _read(self) -> str:
        try:
            return self._path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise TerminalError(f"cannot read {self._path}: {reason}") from error
