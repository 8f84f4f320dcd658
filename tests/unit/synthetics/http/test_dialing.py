"""Where a host is: addresses are known without asking, names are not."""

from __future__ import annotations

import socket

import pytest

from truegreen_synthetics.http.dialing import literal


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.7", "::1", "2001:db8::7"])
def test_an_address_is_what_the_resolver_says_it_is(host: str) -> None:
    """Whoever writes an address gets the very answer of the resolver, without its thread."""
    asked = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    assert list(literal(host, 443)) == asked


@pytest.mark.parametrize(
    "host", ["localhost", "shop.example", "127.1", "fe80::1%lo", "", "1.2.3.4.5"]
)
def test_what_is_no_plain_address_is_asked_for(host: str) -> None:
    """Names, short forms and addresses of one interface are left to the resolver."""
    assert literal(host, 443) == ()
