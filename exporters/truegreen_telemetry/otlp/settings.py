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

__all__ = ["PushSettings", "push_settings"]

_PREFIX = "OTEL_EXPORTER_OTLP_"
_DEFAULT_ENDPOINT = "http://localhost:4318"
_PATH = "/v1/metrics"
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
    """Return the push that an environment asks for, None for none.

    Raises:
        TerminalError: A variable cannot be used; the message names it, not a secret value.
    """
    if not _asked(environment):
        return None
    _check_protocol(environment)
    name, endpoint = _option(environment, "ENDPOINT")
    whole = name.startswith(f"{_PREFIX}METRICS_")
    target = _target(name, endpoint or _DEFAULT_ENDPOINT)
    return PushSettings(
        target=target,
        path=(target.prefix or "/") if whole else target.prefix + _PATH,
        headers=_headers(*_option(environment, "HEADERS")),
        timeout_seconds=_seconds(*_option(environment, "TIMEOUT"), default=10),
        interval_seconds=_seconds(
            "OTEL_METRIC_EXPORT_INTERVAL", _value(environment, "OTEL_METRIC_EXPORT_INTERVAL"), 60
        ),
        gzip=_compression(*_option(environment, "COMPRESSION")),
        trust=_option(environment, "CERTIFICATE")[1],
        identity=_identity(environment),
        resource=_resource(environment),
    )


def _asked(environment: Mapping[str, str]) -> bool:
    if _value(environment, "OTEL_SDK_DISABLED").lower() == "true":
        return False
    exporters = _value(environment, "OTEL_METRICS_EXPORTER")
    if exporters:
        return "otlp" in [one.strip() for one in exporters.split(",")]
    return bool(_option(environment, "ENDPOINT")[1])


def _check_protocol(environment: Mapping[str, str]) -> None:
    name, protocol = _option(environment, "PROTOCOL")
    if protocol == "grpc":
        raise TerminalError(
            f"{name}=grpc cannot be used: gRPC would hold up the journeys while a collector is "
            "slow; write http/protobuf, and the collector's HTTP port (usually 4318)"
        )
    if protocol not in {"", "http/protobuf"}:
        raise TerminalError(f"{name} is {protocol!r}: write http/protobuf")


def _value(environment: Mapping[str, str], name: str) -> str:
    return environment.get(name, "").strip()


def _option(environment: Mapping[str, str], option: str) -> tuple[str, str]:
    """Return the variable that speaks for an option, and its value."""
    own = f"{_PREFIX}METRICS_{option}"
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


def _identity(environment: Mapping[str, str]) -> tuple[str, str]:
    certificate = _option(environment, "CLIENT_CERTIFICATE")[1]
    key = _option(environment, "CLIENT_KEY")[1]
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
