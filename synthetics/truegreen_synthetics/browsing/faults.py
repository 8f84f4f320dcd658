"""What a browser says went wrong, as one of our reasons."""

from __future__ import annotations

import re

__all__ = ["fault_of"]

_FAULTS = (
    ("NAME_NOT_RESOLVED", "dns"),
    ("CONNECTION_REFUSED", "refused"),
    ("CERT_", "tls"),
    ("SSL_", "tls"),
    ("PROXY_", "proxy"),
    ("TUNNEL_", "proxy"),
    ("TOO_MANY_REDIRECTS", "redirect"),
    ("TIMED_OUT", "timeout"),
    ("CONNECTION_", "reset"),
    ("EMPTY_RESPONSE", "reset"),
    ("CONTENT_LENGTH_MISMATCH", "truncated"),
    ("INCOMPLETE_", "truncated"),
    ("ADDRESS_", "unreachable"),
    ("INTERNET_DISCONNECTED", "unreachable"),
)
"""Beginnings of what is behind `net::ERR_`, the first that fits."""


def fault_of(error: str) -> tuple[str, str]:
    """Return (reason, sentence) of what the browser says; reasons are those of `Reason`."""
    said = re.sub(r"^\w+\.\w+: ", "", error.strip().splitlines()[0])
    if "has been closed" in said:
        return "browser", "the prober's own browser has ended"
    if "crash" in said.lower():
        return "crashed", "the page crashed"
    if (net := re.search(r"net::ERR_(\w+)", said)) is not None:
        found = next((word for part, word in _FAULTS if net[1].startswith(part)), "bad_response")
        return found, f"the browser says {net[0]}"
    return "bad_response", said
