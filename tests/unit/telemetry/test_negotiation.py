"""Clients get the format and encoding they ask for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_telemetry.exposition import Format
from truegreen_telemetry.negotiation import accepts_gzip, choose_format

PROMETHEUS_2 = (
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)
PROMETHEUS_3 = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
    "application/openmetrics-text;version=0.0.1;q=0.4,"
    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (PROMETHEUS_2, Format.OPENMETRICS),
        (PROMETHEUS_3, Format.OPENMETRICS),
        ("", Format.TEXT),
        ("*/*", Format.TEXT),
        ("text/html,application/xhtml+xml", Format.TEXT),
        ("application/openmetrics-text", Format.OPENMETRICS),
        ("APPLICATION/OpenMetrics-Text; Version=1.0.0", Format.OPENMETRICS),
        ("application/openmetrics-text;version=2.0.0", Format.TEXT),
        ("application/openmetrics-text;version=abc", Format.TEXT),
        ("application/openmetrics-text;version=1.0.0;q=0", Format.TEXT),
        ("application/openmetrics-text;version=1.0.0;q=0.1,text/plain;q=0.2", Format.TEXT),
        ("text/plain;q=0.2,application/openmetrics-text;version=1.0.0;q=0.3", Format.OPENMETRICS),
        ("application/openmetrics-text;q=nonsense", Format.TEXT),
        ("application/openmetrics-text;q=nan", Format.TEXT),
        ("application/openmetrics-text;q=7", Format.TEXT),
    ],
)
def test_the_format_of_the_highest_weight_is_chosen(accept: str, form: Format) -> None:
    """The highest weight wins among what we have, and text 0.0.4 is the last resort."""
    assert choose_format(accept) is form


@pytest.mark.parametrize(
    ("encoding", "gzip"),
    [
        ("gzip", True),
        ("deflate, gzip;q=0.5", True),
        ("*", True),
        ("gzip;q=0, *", False),
        ("gzip;q=0", False),
        ("identity", False),
        ("", False),
        ("GZIP", True),
        ("x-gzip", True),
    ],
)
def test_gzip_is_sent_only_to_those_who_take_it(encoding: str, gzip: bool) -> None:  # noqa: FBT001
    """Gzip is sent where it is accepted with a weight above 0."""
    assert accepts_gzip(encoding) is gzip


@given(st.text(max_size=60))
def test_no_header_is_an_error(header: str) -> None:
    """Any text as a header is answered."""
    assert choose_format(header) in Format
    assert accepts_gzip(header) in {True, False}
