"""Cookies go back where they belong and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_synthetics.http.cookies import MOST_COOKIES, CookieJar


def jar(*values: str, host: str = "shop.example", path: str = "/a/b") -> CookieJar:
    """Return a jar that kept the values of one response."""
    made = CookieJar()
    made.keep(values, host, path)
    return made


@pytest.mark.parametrize(
    ("value", "host", "path", "tls", "sent"),
    [
        ("s=1", "shop.example", "/a/b", False, "s=1"),
        ("s=1", "shop.example", "/a/c?q=/x", False, "s=1"),
        ("s=1", "shop.example", "/other", False, ""),
        ("s=1; Path=/", "shop.example", "/other", False, "s=1"),
        ("s=1; Path=/ab", "shop.example", "/abc", False, ""),
        ("s=1; Path=/", "api.shop.example", "/", False, ""),
        ("s=1; Path=/; Domain=shop.example", "api.shop.example", "/", False, "s=1"),
        ("s=1; Path=/; Domain=.shop.example", "shop.example", "/", False, "s=1"),
        ("s=1; Path=/; Domain=shop.example", "myshop.example", "/", False, ""),
        ("s=1; Path=/; Domain=example", "shop.example", "/", False, ""),
        ("s=1; Path=/; Domain=bank.example", "bank.example", "/", False, ""),
        ("s=1; Path=/; Secure", "shop.example", "/", False, ""),
        ("s=1; Path=/; Secure", "shop.example", "/", True, "s=1"),
        ("s=1; Path=/; Max-Age=0", "shop.example", "/", False, ""),
        ("s=1; Path=/; Max-Age=60", "shop.example", "/", False, "s=1"),
        ("s=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "shop.example", "/", False, ""),
        ("s=1; Path=/; Expires=Thu, 01 Jan 2099 00:00:00 GMT", "shop.example", "/", False, "s=1"),
        ("s=1; Path=/; Expires=soon", "shop.example", "/", False, "s=1"),
        ("no cookie", "shop.example", "/a/b", False, ""),
        ("=1", "shop.example", "/a/b", False, ""),
        ("s=1\x01", "shop.example", "/a/b", False, ""),
    ],
)
def test_a_cookie_goes_where_it_belongs(
    value: str, host: str, path: str, *, tls: bool, sent: str
) -> None:
    """Host, domain, path, `Secure` and end of a cookie decide, as RFC 6265 says."""
    assert jar(value).header(host, path, tls=tls) == sent


def test_the_newest_value_stays_and_a_deletion_deletes() -> None:
    """One name, domain and path is one cookie; others stand beside it, longest path first."""
    made = jar("s=1; Path=/", "s=2; Path=/", "t=3; Path=/a")
    assert made.header("shop.example", "/a/x", tls=False) == "t=3; s=2"
    made.keep(("s=; Path=/; Max-Age=-1",), "shop.example", "/")
    assert made.header("shop.example", "/a/x", tls=False) == "t=3"
    made.clear()
    assert not made


def test_a_server_cannot_fill_the_memory() -> None:
    """Above the bound no new cookie is kept."""
    made = jar(*(f"c{n}=1; Path=/" for n in range(2 * MOST_COOKIES)))
    assert made.header("shop.example", "/", tls=False).count("=") == MOST_COOKIES


def test_an_address_has_no_domain() -> None:
    """A host that is an address sets cookies for itself alone."""
    made = jar("s=1; Path=/; Domain=0.0.1", host="127.0.0.1")
    assert not made


@given(st.lists(st.text(max_size=40), max_size=5))
def test_no_value_breaks_the_jar(values: list[str]) -> None:
    """Whatever a server sends, what goes back is printable and of one line."""
    made = jar(*values)
    assert made.header("shop.example", "/a/b", tls=True).isprintable()
