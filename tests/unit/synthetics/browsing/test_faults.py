"""What browsers say becomes one of our reasons, and their own word stays in the sentence."""

from __future__ import annotations

import pytest

from truegreen_synthetics.browsing.faults import fault_of
from truegreen_synthetics.http.exchange_faults import Reason


@pytest.mark.parametrize(
    ("said", "reason", "told"),
    [
        ("Page.goto: net::ERR_NAME_NOT_RESOLVED at http://a/", Reason.DNS, "net::ERR_NAME_NOT"),
        ("Page.goto: net::ERR_CONNECTION_REFUSED at http://a/", Reason.REFUSED, "_REFUSED"),
        ("net::ERR_CONNECTION_CLOSED at http://a/", Reason.RESET, "net::ERR_CONNECTION_CLOSED"),
        ("net::ERR_CERT_DATE_INVALID at https://a/\nCall log:", Reason.TLS, "_CERT_DATE_INVALID"),
        ("net::ERR_ABORTED at http://a/", Reason.BAD_RESPONSE, "net::ERR_ABORTED"),
        ("Page.evaluate: Target crashed", Reason.CRASHED, "the page crashed"),
        ("Page.click: Target page has been closed", Reason.BROWSER, "own browser has ended"),
        ("Page.click: no such\nelement", Reason.BAD_RESPONSE, "no such"),
    ],
)
def test_a_fault_has_a_reason(said: str, reason: Reason, told: str) -> None:
    """A fault of the network, of the page, of the browser itself, and one that nobody knows."""
    found, sentence = fault_of(said)
    assert (Reason(found), told in sentence) == (reason, True)
