"""Spans are pushed from a thread that nothing ends but the end of the process."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

from collectors import collector
from structlog.testing import capture_logs

from truegreen_definitions.names import ComponentValue, PushValue
from truegreen_telemetry.otlp.span_push import SpanPush
from truegreen_telemetry.otlp.spans import Span
from truegreen_telemetry.samples import SampleStore

SPAN = Span(
    name="buy",
    trace_id="0af7651916cd43dd8448eb211c80319c",
    span_id="b7ad6b7169203331",
    parent_id="",
    client=False,
    start=1_000.0,
    end=1_002.5,
    attributes={},
)
BROKEN = replace(SPAN, span_id="no hexadecimal digits")


def outcomes(push: SpanPush) -> dict[str, float]:
    """Return how many spans ended how."""
    (family,) = push.joined(SampleStore().snapshot()).families
    values = zip(family.keys, family.values, strict=True)
    return {key[1]: value for key, value in values if isinstance(value, float)}


def test_a_fault_of_ours_does_not_end_the_pushes_of_spans() -> None:
    """Spans that cannot be encoded are counted as failed, logged whole; the next are sent."""
    with collector() as server, capture_logs() as logs:
        asked = {"OTEL_EXPORTER_OTLP_ENDPOINT": server.url, "OTEL_BSP_SCHEDULE_DELAY": "20"}
        push = SpanPush.asked_by(asked, ComponentValue.PROBE)
        push.take([BROKEN])
        push.start({"service.name": "truegreen-probe"})
        deadline = time.monotonic() + 60
        while not outcomes(push)[PushValue.FAILED]:
            assert time.monotonic() < deadline, outcomes(push)
            threading.Event().wait(0.01)
        push.take([SPAN])
        push.stop(60)
    assert outcomes(push) == {PushValue.SENT: 1, PushValue.FAILED: 1, PushValue.DROPPED: 0}
    assert "span_push_broken" in [one["event"] for one in logs]
