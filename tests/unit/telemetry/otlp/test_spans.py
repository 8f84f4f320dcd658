"""Spans on the wire are what OpenTelemetry's own SDK would have sent."""

from __future__ import annotations

from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from truegreen_telemetry.otlp.spans import Span, encoded_spans

RESOURCE = {"service.name": "truegreen-probe"}
TRACE, ROOT, STEP = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "00f067aa0ba902b7"
SPANS = (
    Span(
        name="buy",
        trace_id=TRACE,
        span_id=ROOT,
        parent_id="",
        client=False,
        start=1_000.0,
        end=1_002.5,
        attributes={"truegreen.journey": "buy"},
    ),
    Span(
        name="pay",
        trace_id=TRACE,
        span_id=STEP,
        parent_id=ROOT,
        client=True,
        start=1_000.5,
        end=1_002.0,
        attributes={"http.response.status_code": 500, "truegreen.phase.dns": 0.25},
        fault="status: found 500",
    ),
)


def context(span_id: str) -> SpanContext:
    """Return the context of a span of the trace."""
    flags = TraceFlags(TraceFlags.SAMPLED)
    return SpanContext(int(TRACE, 16), int(span_id, 16), is_remote=False, trace_flags=flags)


def readable(span: Span) -> ReadableSpan:
    """Return a span as the SDK has it."""
    bad = Status(StatusCode.ERROR, span.fault)
    return ReadableSpan(
        name=span.name,
        context=context(span.span_id),
        parent=context(span.parent_id) if span.parent_id else None,
        resource=Resource(RESOURCE),
        attributes=span.attributes,
        kind=SpanKind.CLIENT if span.client else SpanKind.INTERNAL,
        status=bad if span.fault is not None else Status(),
        start_time=int(span.start * 1e9),
        end_time=int(span.end * 1e9),
        instrumentation_scope=InstrumentationScope("truegreen"),
    )


def test_spans_are_those_of_the_sdk() -> None:
    """Ids, parents, times, kinds, attributes and faults are field by field the SDK's."""
    ours = ExportTraceServiceRequest.FromString(encoded_spans(RESOURCE, SPANS))
    theirs = encode_spans([readable(one) for one in SPANS])
    for one in (*ours.resource_spans[0].scope_spans[0].spans, *_spans(theirs)):
        one.flags &= 0x100  # the SDK leaves out W3C's own flags
    assert list(_spans(ours)) == list(_spans(theirs))
    assert ours.resource_spans[0].resource == theirs.resource_spans[0].resource


def test_bodies_one_behind_the_other_are_one_request() -> None:
    """Parts that were encoded apart are read as one request of all their spans."""
    parts = b"".join(encoded_spans(RESOURCE, (one,)) for one in SPANS)
    assert [one.name for one in _spans(ExportTraceServiceRequest.FromString(parts))] == [
        "buy",
        "pay",
    ]


def _spans(message: ExportTraceServiceRequest) -> list:  # type: ignore[type-arg]
    scopes = [scope for part in message.resource_spans for scope in part.scope_spans]
    return [span for scope in scopes for span in scope.spans]
