"""Routes: the paths of a server whose requests carry a body or take time, such as webhooks.

Everything else is answered from memory by the server's application. A body is read only after
its announced length was found to fit; a route never sees a part of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeAlias

from truegreen_telemetry.web.messages import refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from truegreen_telemetry.web.messages import Request, Response

__all__ = ["Route", "Routes", "body_length", "no_routes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """How the requests to one path are answered.

    Attributes:
        methods: What may be asked, such as `("POST",)`.
        most_body_bytes: Longest body; a longer one is refused before it is read.
        handle: Answers; runs on the server's event loop, so whatever blocks belongs in a thread
            (`asyncio.to_thread`). An exception is logged and becomes a 500, taking longer than
            `Limits.answer_seconds` a 503.
    """

    methods: tuple[str, ...]
    most_body_bytes: int
    handle: Callable[[Request], Awaitable[Response]]


# Finds the route of a path; asked for every request, so routes may come and go with a plan.
Routes: TypeAlias = "Callable[[str], Route | None]"


def no_routes(_path: str) -> Route | None:
    """Find nothing: a server without routes."""
    return None


def body_length(request: Request, route: Route) -> int | Response:
    """Return how many bytes of body follow a request's head, or why it is refused."""
    if request.method not in route.methods:
        allowed = ", ".join(route.methods)
        why = f"{request.method} is not among {allowed}"
        return refusal(HTTPStatus.METHOD_NOT_ALLOWED, ("Allow", allowed), why=why)
    if "transfer-encoding" in request.headers:
        why = "send the body whole, with its Content-Length"
        return refusal(HTTPStatus.LENGTH_REQUIRED, why=why)
    length = request.headers.get("content-length", "0")
    if not (length.isascii() and length.isdecimal()):
        return refusal(HTTPStatus.BAD_REQUEST, why="Content-Length is no number")
    if len(length) > 18 or int(length) > route.most_body_bytes:  # noqa: PLR2004  digits of any file
        why = f"a body of {length[:18]} bytes; at most {route.most_body_bytes} are taken"
        return refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, why=why)
    return int(length)
