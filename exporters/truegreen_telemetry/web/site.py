"""What a server answers: who is let in, which route takes a request, else the application."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog

from truegreen_telemetry.web.messages import refusal
from truegreen_telemetry.web.routes import no_routes
from truegreen_telemetry.web.wsgi import ask

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from truegreen_telemetry.web.door import Door
    from truegreen_telemetry.web.messages import Request, Response
    from truegreen_telemetry.web.routes import Route, Routes

__all__ = ["Site"]

_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The answers of a server.

    Attributes:
        app: Answers requests without a body from memory, on the event loop.
        routes: Finds who answers the others.
        door: Who is let in.
    """

    app: WSGIApplication
    routes: Routes = no_routes
    door: Door

    def at_once(self, request: Request) -> Response:
        """Return the application's answer; a fault of it becomes a 500."""
        carries = request.headers.get("content-length", "0") != "0"
        if carries or "transfer-encoding" in request.headers:
            why = "this path takes no body"
            return refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, why=why)
        try:
            return ask(self.app, request)
        except Exception:  # noqa: BLE001  a fault in one scrape must not end the server
            _LOG.exception("metrics_request_failed", path=request.path)
            return refusal(HTTPStatus.INTERNAL_SERVER_ERROR)

    async def by_route(self, route: Route, request: Request, seconds: float) -> Response:
        """Return a route's answer; a fault of it becomes a 500, too long a time a 503."""
        try:
            return await asyncio.wait_for(route.handle(request), seconds)
        except TimeoutError:
            _LOG.warning("request_took_too_long", path=request.path, seconds=seconds)
            return refusal(HTTPStatus.SERVICE_UNAVAILABLE, ("Retry-After", "5"))
        except Exception:  # noqa: BLE001  a fault in one request must not end the server
            _LOG.exception("request_failed", path=request.path)
            return refusal(HTTPStatus.INTERNAL_SERVER_ERROR)
