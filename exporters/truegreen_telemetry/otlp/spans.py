"""Spans as OTLP protobuf, made with the protocol's own classes.

Spans are few beside points of metrics, so nothing of them is kept as bytes. Source: OTLP 1.9,
`opentelemetry/proto/trace/v1/trace.proto`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1 import trace_pb2

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Span", "encoded_spans"]

_SAMPLED, _HAS_IS_REMOTE = 0x001, 0x100


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One span that is over.

    Attributes:
        trace_id: 32 hexadecimal digits.
        span_id: 16 hexadecimal digits.
        parent_id: 16 hexadecimal digits; empty for the root.
        client: Whether it asks somebody else.
        start: Unix seconds.
        end: Unix seconds.
        attributes: Texts and numbers by name.
        fault: Why it failed; None where it did not.
    """

    name: str
    trace_id: str
    span_id: str
    parent_id: str
    client: bool
    start: float
    end: float
    attributes: Mapping[str, str | int | float]
    fault: str | None = None


def encoded_spans(resource: Mapping[str, str], spans: Iterable[Span]) -> bytes:
    """Return the body of a request that holds spans; such bodies, one behind the other, are one."""
    scope = trace_pb2.ScopeSpans(
        scope=InstrumentationScope(name="truegreen"), spans=[_message(one) for one in spans]
    )
    of = Resource(attributes=_pairs(resource))
    whole = trace_pb2.ResourceSpans(resource=of, scope_spans=[scope])
    return ExportTraceServiceRequest(resource_spans=[whole]).SerializeToString()


def _message(span: Span) -> trace_pb2.Span:
    kinds, codes = trace_pb2.Span.SpanKind, trace_pb2.Status.StatusCode
    status = trace_pb2.Status()
    if span.fault is not None:
        status = trace_pb2.Status(code=codes.STATUS_CODE_ERROR, message=span.fault)
    return trace_pb2.Span(
        trace_id=bytes.fromhex(span.trace_id),
        span_id=bytes.fromhex(span.span_id),
        parent_span_id=bytes.fromhex(span.parent_id),
        flags=_SAMPLED | _HAS_IS_REMOTE,
        name=span.name,
        kind=kinds.SPAN_KIND_CLIENT if span.client else kinds.SPAN_KIND_INTERNAL,
        start_time_unix_nano=int(span.start * 1e9),
        end_time_unix_nano=int(span.end * 1e9),
        attributes=_pairs(span.attributes),
        status=status,
    )


def _pairs(values: Mapping[str, str | int | float]) -> list[KeyValue]:
    return [KeyValue(key=key, value=_value(value)) for key, value in values.items()]


def _value(value: str | float) -> AnyValue:
    if isinstance(value, str):
        return AnyValue(string_value=value)
    return AnyValue(int_value=value) if isinstance(value, int) else AnyValue(double_value=value)
