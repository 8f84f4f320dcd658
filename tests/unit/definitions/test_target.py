"""Base URLs are taken apart strictly."""

from __future__ import annotations

import re

import pytest

from truegreen_definitions.target import parse_target


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
    ("url", "words"),
    [
        ("", "'' is no target"),
        ("shop.example", "'shop.example' is no target"),
        ("ftp://shop.example", "'ftp://shop.example' is no target"),
        ("http://", "'http://' is no target"),
        ("http://shop .example", "'http://shop .example' is no target"),
        ("http://shop\n.example", r"'http://shop\n.example' is no target"),
        ("http://[::1", "Invalid IPv6 URL"),
        ("http://shop.example:port", "the target of host 'shop.example' has no port"),
        ("http://shop.example:0", "the target of host 'shop.example' has no port"),
        ("http://shop.example:65536", "the target of host 'shop.example' has no port"),
        ("http://user:secret@shop.example", "the target of host 'shop.example' has a user"),
        ("http://shop.example?x=1", "the target of host 'shop.example' has a query"),
        ("http://shop.example/?x=1", "the target of host 'shop.example' has a query"),
        ("http://shop.example#x", "the target of host 'shop.example' has a #"),
    ],
)
def test_what_is_no_target_is_refused(url: str, words: str) -> None:
    """Other schemes, missing hosts and URLs with more than a path are refused, secrets unsaid."""
    with pytest.raises(ValueError, match=re.escape(words)) as error:
        parse_target(url)
    assert "secret" not in str(error.value)
