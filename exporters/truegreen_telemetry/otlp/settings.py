"""Whether, where and how to push, from OpenTelemetry's own environment variables.

    OTEL_EXPORTER_OTLP_ENDPOINT          base URL; `/v1/metrics` is added
    OTEL_EXPORTER_OTLP_HEADERS           name=value,…  with values percent-encoded
    OTEL_EXPORTER_OTLP_TIMEOUT           of one request, in milliseconds (10000)
    OTEL_EXPORTER_OTLP_COMPRESSION       gzip or none (none)
    OTEL_EXPORTER_OTLP_CERTIFICATE       file with the certificates to trust
    OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE, …_CLIENT_KEY   files that say who we are
    OTEL_EXPORTER_OTLP_PROTOCOL          http/protobuf, the only one
    OTEL_METRIC_EXPORT_INTERVAL          time between two pushes, in milliseconds (60000)
    OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES           who pushes
    OTEL_METRICS_EXPORTER                `none` turns it off, `otlp` on without an endpoint
    OTEL_SDK_DISABLED                    `true` turns it off

Spans go the same way, with TRACES for METRICS in every name, to `/v1/traces`:

    OTEL_BSP_SCHEDULE_DELAY              time between two pushes of spans, in milliseconds (5000)
    OTEL_TRACES_SAMPLER                  always_on, always_off or traceidratio (always_on)
    OTEL_TRACES_SAMPLER_ARG              the share of traces that are kept (1.0)

Each `OTEL_EXPORTER_OTLP_X` may be written `OTEL_EXPORTER_OTLP_METRICS_X`, which speaks first; its
endpoint is the whole URL. Nothing is pushed unless an endpoint or `OTEL_METRICS_EXPORTER` asks
for it. Source: OpenTelemetry specification 1.49, "OTLP exporter" and "Environment variables",
where an empty variable is an unset one and times are milliseconds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.target import Target, parse_target

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PushSettings", "push_settings", "span_settings", "trace_ratio"]

_PREFIX = "OTEL_EXPORTER_OTLP_"
_DEFAULT_ENDPOINT = "http://localhost:4318"
_PATHS = {"METRICS": "/v1/metrics", "TRACES": "/v1/traces"}
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, section 5.6.2


@dataclass(frozen=True, slots=True, kw_only=True)
class PushSettings:
    """A push that was asked for.

    Attributes:
        target: The collector.
        path: Of the requests.
        headers: Sent with every request; they may hold secrets and are not shown.
        timeout_seconds: Of one request.
        interval_seconds: Between two pushes.
        trust: File of the certificates to trust; empty for the system's.
        identity: Files of our certificate and its key; empty for none.
        resource: Attributes of the process that were set.
    """

    target: Target
    path: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    timeout_seconds: float = 10.0
    interval_seconds: float = 60.0
    gzip: bool = False
    trust: str = ""
    identity: tuple[str, str] = ("", "")
    resource: tuple[tuple[str, str], ...] = ()


def push_settings(environment: Mapping[str, str]) -> PushSettings | None:
    """Return the push of metrics that an environment asks for, None for none.

    Raises:
        TerminalError: A variable cannot be used; the message names it, not a secret value.
    """
    return _settings(environment, "METRICS", "OTEL_METRIC_EXPORT_INTERVAL", 60)


def span_settings(environment: Mapping[str, str]) -> PushSettings | None:
    """Return the push of spans that an environment asks for, None for none.

    Raises:
        TerminalError: A variable cannot be used; the message names it, not a secret value.
    """
    return _settings(environment, "TRACES", "OTEL_BSP_SCHEDULE_DELAY", 5)


def trace_ratio(environment: Mapping[str, str]) -> float:
    """Return the share of traces to keep, of those that need not be kept anyway.

    Raises:
        TerminalError: A variable cannot be used.
    """
    sampler = _value(environment, "OTEL_TRACES_SAMPLER").removeprefix("parentbased_")
    if sampler not in {"", "always_on", "always_off", "traceidratio"}:
        raise TerminalError(
            f"OTEL_TRACES_SAMPLER is {sampler!r}: write always_on, always_off or traceidratio"
        )
    if sampler != "traceidratio":
        return 0.0 if sampler == "always_off" else 1.0
    text = _value(environment, "OTEL_TRACES_SAMPLER_ARG") or "1"
    try:
        ratio = float(text)
    except ValueError:
        ratio = -1.0
    if not 0 <= ratio <= 1:
        raise TerminalError(f"OTEL_TRACES_SAMPLER_ARG is {text!r}: write a number from 0 to 1")
    return ratio


def _settings(
    environment: Mapping[str, str], signal: str, interval: str, usual_seconds: float
) -> PushSettings | None:
    if not _asked(environment, signal):
        return None
    _check_protocol(environment, signal)
    name, endpoint = _option(environment, signal, "ENDPOINT")
    whole = name.startswith(f"{_PREFIX}{signal}_")
    target = _target(name, endpoint or _DEFAULT_ENDPOINT)
    return PushSettings(
        target=target,
        path=(target.prefix or "/") if whole else target.prefix + _PATHS[signal],
        headers=_headers(*_option(environment, signal, "HEADERS")),
        timeout_seconds=_seconds(*_option(environment, signal, "TIMEOUT"), default=10),
        interval_seconds=_seconds(interval, _value(environment, interval), usual_seconds),
        gzip=_compression(*_option(environment, signal, "COMPRESSION")),
        trust=_option(environment, signal, "CERTIFICATE")[1],
        identity=_identity(environment, signal),
        resource=_resource(environment),
    )


def _asked(environment: Mapping[str, str], signal: str) -> bool:
    if _value(environment, "OTEL_SDK_DISABLED").lower() == "true":
        return False
    exporters = _value(environment, f"OTEL_{signal}_EXPORTER")
    if exporters:
        return "otlp" in [one.strip() for one in exporters.split(",")]
    return bool(_option(environment, signal, "ENDPOINT")[1])


def _check_protocol(environment: Mapping[str, str], signal: str) -> None:
    name, protocol = _option(environment, signal, "PROTOCOL")
    if protocol == "grpc":
        raise TerminalError(
            f"{name}=grpc cannot be used: gRPC would hold up the journeys while a collector is "
            "slow; write http/protobuf, and the collector's HTTP port (usually 4318)"
        )
    if protocol not in {"", "http/protobuf"}:
        raise TerminalError(f"{name} is {protocol!r}: write http/protobuf")


def _value(environment: Mapping[str, str], name: str) -> str:
    return environment.get(name, "").strip()


def _option(environment: Mapping[str, str], signal: str, option: str) -> tuple[str, str]:
    """Return the variable that speaks for an option of a signal, and its value."""
    own = f"{_PREFIX}{signal}_{option}"
    if value := _value(environment, own):
        return own, value
    return f"{_PREFIX}{option}", _value(environment, f"{_PREFIX}{option}")


def _target(name: str, url: str) -> Target:
    try:
        return parse_target(url)
    except ValueError as error:
        hint = "write http://HOST:4318 or https://…, credentials belong in the headers"
        told = "it" if "@" in url else repr(url)
        raise TerminalError(f"{name}: {told} is no collector's address: {hint}") from error


def _headers(name: str, text: str) -> tuple[tuple[str, str], ...]:
    pairs = _pairs(name, text)
    for number, (key, value) in enumerate(pairs, 1):
        if not _TOKEN.fullmatch(key) or not value.isascii():
            raise TerminalError(f"{name}: entry {number} is no header: write NAME=value in ASCII")
    return pairs


def _pairs(name: str, text: str) -> tuple[tuple[str, str], ...]:
    """Return the pairs of `a=b,c=d`; what stands there may be secret and is never shown."""
    pairs = []
    for number, one in enumerate(filter(None, (part.strip() for part in text.split(","))), 1):
        key, equals, value = one.partition("=")
        key, value = unquote(key.strip()), unquote(value.strip())
        if not equals or not key or not (key + value).isprintable():
            raise TerminalError(f"{name}: entry {number} is no name=value")
        pairs.append((key, value))
    return tuple(pairs)


def _seconds(name: str, text: str, default: float) -> float:
    if not text:
        return float(default)
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise TerminalError(f"{name} is {text!r}: write milliseconds, such as {default * 1000:g}")
    return int(text) / 1000


def _compression(name: str, text: str) -> bool:
    if text not in {"", "none", "gzip"}:
        raise TerminalError(f"{name} is {text!r}: write gzip or none")
    return text == "gzip"


def _identity(environment: Mapping[str, str], signal: str) -> tuple[str, str]:
    certificate = _option(environment, signal, "CLIENT_CERTIFICATE")[1]
    key = _option(environment, signal, "CLIENT_KEY")[1]
    if bool(certificate) != bool(key):
        raise TerminalError(
            f"{_PREFIX}CLIENT_CERTIFICATE and {_PREFIX}CLIENT_KEY go together: set both"
        )
    return certificate, key


def _resource(environment: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    name = "OTEL_RESOURCE_ATTRIBUTES"
    found = dict(_pairs(name, _value(environment, name)))
    if service := _value(environment, "OTEL_SERVICE_NAME"):
        found["service.name"] = service
    return tuple(found.items())
