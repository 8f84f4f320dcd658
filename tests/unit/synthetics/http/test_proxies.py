"""Which proxy is used, from URLs and environments."""

from __future__ import annotations

import pytest

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.target import parse_target
from truegreen_synthetics.http.proxies import parse_proxy, proxy_from


@pytest.mark.parametrize(
    ("environment", "url", "place"),
    [
        ({}, "http://shop.example", None),
        ({"http_proxy": "http://proxy:3128"}, "http://shop.example", "proxy:3128"),
        ({"HTTP_PROXY": "proxy"}, "http://shop.example", "proxy:1080"),
        ({"http_proxy": "http://proxy:3128"}, "https://shop.example", None),
        ({"HTTPS_PROXY": "http://[::1]:3128/"}, "https://shop.example", "[::1]:3128"),
        ({"ALL_PROXY": "http://proxy:1"}, "https://shop.example", "proxy:1"),
        ({"http_proxy": "http://proxy:1", "no_proxy": "*"}, "http://shop.example", None),
        ({"http_proxy": "http://proxy:1", "no_proxy": "a, .example"}, "http://shop.example", None),
        ({"http_proxy": "http://proxy:1", "no_proxy": "ple"}, "http://shop.example", "proxy:1"),
        ({"http_proxy": "http://p:1", "no_proxy": "shop.example:80"}, "http://shop.example", None),
        ({"http_proxy": "http://p:1", "no_proxy": "10.0.0.0/8"}, "http://10.1.2.3", None),
        ({"http_proxy": "http://p:1", "no_proxy": "10.0.0.0/8"}, "http://11.1.2.3", "p:1"),
        ({"http_proxy": "http://proxy:1"}, "http://127.0.0.2:8080", None),
        ({"http_proxy": "http://proxy:1"}, "http://shop.localhost", None),
    ],
)
def test_an_environment_names_a_proxy(
    environment: dict[str, str], url: str, place: str | None
) -> None:
    """Scheme, exceptions and this machine decide, as in curl and Go."""
    found = proxy_from(environment, parse_target(url))
    assert (found and found.place) == place


def test_credentials_are_sent_and_never_shown() -> None:
    """User and password become a header, and stand in no text about the proxy."""
    proxy = parse_proxy("http://robot:p%40ss@proxy:3128")
    assert proxy.credentials == "Basic cm9ib3Q6cEBzcw=="
    assert repr(proxy) == "Proxy(proxy:3128)"


@pytest.mark.parametrize(
    "url", ["socks5://user:pass@proxy", "http://", "http://user:pass@proxy:x", "http://p/?q=pass"]
)
def test_what_is_no_http_proxy_is_refused_without_its_password(url: str) -> None:
    """The message says which variable, and nothing of what it holds."""
    with pytest.raises(TerminalError, match="http_proxy cannot be used") as error:
        proxy_from({"http_proxy": url}, parse_target("http://shop.example"))
    assert "pass" not in str(error.value)
