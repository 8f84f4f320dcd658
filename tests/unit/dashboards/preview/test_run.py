"""Where the page listens."""

from __future__ import annotations

import pytest

from truegreen_dashboards.preview.run import parse_address
from truegreen_definitions.errors import TerminalError


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8099", ("127.0.0.1", 8099)),
        ("localhost:0", ("localhost", 0)),
        ("[::1]:80", ("::1", 80)),
    ],
)
def test_addresses(text: str, address: tuple[str, int]) -> None:
    """Host and port are told apart, for IPv6 too."""
    assert parse_address(text) == address


@pytest.mark.parametrize("text", ["", "8099", ":8099", "host:", "host:http", "host:65536", "h:²"])
def test_what_is_no_address(text: str) -> None:
    """Anything else is refused, with the form to write."""
    with pytest.raises(TerminalError, match="write HOST:PORT"):
        parse_address(text)
