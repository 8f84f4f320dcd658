"""Pushes spans, from a thread of its own, through a queue that is bounded.

A span that is there is sent once; what a collector does not take in time is gone and counted. Who
gives a span away never waits: in the probe a slow collector must cost no journey.
"""

from __future__ import annotations

import gzip
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

import structlog

from truegreen_definitions import names
from truegreen_definitions.names import PushValue
from truegreen_telemetry.otlp.push import require_otlp
from truegreen_telemetry.otlp.settings import span_settings, trace_ratio
from truegreen_telemetry.samples import SampleStore, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from truegreen_definitions.names import ComponentValue
    from truegreen_telemetry.otlp.settings import PushSettings
    from truegreen_telemetry.otlp.spans import Span

__all__ = ["SpanPush"]

MOST_WAITING = 2048
SPANS_AT_ONCE = 32
MOST_IN_A_REQUEST = 512
REST_SECONDS = 0.001

_log = structlog.get_logger(__name__)


class SpanPush:
    """What a process does about its spans; without settings all of it is nothing.

    Args:
        component: Which process it is.
        settings: Where to and how often; None for nowhere.
    """

    def __init__(self, component: ComponentValue, settings: PushSettings | None = None) -> None:
        self._settings = settings
        self._resource: dict[str, str] = {}
        self._waiting: deque[Span] = deque()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="span-push", daemon=True)
        self._last_moment = 0.0
        self._fault = ""
        self._store = SampleStore()
        if settings is not None:
            spans = self._store.counter(names.OTLP_SPANS)
            self._counts = {value: spans.child(component, value) for value in PushValue}

    @classmethod
    def asked_by(cls, environment: Mapping[str, str], component: ComponentValue) -> SpanPush:
        """Return the push of spans that an environment asks for.

        Raises:
            TerminalError: A variable cannot be used, or the packages for it are missing.
        """
        settings = span_settings(environment)
        if settings:
            require_otlp("OTEL_TRACES_EXPORTER")
            trace_ratio(environment)
        return cls(component, settings)

    @property
    def asked(self) -> bool:
        """Whether spans go anywhere."""
        return self._settings is not None

    def take(self, spans: Iterable[Span]) -> None:
        """Take spans that are over; those that do not fit are dropped and counted."""
        for span in spans:
            if len(self._waiting) < MOST_WAITING:
                self._waiting.append(span)
            else:
                self._counts[PushValue.DROPPED].inc()

    def joined(self, snapshot: Snapshot) -> Snapshot:
        """Return a snapshot with the counts of spans behind its own families."""
        if self._settings is None:
            return snapshot
        return Snapshot(snapshot.epoch, (*snapshot.families, *self._store.snapshot().families))

    def start(self, resource: Mapping[str, str]) -> None:
        """Begin; `resource` says who sends, and what the settings say of that speaks first."""
        if self._settings is None:
            return
        self._resource = {**resource, **dict(self._settings.resource)}
        self._thread.start()
        _log.info("pushing_spans", url=self._settings.target.url, path=self._settings.path)

    def stop(self, seconds: float) -> None:
        """Push what is left, if that takes no longer, and end."""
        if self._settings is None or not self._thread.is_alive():
            return
        self._last_moment = time.monotonic() + seconds
        self._stop.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        settings = self._settings
        assert settings is not None  # noqa: S101  nobody starts it without
        while not self._stop.wait(settings.interval_seconds):
            self._push(settings, settings.timeout_seconds)
        self._push(settings, self._last_moment - time.monotonic())

    def _push(self, settings: PushSettings, seconds: float) -> None:
        """Send what is waiting now."""
        for _ in range(-(-len(self._waiting) // MOST_IN_A_REQUEST)):
            count = min(len(self._waiting), MOST_IN_A_REQUEST)
            spans = [self._waiting.popleft() for _ in range(count)]
            try:
                fault = self._sent(settings, spans, seconds)
            except Exception:  # noqa: BLE001  a fault of ours in one push must not end the others
                _log.exception("span_push_broken")
                fault = "a bug of ours"
            self._counts[PushValue.FAILED if fault else PushValue.SENT].inc(count)
            self._tell(settings, fault)

    def _sent(self, settings: PushSettings, spans: list[Span], seconds: float) -> str:
        """Send spans; return why they were not taken, or nothing."""
        from truegreen_telemetry.otlp.sender import Sender, SendError  # noqa: PLC0415  an extra
        from truegreen_telemetry.otlp.spans import encoded_spans  # noqa: PLC0415

        if seconds <= 0:
            return "no time was left"
        parts = []
        for start in range(0, len(spans), SPANS_AT_ONCE):
            parts.append(encoded_spans(self._resource, spans[start : start + SPANS_AT_ONCE]))
            time.sleep(REST_SECONDS)
        body = b"".join(parts)
        try:
            packed = gzip.compress(body, 1) if settings.gzip else body
            answer = Sender(settings).send(packed, seconds)
        except SendError as error:
            return str(error)
        return "" if answer.taken else f"answered with {answer.status} {answer.message}"

    def _tell(self, settings: PushSettings, fault: str) -> None:
        """Say when pushes begin to fail, fail in another way, or work again."""
        before, self._fault = self._fault, fault
        if fault and fault != before:
            _log.warning("span_push_failed", url=settings.target.url, reason=fault)
        elif before and not fault:
            _log.info("span_push_recovered", url=settings.target.url)
