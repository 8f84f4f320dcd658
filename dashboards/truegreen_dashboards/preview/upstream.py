"""The servers behind the page, asked read-only: a few paths, bounded in size and time.

The page's own origin answers for them, so a browser needs no cross-origin permission, and
nothing but these paths can be reached through it.
"""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from truegreen_definitions.errors import RetryableError, TerminalError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ALERTMANAGER_PATHS", "PROMETHEUS_PATHS", "Answer", "Upstream"]

PROMETHEUS_PATHS = {
    "/api/v1/query": ("query", "time"),
    "/api/v1/query_range": ("query", "start", "end", "step"),
    "/api/v1/query_exemplars": ("query", "start", "end"),
    "/api/v1/alerts": (),
}
"""Paths of Prometheus that may be asked, with the parameters that are passed on."""

ALERTMANAGER_PATHS: dict[str, tuple[str, ...]] = {"/api/v2/alerts": ()}

_CHUNK = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status and JSON body, of the server or of ours when it did not answer."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """One server.

    Attributes:
        name: For messages.
        url: Base URL; a path before `/api` is kept.
        paths: What may be asked of it, with the parameters that are passed on.
        timeout_seconds: Longest time for the whole answer.
        limit_bytes: Largest answer.
    """

    name: str
    url: str
    paths: dict[str, tuple[str, ...]]
    timeout_seconds: float = 10.0
    limit_bytes: int = 16 * 1024 * 1024

    def __post_init__(self) -> None:
        """Refuse a URL that cannot be asked.

        Raises:
            TerminalError: It is no http or https URL with a host.
        """
        try:
            parts = urlsplit(self.url)
            usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise TerminalError(
                f"{self.name} URL {self.url!r} cannot be used: write http://HOST:PORT"
            )

    @property
    def shown(self) -> str:
        """The URL as people may see it: without user and password."""
        parts = urlsplit(self.url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))

    def get(self, path: str, parameters: Iterable[tuple[str, str]]) -> Answer:
        """Ask one of its paths; what goes wrong comes back as an answer in Prometheus's shape.

        Raises:
            KeyError: The path is not one of `paths`.
        """
        allowed = self.paths[path]
        query = urlencode([(name, value) for name, value in parameters if name in allowed])
        try:
            return self._ask(f"{path}?{query}" if query else path)
        except TimeoutError:
            reason = f"no answer within {self.timeout_seconds:g} s"
            return self._failed(http.HTTPStatus.GATEWAY_TIMEOUT, reason)
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            return self._failed(http.HTTPStatus.BAD_GATEWAY, reason.lower())

    def result(self, path: str, parameters: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
        """Return what a Prometheus found for a query.

        Raises:
            KeyError: The path is not one of `paths`.
            RetryableError: It does not answer, or refuses the query.
        """
        answer = self.get(path, parameters)
        found = json.loads(answer.body)
        if found.get("status") != "success":
            raise RetryableError(str(found.get("error", f"{self.name} answers {answer.status}")))
        result: list[dict[str, Any]] = found["data"]["result"]
        return result

    def _ask(self, path: str) -> Answer:
        parts = urlsplit(self.url)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        deadline = time.monotonic() + self.timeout_seconds
        connection = kind(parts.hostname or "", parts.port, timeout=self.timeout_seconds)
        try:
            connection.request("GET", parts.path.rstrip("/") + path, headers=_HEADERS)
            response = connection.getresponse()
            body = self._read(response, deadline)
        finally:
            connection.close()
        if body is None:
            reason = f"the answer is larger than {self.limit_bytes} bytes"
            return self._failed(http.HTTPStatus.BAD_GATEWAY, reason)
        if not response.headers.get_content_type().endswith("json"):
            reason = f"status {response.status} and no JSON"
            return self._failed(http.HTTPStatus.BAD_GATEWAY, reason)
        return Answer(status=response.status, body=body)

    def _read(self, response: http.client.HTTPResponse, deadline: float) -> bytes | None:
        """Return the body, or None when it is larger than the limit."""
        body = bytearray()
        while chunk := response.read1(_CHUNK):
            body += chunk
            if len(body) > self.limit_bytes:
                return None
            if time.monotonic() > deadline:
                raise TimeoutError
        return bytes(body)

    def _failed(self, status: int, reason: str) -> Answer:
        message = f"{self.name} does not answer at {self.shown}: {reason}"
        body = {"status": "error", "errorType": "unreachable", "error": message}
        return Answer(status=status, body=json.dumps(body).encode())


_HEADERS = {"Accept": "application/json", "User-Agent": "truegreen-preview"}
