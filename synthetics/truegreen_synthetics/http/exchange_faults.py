"""Why a request got no whole response, in one word and a sentence."""

from __future__ import annotations

import enum

from truegreen_definitions.errors import RetryableError

__all__ = ["ExchangeError", "Reason"]


class Reason(enum.StrEnum):
    """What went wrong between us and the system under test; `browser` is the prober's own fault."""

    DNS = "dns"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    RESET = "reset"
    TIMEOUT = "timeout"
    BAD_RESPONSE = "bad_response"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    AUTH = "auth"
    PROXY = "proxy"
    REDIRECT = "redirect"
    CRASHED = "crashed"
    BROWSER = "browser"


class ExchangeError(RetryableError):
    """There is no response.

    Attributes:
        reason: In one word.
    """

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
