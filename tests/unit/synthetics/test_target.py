"""Base URLs are taken apart strictly."""

from __future__ import annotations

import pytest

from truegreen_synthetics.target import parse_target


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://shop.example", (False, "shop.example", 80, "shop.example", "")),
        ("https://shop.example/v1/", (True, "shop.example", 443, "shop.example", "/v1")),
        ("http://127.0.0.1:8080/", (False, "127.0.0.1", 8080, "127.0.0.1:8080", "")),
        ("http://[::1]:8080", (False, "::1", 8080, "[::1]:8080", "")),
        (
            "https://BÜCHER.example",
            (True, "xn--bcher-kva.example", 443, "xn--bcher-kva.example", ""),
        ),
    ],
)
def test_a_target_has_its_parts(url: str, expected: tuple[bool, str, int, str, str]) -> None:
    """Host, port, Host header and path prefix are those of the URL."""
    found = parse_target(url)
    assert (found.tls, found.host, found.port, found.authority, found.prefix) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.example",
        "ftp://shop.example",
        "http://",
        "http://shop.example:port",
        "http://user:secret@shop.example",
        "http://shop.example?x=1",
        "http://shop.example#x",
    ],
)
def test_what_is_no_target_is_refused(url: str) -> None:
    """Other schemes, missing hosts and URLs with more than a path are refused."""
    with pytest.raises(ValueError, match=r".+") as error:
        parse_target(url)
    assert "secret" not in str(error.value)
