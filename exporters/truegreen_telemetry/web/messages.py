"""Requests and responses of HTTP/1.1, and reading a request's head.

Source: RFC 9112, sections 2 to 6. Stricter where leniency helps only attackers: no folded
headers, no space before a colon, one content length.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Request", "Response", "encoded", "keeps_alive", "read_head", "refusal"]

_WORDS = 3  # method, target, version


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request.

    Attributes:
        method: Such as `GET`, in upper case as it came.
        path: Path of the target without its percent escapes, as Latin-1 text.
        query: What stands behind the question mark, as it came.
        version: `HTTP/1.1` or `HTTP/1.0`.
        headers: By name in lower case; one that came twice has its values joined by `, `.
        body: The body, at most as long as its route allows; empty without a route.
    """

    method: str
    path: str
    query: str
    version: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response; length and connection headers are the server's to add."""

    status: HTTPStatus
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/plain; charset=utf-8"),)


def refusal(status: HTTPStatus, *headers: tuple[str, str], why: str = "") -> Response:
    """Return a response that says no, and why: by default the status in words."""
    body = f"{why or status.phrase.lower()}\n".encode()
    plain = ("Content-Type", "text/plain; charset=utf-8")
    return Response(status=status, body=body, headers=(plain, *headers))


def read_head(head: bytes) -> Request | Response:
    """Return the request of a head (without its empty line), or why it is refused."""
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != _WORDS or words[2] not in {"HTTP/1.1", "HTTP/1.0"}:
        return refusal(HTTPStatus.BAD_REQUEST, why="no request line of HTTP/1.1 or HTTP/1.0")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            return refusal(HTTPStatus.BAD_REQUEST, why="a header line without a name and a colon")
        name, value = name.lower(), value.strip()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    path, _, query = words[1].partition("?")
    return Request(
        method=words[0],
        path=unquote_to_bytes(path).decode("latin-1"),
        query=query,
        version=words[2],
        headers=headers,
    )


def keeps_alive(request: Request) -> bool:
    """Return whether the client wants to send another request on its connection."""
    wish = request.headers.get("connection", "").lower()
    return wish == "keep-alive" or (wish != "close" and request.version != "HTTP/1.0")


def encoded(response: Response, extra: tuple[tuple[str, str], ...], *, keep: bool) -> bytes:
    """Return the bytes of a response; `extra` headers come after its own."""
    headers = [*response.headers, *extra]
    if not any(name.lower() == "content-length" for name, _ in headers):
        headers.append(("Content-Length", str(len(response.body))))
    headers.append(("Connection", "keep-alive" if keep else "close"))
    lines = [f"HTTP/1.1 {response.status.value} {response.status.phrase}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + response.body
