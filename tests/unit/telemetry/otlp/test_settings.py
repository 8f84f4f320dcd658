"""OpenTelemetry's own variables, and nothing else, turn the push on and say where to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from truegreen_definitions.errors import TerminalError
from truegreen_telemetry.otlp.settings import push_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}


def test_nothing_is_pushed_unless_asked() -> None:
    """Without an endpoint, disabled, or with another exporter, there is no push."""
    for environment in (
        {},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": ""},
        {"OTEL_SERVICE_NAME": "shop"},
        {**HERE, "OTEL_SDK_DISABLED": "True"},
        {**HERE, "OTEL_METRICS_EXPORTER": "none"},
        {**HERE, "OTEL_METRICS_EXPORTER": "console,prometheus"},
    ):
        assert push_settings(environment) is None, environment


@pytest.mark.parametrize(
    ("environment", "host", "port", "path", "tls"),
    [
        (HERE, "collector", 4318, "/v1/metrics", False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "https://c/otlp/"}, "c", 443, "/otlp/v1/metrics", True),
        ({"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://c:1/x"}, "c", 1, "/x", False),
        ({"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://c:1"}, "c", 1, "/", False),
        ({**HERE, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://m:2/y"}, "m", 2, "/y", False),
        ({"OTEL_METRICS_EXPORTER": "otlp"}, "localhost", 4318, "/v1/metrics", False),
    ],
)
def test_where_to(
    environment: Mapping[str, str], host: str, port: int, path: str, *, tls: bool
) -> None:
    """The general endpoint is a base; the one for metrics is the whole address."""
    found = push_settings(environment)
    assert found is not None
    target = found.target
    assert (target.host, target.port, found.path, target.tls) == (host, port, path, tls)


def test_how() -> None:
    """Times are milliseconds, headers are percent-encoded, metrics' own variables speak first."""
    found = push_settings(
        {
            **HERE,
            "OTEL_EXPORTER_OTLP_HEADERS": "a=1",
            "OTEL_EXPORTER_OTLP_METRICS_HEADERS": "api-key=s%2Cecret, x-tenant=shop",
            "OTEL_EXPORTER_OTLP_TIMEOUT": "2500",
            "OTEL_METRIC_EXPORT_INTERVAL": "15000",
            "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "OTEL_EXPORTER_OTLP_CERTIFICATE": "ca.pem",
            "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE": "me.pem",
            "OTEL_EXPORTER_OTLP_CLIENT_KEY": "me.key",
            "OTEL_RESOURCE_ATTRIBUTES": "service.name=a,deployment.environment=pr%20od",
            "OTEL_SERVICE_NAME": "b",
        }
    )
    assert found is not None
    assert found.headers == (("api-key", "s,ecret"), ("x-tenant", "shop"))
    assert (found.timeout_seconds, found.interval_seconds, found.gzip) == (2.5, 15.0, True)
    assert (found.trust, found.identity) == ("ca.pem", ("me.pem", "me.key"))
    assert dict(found.resource) == {"service.name": "b", "deployment.environment": "pr od"}
    assert "ecret" not in repr(found)


def test_what_is_not_set_is_the_specification_s_default() -> None:
    """Ten seconds for a request, a minute between pushes, no compression."""
    found = push_settings(HERE)
    assert found is not None
    assert (found.timeout_seconds, found.interval_seconds, found.gzip) == (10.0, 60.0, False)
    assert (found.headers, found.trust, found.identity, found.resource) == ((), "", ("", ""), ())


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("PROTOCOL", "grpc", "gRPC would hold up the journeys .* 4318"),
        ("METRICS_PROTOCOL", "grpc", "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=grpc"),
        ("PROTOCOL", "http/json", "'http/json': write http/protobuf"),
        ("ENDPOINT", "collector:4318", "'collector:4318' is no collector's address"),
        ("TIMEOUT", "10s", "OTEL_EXPORTER_OTLP_TIMEOUT is '10s': write milliseconds"),
        ("TIMEOUT", "0", "write milliseconds, such as 10000"),
        ("COMPRESSION", "zstd", "'zstd': write gzip or none"),
        ("HEADERS", "a=1,secretvalue", "OTEL_EXPORTER_OTLP_HEADERS: entry 2 is no name=value"),
        ("HEADERS", "a b=secretvalue", "entry 1 is no header"),
        ("HEADERS", "a=secretvalue%0d%0ax: y", "entry 1 is no name=value"),
        ("CLIENT_KEY", "k.pem", "go together: set both"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(variable: str, value: str, message: str) -> None:
    """The message names the variable and what to write, and shows no secret."""
    with pytest.raises(TerminalError, match=message) as refused:
        push_settings({**HERE, f"OTEL_EXPORTER_OTLP_{variable}": value})
    assert "secretvalue" not in str(refused.value)


def test_a_password_in_the_address_is_not_shown() -> None:
    """Credentials in a URL are refused without repeating them."""
    with pytest.raises(TerminalError, match="belong in the headers") as refused:
        push_settings({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://me:hunter2@collector:4318"})
    assert "hunter2" not in str(refused.value)
