"""Where redirects lead, and what goes there."""

from __future__ import annotations

import pytest

from truegreen_definitions.target import parse_target
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.http.exchanges import CARRIED, Request, lines_of
from truegreen_synthetics.http.redirects import Hop, redirected
from truegreen_synthetics.http.responses import Response

HEADERS = (
    ("authorization", "Bearer x"),
    ("content-type", "application/json"),
    ("traceparent", "00-1-2-01"),
    ("x-synthetic", "truegreen"),
)
POST = Request(
    method="POST",
    path="/cart",
    headers=HEADERS,
    body=b"{}",
    redirects=5,
    carried=CARRIED | {"x-synthetic"},
    lines=lines_of(HEADERS),
)


def lead(
    status: int, location: str, url: str = "https://shop.example", request: Request = POST
) -> Hop | None:
    """Return where an answer leads."""
    hop = Hop(parse_target(url), "/v1/cart?a=1", request)
    return redirected(hop, Response(status, {"location": location}, b""))


@pytest.mark.parametrize(
    ("status", "method", "body"),
    [
        (301, "GET", b""),
        (302, "GET", b""),
        (303, "GET", b""),
        (307, "POST", b"{}"),
        (308, "POST", b"{}"),
    ],
)
def test_the_method_follows_the_status(status: int, method: str, body: bytes) -> None:
    """After a POST, 301 to 303 ask for a page, 307 and 308 post again."""
    found = lead(status, "/thanks")
    assert found is not None
    assert (found.request.method, found.request.body) == (method, body)
    assert ("content-type" in dict(found.request.headers)) == bool(body)


@pytest.mark.parametrize(
    ("location", "host", "path"),
    [
        ("/thanks", "shop.example", "/thanks"),
        ("next?b=ä", "shop.example", "/v1/next?b=%C3%A4"),
        ("?c=2", "shop.example", "/v1/cart?c=2"),
        ("https://shop.example:443/a%20b#top", "shop.example", "/a%20b"),
        ("//other.example", "other.example", "/"),
    ],
)
def test_a_place_is_read_from_where_it_stands(location: str, host: str, path: str) -> None:
    """Relative and absolute references lead where RFC 3986 says, without their fragment."""
    found = lead(302, location)
    assert found is not None
    assert (found.target.host, found.path) == (host, path)


def test_another_host_is_told_nothing_private() -> None:
    """To another host, port or scheme only harmless headers go; the synthetic mark is one."""
    for location, url in (
        ("https://other.example/", "https://shop.example"),
        ("https://shop.example:8443/", "https://shop.example"),
        ("https://shop.example/", "http://shop.example"),
    ):
        found = lead(307, location, url)
        assert found is not None
        assert dict(found.request.headers).keys() == {"traceparent", "x-synthetic"}
        assert found.request.lines == ""
    same = lead(307, "https://SHOP.example:443/")
    assert same is not None
    assert same.request.headers == HEADERS


def test_what_is_no_redirect_is_the_response() -> None:
    """Other statuses and a redirect without a place lead nowhere."""
    assert lead(200, "/x") is None
    assert lead(304, "/x") is None
    hop = Hop(parse_target("http://shop.example"), "/", POST)
    assert redirected(hop, Response(302, {}, b"")) is None


@pytest.mark.parametrize(
    "location", ["http://shop.example/", "ftp://x/", "https://a b/", "https://u@x/", "http://["]
)
def test_some_places_are_refused(location: str) -> None:
    """From https to http, to other schemes and to no host nothing is followed."""
    with pytest.raises(ExchangeError) as error:
        lead(302, location)
    assert error.value.reason is Reason.REDIRECT
