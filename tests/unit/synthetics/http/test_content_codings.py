"""Packed bodies come out as they went in, and never larger than allowed."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_synthetics.http.content_codings import decoded
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason

BOUND = 1_000


def raw(body: bytes) -> bytes:
    """Return a deflate stream without the zlib format around it."""
    pack = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return pack.compress(body) + pack.flush()


@given(st.binary(max_size=BOUND))
def test_every_coding_is_undone(body: bytes) -> None:
    """Both gzips, both deflates, several at once and none are read."""
    assert decoded(gzip.compress(body), "GZIP", BOUND) == body
    assert decoded(gzip.compress(body), "x-gzip", BOUND) == body
    assert decoded(zlib.compress(body), "deflate", BOUND) == body
    assert decoded(raw(body), "deflate", BOUND) == body
    assert decoded(gzip.compress(zlib.compress(body)), "deflate, gzip", 2 * BOUND) == body
    assert decoded(body, "identity", BOUND) == body


@pytest.mark.parametrize(
    ("body", "coding", "reason"),
    [
        (b"no gzip", "gzip", Reason.BAD_RESPONSE),
        (b"\xff\xff\xff", "deflate", Reason.BAD_RESPONSE),
        (gzip.compress(b"a" * 99)[:-4], "gzip", Reason.TRUNCATED),
        (gzip.compress(b"a" * (BOUND + 1)), "gzip", Reason.TOO_LARGE),
        (raw(b"a" * (BOUND + 1)), "deflate", Reason.TOO_LARGE),
    ],
    # Ids of their own: gzip writes the time into its header, and ids must not change with it.
    ids=["no-gzip", "no-deflate", "cut-short", "too-large", "too-large-deflated"],
)
def test_a_bad_coding_has_its_reason(body: bytes, coding: str, reason: Reason) -> None:
    """Wrong, cut short and too large are told apart."""
    with pytest.raises(ExchangeError) as error:
        decoded(body, coding, BOUND)
    assert error.value.reason is reason
