"""A WSGI application, asked by a server of our own (PEP 3333)."""

from __future__ import annotations

from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any

from truegreen_telemetry.web.messages import Response

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

    from truegreen_telemetry.web.messages import Request

__all__ = ["ask"]


def ask(app: WSGIApplication, request: Request) -> Response:
    """Return what an application answers to a request without a body.

    Raises:
        Exception: Whatever the application raises.
    """
    answer: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> Any:  # noqa: ANN401  PEP 3333 asks for a write() nobody uses
        answer.append((status, headers))

    body = b"".join(app(_environ(request), start_response))
    status, headers = answer[0]
    return Response(
        status=HTTPStatus(int(status.split(" ", 1)[0])), body=body, headers=tuple(headers)
    )


def _environ(request: Request) -> WSGIEnvironment:
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path,
        "QUERY_STRING": request.query,
        "SERVER_PROTOCOL": request.version,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    return environ
