"""Asks a server for JSON: verified, bounded in time and size, patient with a busy one.

Redirects are not followed, because what comes with a request (a token) is for one server. A
server that is busy (429) or unwell (502, 503, 504, no answer) is asked three times more, as late
as it wishes, within the hour; then the reading fails and the source is left alone for longer.
"""

from __future__ import annotations

import time
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from truegreen_exporters.sources.json_rows import document_of
from truegreen_exporters.sources.rows import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from urllib3 import BaseHTTPResponse, PoolManager

    from truegreen_definitions.plan import Authentication
    from truegreen_exporters.sources.pages import Surroundings
    from truegreen_exporters.sources.secret_texts import SecretTexts

__all__ = ["MOST_BODY_BYTES", "Answer", "HttpClient"]

MOST_BODY_BYTES = 64 << 20
CONNECT_SECONDS = 10.0
ATTEMPTS = 4
LONGEST_PAUSE_SECONDS = 30.0
MOST_WAIT_SECONDS = 3600.0
TOKEN_MARGIN_SECONDS = 30.0
TOKEN_SECONDS = 300.0  # where a server does not say how long a token holds
MOST_TOKEN_SECONDS = 86_400
_LATER = {
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON document, and the headers it came with, in lower case."""

    document: object
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpClient:
    """A client for one source.

    Attributes:
        around: Keeps tokens between readings, and pauses.
        secrets: Fills texts in, and keeps secrets out of errors.
        authentication: How the server knows us.
        timeout_seconds: How long an answer may take.
    """

    around: Surroundings
    secrets: SecretTexts
    authentication: Authentication | None
    timeout_seconds: float
    _pool: PoolManager = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Open nothing yet: a pool connects when it is asked."""
        try:
            from urllib3 import PoolManager, Timeout  # noqa: PLC0415  imported where it is used
        except ImportError as error:
            raise SourceError("urllib3 is missing: pip install 'truegreen[exporter]'") from error
        connect = min(CONNECT_SECONDS, self.timeout_seconds)
        timeout = Timeout(connect=connect, read=self.timeout_seconds)
        pool = PoolManager(num_pools=2, timeout=timeout, retries=False, cert_reqs="CERT_REQUIRED")
        object.__setattr__(self, "_pool", pool)

    def get(self, url: str, headers: Mapping[str, str]) -> Answer:
        """Return the JSON at an address.

        Raises:
            SourceError: There is none, or not in time.
        """
        for name, text in headers.items():
            if not _is_line(text):
                raise SourceError(f"header {name} for {_host(url)} is no text of one line")
        sent = {"Accept": "application/json", "User-Agent": "truegreen-exporter", **headers}
        answer = self._asked("GET", url, {**sent, **self._authorization(url)})
        if answer.status == HTTPStatus.UNAUTHORIZED and self._forget_token():
            answer = self._asked("GET", url, {**sent, **self._authorization(url)})
        return self._read(url, answer)

    def _asked(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> BaseHTTPResponse:
        """Return an answer that is not a word of waiting."""
        from urllib3.exceptions import HTTPError  # noqa: PLC0415  as above

        said, wait = "", 0.0
        for attempt in range(ATTEMPTS):
            if attempt:
                self.around.pause(min(LONGEST_PAUSE_SECONDS, max(wait, 2.0 ** (attempt - 1))))
            try:
                answer = self._pool.request(
                    method, url, body=body, headers=headers, preload_content=False, redirect=False
                )
            except HTTPError as error:
                said, wait = f"does not answer: {_words(error)}", 0.0
                continue
            if answer.status not in _LATER:
                return answer
            wait = self._retry_after(answer.headers.get("Retry-After", ""))
            said = f"answers {answer.status} {answer.reason or ''}".rstrip()
            answer.close()  # what it says more may have no end
            if wait > LONGEST_PAUSE_SECONDS:
                break
        raise SourceError(self.secrets.masked(f"{_host(url)} {said}"), wait)

    def _read(self, url: str, answer: BaseHTTPResponse) -> Answer:
        from urllib3.exceptions import HTTPError  # noqa: PLC0415  as above

        if answer.status != HTTPStatus.OK:
            answer.close()
            to = answer.headers.get("Location")
            more = f", to {_host(to)}: name that address" if to else ""
            said = f"{_host(url)} answers {answer.status} {answer.reason or ''}".rstrip()
            raise SourceError(self.secrets.masked(said + more))
        body, deadline = bytearray(), time.monotonic() + self.timeout_seconds
        try:
            # What has come, and no more, or a server that drips would never meet the deadline.
            while part := answer.read1(1 << 16, decode_content=True):
                body += part
                if len(body) > MOST_BODY_BYTES:
                    raise SourceError(
                        f"{_host(url)} answers with more than {MOST_BODY_BYTES >> 20} MiB: "
                        "ask for smaller pages"
                    )
                if time.monotonic() > deadline:
                    raise SourceError(f"{_host(url)} takes too long to answer whole")
        except HTTPError as error:
            raise SourceError(f"{_host(url)} breaks off: {_words(error)}") from error
        finally:
            answer.close()
        try:
            document = document_of(bytes(body))
        except ValueError as error:
            raise SourceError(f"{_host(url)} answers with no JSON: {error}") from error
        return Answer(document, {name.lower(): text for name, text in answer.headers.items()})

    def _authorization(self, url: str) -> dict[str, str]:
        known = self.authentication
        if known is None:
            return {}
        secret = self.secrets.filled(known.secret)
        if known.method == "basic":
            pair = f"{self.secrets.filled(known.user)}:{secret}".encode()
            return {"Authorization": f"Basic {b64encode(pair).decode()}"}
        token = secret if known.method == "bearer" else self._token(known, secret)
        if not _is_line(token):
            raise SourceError(f"the token for {_host(url)} is no text of one line")
        return {"Authorization": f"Bearer {token}"}

    def _token(self, known: Authentication, secret: str) -> str:
        """Return a token of OAuth 2 (RFC 6749, 4.4), the one that still holds if there is one."""
        kept, holds_until = self.around.tokens.get(_token_key(known), ("", 0.0))
        if time.monotonic() < holds_until:
            return kept
        form = {"grant_type": "client_credentials"} | (
            {"scope": known.scope} if known.scope else {}
        )
        pair = f"{self.secrets.filled(known.user)}:{secret}".encode()
        headers = {
            "Authorization": f"Basic {b64encode(pair).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        url = known.token_url
        answer = self._asked("POST", url, headers, urlencode(form).encode())
        found = self._read(url, answer).document
        token = found.get("access_token") if isinstance(found, dict) else None
        if not isinstance(found, dict) or not isinstance(token, str):
            raise SourceError(f"{_host(url)} gives no access_token")
        lasts = found.get("expires_in", TOKEN_SECONDS)
        known_span = lasts if isinstance(lasts, int | Decimal) else TOKEN_SECONDS
        seconds = float(max(0, min(known_span, MOST_TOKEN_SECONDS)))
        holds = time.monotonic() + max(0.0, seconds - TOKEN_MARGIN_SECONDS)
        self.around.tokens[_token_key(known)] = (token, holds)
        return token

    def _forget_token(self) -> bool:
        """Drop a token that the server does not take; return whether there was one."""
        known = self.authentication
        return known is not None and self.around.tokens.pop(_token_key(known), None) is not None

    def _retry_after(self, text: str) -> float:
        """Return the seconds that `Retry-After` asks for (RFC 9110, 10.2.3), within bounds.

        0 for none.
        """
        if text.isdecimal():
            return min(MOST_WAIT_SECONDS, float(text[:9]))
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, OverflowError, TypeError, IndexError):
            return 0.0
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return min(MOST_WAIT_SECONDS, max(0.0, (aware - datetime.now(UTC)).total_seconds()))


def _token_key(known: Authentication) -> str:
    return f"{known.token_url} {known.user} {known.scope}"


def _is_line(text: str) -> bool:
    """Return whether a header can hold a text."""
    return text.isprintable() and text.isascii()


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "what is no address"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _words(error: Exception) -> str:
    return str(getattr(error, "reason", None) or error).rpartition(">: ")[2]
