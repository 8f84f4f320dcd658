"""A source over many cycles: when it is read, and that it holds up nobody else.

Files are read inside a cycle. What waits for others (a database, an API) is fetched in a thread
of its own, at most two pages ahead of the store; a cycle takes what has come, waits a little for
the rest and goes on. A source that fails is left alone for 5 s, 10 s, 20 s … up to a quarter of
an hour, or for as long as it asks for itself.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from queue import Empty, Full, Queue
from typing import TYPE_CHECKING, TypeAlias

from truegreen_exporters.intake.ingest import Outcome, kept, reading_of
from truegreen_exporters.sources import KINDS
from truegreen_exporters.sources.rows import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from truegreen_exporters.intake.mapping import Mapping
    from truegreen_exporters.sources.pages import Fault, Page, Pages, Reading, Surroundings
    from truegreen_exporters.store import Store

__all__ = ["Feed", "backoff_seconds"]

FIRST_RETRY_SECONDS = 5.0
LAST_RETRY_SECONDS = 900.0
LOOK_SECONDS = 0.05
AHEAD_PAGES = 2

_KINDS = {kind.format: kind for kind in KINDS}


class _End:
    """What a fetch says last."""


_Item: TypeAlias = "Page | Fault | SourceError | BaseException | _End"


def backoff_seconds(failures: int) -> float:
    """Return how long a source is left alone after some failures in a row; 0 after none."""
    if not failures:
        return 0.0
    return min(LAST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2.0 ** min(failures - 1, 16))


class Feed:
    """Reads one source, again and again.

    Args:
        mapping: The source.
        around: Where it is read.
        clock: Returns seconds that only grow.
    """

    def __init__(
        self,
        mapping: Mapping,
        around: Surroundings,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.mapping = mapping
        self._around = around
        self._clock = clock
        self._kind = _KINDS[mapping.source.read.format]
        self._every = float(getattr(mapping.source.read, "every_seconds", 0.0))
        self._fetch: _Fetch | None = None
        self._due = 0.0
        self._failures = 0
        self._faults: list[str] = []

    def take(
        self, store: Store, stopped: Callable[[], bool], patience: float | None
    ) -> Outcome | None:
        """Take what is new into the store; None when the source is not due, or is still read.

        Args:
            store: Takes the rows.
            stopped: True ends it early.
            patience: When to stop waiting, by the clock; None waits for the end.

        Raises:
            StoreError: The store cannot be written.
        """
        if not self._kind.remote:
            reading = reading_of(store, self.mapping, self._around, stopped)
            return kept(store, self.mapping, self._kind.pages(reading))
        if self._fetch is None:
            if self._clock() < self._due:
                return None
            self._fetch = _Fetch(self._kind.pages, self._reading(store))
            self._faults = []
        fetch = self._fetch
        try:
            outcome = kept(store, self.mapping, self._arriving(fetch, stopped, patience))
        except BaseException:
            self.abandon()
            raise
        self._faults += outcome.faults
        if not fetch.ended and not outcome.faults:
            return Outcome(rows=outcome.rows, ended=False)
        self._finish(fetch)
        return replace(outcome, faults=tuple(self._faults))

    def abandon(self) -> None:
        """Let a fetch that goes on come to nothing: what it brings is not taken."""
        if self._fetch is not None:
            self._fetch.abandoned.set()
            self._fetch = None

    def _reading(self, store: Store) -> Reading:
        return reading_of(store, self.mapping, self._around, lambda: False)

    def _finish(self, fetch: _Fetch) -> None:
        self._failures = self._failures + 1 if self._faults else 0
        wait = max(backoff_seconds(self._failures), fetch.wait_seconds)
        self._due = self._clock() + (wait if self._faults else self._every)
        self.abandon()

    def _arriving(
        self, fetch: _Fetch, stopped: Callable[[], bool], patience: float | None
    ) -> Generator[Page | Fault, None, None]:
        """Yield what has come, and wait a little for more."""
        while not fetch.ended and not stopped():
            try:
                item = fetch.items.get(timeout=LOOK_SECONDS)
            except Empty:
                if patience is not None and self._clock() >= patience:
                    return
                continue
            if isinstance(item, _End):
                fetch.ended = True
            elif isinstance(item, SourceError):
                fetch.ended, fetch.wait_seconds = True, item.wait_seconds
                raise item
            elif isinstance(item, BaseException):
                fetch.ended = True
                raise item
            else:
                yield item
                if patience is not None and self._clock() >= patience:
                    return


class _Fetch:
    """One pass over a source, in a thread of its own.

    Attributes:
        items: Its pages and faults, and how it ended.
        abandoned: Set when nobody takes them any more.
        ended: Whether the last item has been taken.
        wait_seconds: How long the source asks to be left alone.
    """

    def __init__(self, pages: Pages, reading: Reading) -> None:
        self.items: Queue[_Item] = Queue(maxsize=AHEAD_PAGES)
        self.abandoned = threading.Event()
        self.ended = False
        self.wait_seconds = 0.0
        self._pages = pages
        self._reading = reading
        # A daemon: nothing that waits for others may hold up the end of the process.
        threading.Thread(target=self._run, name="source-fetch", daemon=True).start()

    def _run(self) -> None:
        end: _Item = _End()
        try:
            for found in self._pages(self._reading):
                if not self._put(found):
                    return
        except BaseException as error:  # noqa: BLE001  raised again by the thread that takes
            end = error
        self._put(end)

    def _put(self, item: _Item) -> bool:
        """Hand over an item; return whether anybody takes it."""
        while not self.abandoned.is_set():
            try:
                self.items.put(item, timeout=LOOK_SECONDS)
            except Full:
                continue
            return True
        return False
