"""Arguments that verbs share."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

import pytest

from truegreen_definitions.cli.arguments import address, instant, positive_seconds


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("127.0.0.1:9464", ("127.0.0.1", 9464)),
        ("[::1]:0", ("::1", 0)),
        ("localhost:65535", ("localhost", 65_535)),
    ],
)
def test_an_address_is_host_and_port(text: str, found: tuple[str, int]) -> None:
    """Names, IPv4 and IPv6 in brackets are read."""
    assert address(text) == found


@pytest.mark.parametrize("text", ["", "9464", ":9464", "h:", "h:x", "h:65536", "h:-1", "h:٣"])
def test_what_is_no_address_is_refused(text: str) -> None:
    """The refusal shows what was given and the form it should have."""
    with pytest.raises(argparse.ArgumentTypeError, match="write HOST:PORT"):
        address(text)


def test_an_instant_has_a_zone() -> None:
    """A time without its zone could be any of 24 hours; a day alone begins in UTC."""
    assert instant("2017-03-01T01:00:00+01:00") == datetime(2017, 3, 1, tzinfo=UTC)
    assert instant("2017-03-01") == datetime(2017, 3, 1, tzinfo=UTC)
    for text in (
        "2017-03-01T00:00:00",
        "2017-02-30",
        "yesterday",
        "1969-01-01",
        "1969-01-01T00:00:00Z",
    ):
        with pytest.raises(argparse.ArgumentTypeError, match="is no instant"):
            instant(text)


def test_a_pause_is_more_than_nothing() -> None:
    """Durations are read from their unit, and 0 is refused."""
    assert positive_seconds("1h30m") == 5400
    for text in ("0s", "15", ""):
        with pytest.raises(argparse.ArgumentTypeError):
            positive_seconds(text)
