"""Pushes what a process exposes, at an interval, from a thread of its own.

Numbers are cumulative, so a push that fails loses nothing but its moment: it is tried again only
until the next one is due, which has newer numbers. There is never more than one on its way, and
never more than one request in memory; a push that is due meanwhile is dropped and counted.
Source: OpenTelemetry specification, "OTLP exporter", Retry; OTLP 1.9, "Failures".
"""

from __future__ import annotations

import random
import threading
import time
from typing import TYPE_CHECKING

import structlog

from truegreen_telemetry.otlp.encoding import Encoder
from truegreen_telemetry.otlp.sender import Sender, SendError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from truegreen_telemetry.otlp.counts import PushCounts
    from truegreen_telemetry.otlp.settings import PushSettings
    from truegreen_telemetry.samples import Snapshot

__all__ = ["Pusher"]

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
LONGEST_SILENCE_SECONDS = 3600.0
REST_SECONDS = 0.001

_log = structlog.get_logger(__name__)


class Pusher:
    """Pushes from `start` until `stop`.

    Args:
        settings: Where and how often.
        resource: Attributes of the process; what the settings say speaks first.
        snapshot: Returns what to push, as a scrape would show it now.
        counts: Takes what became of it.
        started: Since when the process's counters count, in Unix seconds.

    Raises:
        TerminalError: A certificate file cannot be used.
    """

    def __init__(
        self,
        settings: PushSettings,
        resource: Mapping[str, str],
        snapshot: Callable[[], Snapshot],
        counts: PushCounts,
        started: float,
    ) -> None:
        self._settings = settings
        self._snapshot = snapshot
        self._counts = counts
        self._encoder = Encoder({**resource, **dict(settings.resource)}, int(started * 1e9))
        self._sender = Sender(settings)
        self._stop = threading.Event()
        self._last_moment = 0.0
        self._silent_until = 0.0
        self._fault = ""
        # A daemon: a resolver that does not answer must not keep the process alive.
        self._thread = threading.Thread(target=self._run, name="otlp-push", daemon=True)

    def start(self) -> None:
        """Begin; the first push is due one interval later."""
        self._thread.start()
        _log.info("pushing", url=self._settings.target.url, path=self._settings.path)

    def stop(self, seconds: float) -> None:
        """Push once more, if that takes no longer, and end."""
        self._last_moment = time.monotonic() + seconds
        self._stop.set()
        self._sender.abort()  # what is under way now is older than the last push
        self._thread.join(seconds)
        self._sender.abort()

    def _run(self) -> None:
        interval = self._settings.interval_seconds
        due = time.monotonic() + interval
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            self._push(due + interval)
            due += interval
            gone = max(0, int((time.monotonic() - due) // interval) + 1)
            if gone:
                self._counts.dropped(gone)
                due += gone * interval
        self._push(self._last_moment)

    def _push(self, until: float) -> None:
        """Push what is exposed now, and count what becomes of it."""
        if time.monotonic() < self._silent_until:
            self._counts.dropped(1)
            return
        try:
            rejected, fault = self._send(until)
        except Exception:  # noqa: BLE001  a fault of ours in one push must not end the others
            _log.exception("push_broken")
            rejected, fault = 0, "a bug of ours"
        if fault:
            self._counts.failed()
        else:
            self._counts.sent(time.time(), rejected)
        self._tell(fault)

    def _send(self, until: float) -> tuple[int, str]:
        """Send all requests of a push; return the rejected points, and the fault that ended it."""
        rejected = 0
        requests = self._encoder.bodies(
            self._snapshot(), now_ns=time.time_ns(), gzip=self._settings.gzip, rest=_rest
        )
        for body in requests:
            refused, fault = self._deliver(body, until)
            rejected += refused
            if fault:
                return rejected, fault
        return rejected, ""

    def _deliver(self, body: bytes, until: float) -> tuple[int, str]:
        """Send one request, again where that may help; return rejected points and the fault."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            wait = pause * random.uniform(0.5, 1.5)  # noqa: S311  spreads load, keeps no secret
            left = until - time.monotonic()
            if left <= 0:
                return 0, "no time was left"
            try:
                answer = self._sender.send(body, min(self._settings.timeout_seconds, left))
            except SendError as error:
                fault = str(error)
            else:
                if answer.taken:
                    return answer.rejected, ""
                fault = f"answered with {answer.status} {answer.message}"
                if not answer.retryable:
                    return 0, fault
                if answer.retry_after is not None:
                    wait = min(answer.retry_after, LONGEST_SILENCE_SECONDS)
                    self._silent_until = time.monotonic() + wait
            if time.monotonic() + wait >= until or self._stop.wait(wait):
                return 0, fault
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _tell(self, fault: str) -> None:
        """Say when pushes begin to fail, fail in another way, or work again."""
        before, self._fault = self._fault, fault
        if fault and fault != before:
            _log.warning("push_failed", url=self._settings.target.url, reason=fault)
        elif before and not fault:
            _log.info("push_recovered", url=self._settings.target.url)


def _rest() -> None:
    time.sleep(REST_SECONDS)
