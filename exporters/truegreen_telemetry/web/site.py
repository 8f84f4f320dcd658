"""What a server answers: who is let in, which route takes a request, else the application."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

import structlog

from truegreen_telemetry.web.messages import refusal
from truegreen_telemetry.web.routes import no_routes
from truegreen_telemetry.web.wsgi import ask

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from truegreen_telemetry.web.messages import Request, Response
    from truegreen_telemetry.web.routes import Route, Routes

__all__ = ["Gate", "Open", "Site"]

_LOG = structlog.get_logger(__name__)


class Gate(Protocol):
    """Decides who is let in, and what every response says beside its own headers."""

    def refuses(self, request: Request) -> Response | None:
        """Return why a request is refused, or None; may take long, and is called in a thread."""

    def knows(self, request: Request) -> bool:
        """Return at once whether a request is let in without any doubt."""

    def headers(self) -> tuple[tuple[str, str], ...]:
        """Return the headers of every response."""


class Open:
    """The gate that lets everybody in."""

    def refuses(self, request: Request) -> Response | None:  # noqa: ARG002  a Gate's
        """Refuse nobody."""
        return None

    def knows(self, request: Request) -> bool:  # noqa: ARG002  a Gate's
        """Know everybody."""
        return True

    def headers(self) -> tuple[tuple[str, str], ...]:
        """Add nothing."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The answers of a server.

    Attributes:
        app: Answers requests without a body from memory, on the event loop.
        routes: Finds who answers the others.
        gate: Who is let in.
    """

    app: WSGIApplication
    routes: Routes = no_routes
    gate: Gate

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

    async def refused(self, request: Request) -> Response | None:
        """Return why the gate refuses a request, or None; a fault of the gate becomes a 500."""
        try:
            return await asyncio.to_thread(self.gate.refuses, request)
        except Exception:  # noqa: BLE001  nobody is let in by a fault, and the server lives on
            _LOG.exception("gate_failed", path=request.path)
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
