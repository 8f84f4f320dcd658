"""The client against a real server: nginx, with what it does by itself."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from nginx_server import free_port, nginx
from raw_servers import trusting

from truegreen_definitions.target import parse_target
from truegreen_synthetics.http.client import Session
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.http.exchanges import Exchange, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HTTP = """
  gzip on; gzip_min_length 1; gzip_types *; keepalive_requests 3;
  ssl_certificate {certificates}/good.pem; ssl_certificate_key {certificates}/good.key;
  server {{
    listen 127.0.0.1:{plain}; listen 127.0.0.1:{secure} ssl; root {folder};
    location = /ok {{ return 200 "hello"; }}
    location = /old {{ add_header Set-Cookie "s=1; Path=/"; return 301 /ok?new=1; }}
    location = /loop {{ return 302 /loop; }}
    location = /page {{ try_files /page.html =404; }}
    location = /cut {{ return 444; }}
    location = /proxied {{ proxy_pass http://127.0.0.1:{plain}/ok; }}
  }}
  server {{
    listen 127.0.0.1:{expired} ssl;
    ssl_certificate {certificates}/expired.pem; ssl_certificate_key {certificates}/expired.key;
    location / {{ return 200 "late"; }}
  }}
"""
PAGE = b"<p>" + b"all work and no play " * 5_000


def get(path: str, redirects: int = 5) -> Request:
    """Return a request as a journey sends it."""
    headers = (("accept", "*/*"), ("accept-encoding", "gzip, deflate"))
    return Request(method="GET", path=path, headers=headers, body=b"", redirects=redirects)


@pytest.fixture(scope="module")
def ports(
    tmp_path_factory: pytest.TempPathFactory, tool: Callable[[str], str], certificates: Path
) -> Iterator[dict[str, int]]:
    """A running nginx: its ports."""
    folder = tmp_path_factory.mktemp("nginx")
    (folder / "page.html").write_bytes(PAGE)
    ports = {name: free_port() for name in ("plain", "secure", "expired")}
    http = HTTP.format(folder=folder, certificates=certificates, **ports)
    with nginx(tool("nginx"), folder, http, tuple(ports.values())):
        yield ports


def test_nginx_is_read(ports: dict[str, int]) -> None:
    """A packed page, a proxied answer, a redirect and a missing page come as they are."""
    session = Session(parse_target(f"http://127.0.0.1:{ports['plain']}"))
    page, moved, exchange = Exchange(), Exchange(), Exchange()
    assert session.send(get("/page"), 5, page).body == PAGE
    assert 0 < page.received_bytes < len(PAGE) / 10
    assert session.send(get("/old"), 5, moved).body == b"hello"
    assert (moved.redirects, moved.status) == (1, 200)
    assert session.send(get("/proxied"), 5, exchange).body == b"hello"
    assert session.send(get("/nowhere"), 5, exchange).status == 404
    session.close()


def test_nginx_closes_after_its_limit_and_nothing_is_lost(ports: dict[str, int]) -> None:
    """A server that takes three requests a connection is asked ten times without a failure."""
    session, opened = Session(parse_target(f"http://127.0.0.1:{ports['plain']}")), 0
    for _ in range(10):
        exchange = Exchange()
        assert session.send(get("/ok"), 5, exchange).body == b"hello"
        opened += "connect" in exchange.phases
    session.close()
    assert opened == 4


def test_nginx_ends_a_connection_and_a_circle(ports: dict[str, int]) -> None:
    """An answer that never comes is cut short; a circle of redirects ends."""
    for path, reason in (("/cut", Reason.TRUNCATED), ("/loop", Reason.REDIRECT)):
        session = Session(parse_target(f"http://127.0.0.1:{ports['plain']}"))
        with pytest.raises(ExchangeError) as error:
            session.send(get(path), 5, Exchange())
        session.close()
        assert error.value.reason is reason


def test_nginx_over_tls(ports: dict[str, int], certificates: Path) -> None:
    """A good certificate is taken and its end known; an expired one and plain HTTP are refused."""
    context = trusting(certificates, "good")
    session, exchange = (
        Session(parse_target(f"https://localhost:{ports['secure']}"), context),
        Exchange(),
    )
    assert session.send(get("/ok"), 5, exchange).body == b"hello"
    session.close()
    assert exchange.certificate_expiry is not None
    assert exchange.certificate_expiry > time.time()
    for name, trusted, words in (("expired", "expired", "expired"), ("plain", "good", "no TLS")):
        target = parse_target(f"https://localhost:{ports[name]}")
        session = Session(target, trusting(certificates, trusted))
        with pytest.raises(ExchangeError, match=words) as error:
            session.send(get("/"), 5, Exchange())
        assert error.value.reason is Reason.TLS
