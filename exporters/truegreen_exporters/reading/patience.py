"""How long a question may hold a running exporter: so long, and never beyond its end."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from truegreen_definitions.errors import TerminalError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_exporters.store import Connection

__all__ = ["Patience"]

LOOK_SECONDS = 0.05


class Patience:
    """Interrupts what is asked of a connection when it takes too long, or when all ends.

    Args:
        seconds: How long a question may take.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ended = threading.Event()

    def end(self) -> None:
        """Have no patience any more: what is asked now fails, and what is asked later."""
        self._ended.set()

    @contextmanager
    def bounding(self, connection: Connection) -> Iterator[None]:
        """Bound what the block asks of a connection.

        Raises:
            TerminalError: It took too long, or the exporter ends.
        """
        deadline, done = time.monotonic() + self._seconds, threading.Event()

        def gone() -> bool:
            return self._ended.is_set() or time.monotonic() > deadline

        def watch() -> None:
            while not done.wait(LOOK_SECONDS):  # again and again: it may be between statements
                if gone():
                    connection.interrupt()

        watcher = threading.Thread(target=watch, name="read-api-patience", daemon=True)
        watcher.start()
        try:
            yield
        except Exception as error:
            if not gone():
                raise
            raise TerminalError(self._reason()) from error
        finally:
            done.set()
            watcher.join()

    def _reason(self) -> str:
        if self._ended.is_set():
            return "the exporter ends: ask again, its state file answers then"
        return (
            f"the answer takes longer than {self._seconds:g} s: end the exporter, or ask with a "
            "copy of its state file"
        )
