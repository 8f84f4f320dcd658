"""The page's server: our own files, the boards as JSON, and a few read-only questions."""

from __future__ import annotations

import ipaddress
import json
import socket
import sys
import threading
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import parse_qsl, unquote, urlsplit

import structlog

from truegreen_dashboards.catalogue.pages import page
from truegreen_dashboards.preview.assets import assets, media_type
from truegreen_dashboards.preview.failing import Failing
from truegreen_dashboards.preview.payload import Sources, payload
from truegreen_dashboards.preview.records import records_page
from truegreen_definitions.errors import TruegreenError, UsageError
from truegreen_definitions.names import BoardUid

if TYPE_CHECKING:
    from truegreen_dashboards.preview.records import Rows
    from truegreen_dashboards.preview.upstream import Upstream
    from truegreen_definitions.plan.codec import LoadedPlan

__all__ = ["FIRST_PAGE", "PreviewServer", "Site"]

FIRST_PAGE = f"/d/{BoardUid.EXECUTIVE}"
CATALOGUE = "/catalogue/"
RECORDS = "/records/"
CONCURRENT_QUESTIONS = 8
IDLE_SECONDS = 30

_log = structlog.get_logger(__name__)

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_SECURITY = (
    ("Content-Security-Policy", _POLICY),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)


class PlanSource(Protocol):
    """Where the plan comes from."""

    def current(self) -> LoadedPlan:
        """Return the plan to show now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a server serves.

    Attributes:
        alertmanager: None: alerts are read from Prometheus.
        rows: The records that figures lead to; None: none are shown.
    """

    plan: PlanSource
    prometheus: Upstream
    alertmanager: Upstream | None = None
    rows: Rows | None = None


class PreviewServer(ThreadingHTTPServer):
    """Serves one site on one address, a thread per connection."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], site: Site) -> None:
        """Bind the address; port 0 takes a free one.

        Raises:
            OSError: The address cannot be bound.
        """
        self.site = site
        self.assets = assets()
        self.failing = Failing()
        self.questions = threading.BoundedSemaphore(CONCURRENT_QUESTIONS)
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Handler)

    @property
    def url(self) -> str:
        """The base URL it listens on."""
        host, port = str(self.server_address[0]), self.server_address[1]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def server_bind(self) -> None:
        """Bind without the look-up of our own name that http.server does: DNS may be slow."""
        TCPServer.server_bind(self)

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002
        """Log a fault of ours; a browser that left in the middle is none."""
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError | TimeoutError):
            _log.error("request_failed", exc_info=error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "truegreen"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS

    def do_GET(self) -> None:
        server = cast("PreviewServer", self.server)  # typed as its base by http.server
        try:
            known = _own_host(self.headers.get("Host", ""), server)
            asked = urlsplit(self.path)
        except ValueError:
            self._say(HTTPStatus.BAD_REQUEST, "this is no address of a page")
            return
        if not known:
            # A name that resolves to us is not ours: DNS rebinding would read our data with it.
            self._say(HTTPStatus.MISDIRECTED_REQUEST, "ask for this page by its address")
            return
        parameters = parse_qsl(asked.query, keep_blank_values=True)
        if asked.path == "/":
            self._send(HTTPStatus.FOUND, "text/plain", b"", (("Location", FIRST_PAGE),))
        elif asked.path.startswith("/d/"):
            self._asset(server, "index.html")
        elif asked.path.startswith("/page/"):
            self._asset(server, asked.path.removeprefix("/page/"))
        elif asked.path.startswith(CATALOGUE):
            self._catalogue(server, unquote(asked.path.removeprefix(CATALOGUE)))
        elif asked.path.startswith(RECORDS):
            self._records(server, unquote(asked.path.removeprefix(RECORDS)), dict(parameters))
        elif asked.path == "/boards.json":
            self._send(HTTPStatus.OK, "application/json", _boards(server.site))
        elif (upstream := _behind(server.site, asked.path)) is not None:
            with server.questions:
                answer = upstream.get(asked.path, parameters)
            server.failing.note(upstream, answer)
            self._send(answer.status, "application/json", answer.body)
        else:
            self._say(HTTPStatus.NOT_FOUND, "there is nothing here: the first page is /")

    def _asset(self, server: PreviewServer, name: str) -> None:
        found = server.assets.get(name)
        if found is None:
            self._say(HTTPStatus.NOT_FOUND, f"the page has no file {name!r}")
            return
        self._send(HTTPStatus.OK, found.kind, found.body)

    def _catalogue(self, server: PreviewServer, path: str) -> None:
        try:
            body = page(server.site.plan.current().plan, path)
        except KeyError:
            self._say(HTTPStatus.NOT_FOUND, f"the catalogue has no page {path!r}")
            return
        self._send(HTTPStatus.OK, media_type(path), body.encode())

    def _records(self, server: PreviewServer, name: str, asked: dict[str, str]) -> None:
        site, loaded = server.site, server.site.plan.current()
        services = {one.name for one in loaded.plan.services}
        if site.rows is None or name.partition("/")[0] not in services:
            self._say(HTTPStatus.NOT_FOUND, "no records are shown here: preview --state FILE does")
            return
        try:
            with server.questions:
                found = site.rows.receipt(loaded, name, asked.get("window"))
        except UsageError as error:
            self._say(HTTPStatus.NOT_FOUND, str(error))
            return
        except TruegreenError as error:
            _log.warning("records_not_read", about=name, error=str(error))
            self._say(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
            return
        body = records_page(loaded.plan, name, found, CATALOGUE)
        self._send(HTTPStatus.OK, media_type("records.html"), body.encode())

    def _say(self, status: HTTPStatus, message: str) -> None:
        body = json.dumps({"status": "error", "error": message}).encode()
        self._send(status, "application/json", body)

    def _send(
        self, status: int, kind: str, body: bytes, more: tuple[tuple[str, str], ...] = ()
    ) -> None:
        self.send_response(status)
        length = (("Content-Type", kind), ("Content-Length", str(len(body))))
        for name, value in (*length, ("Cache-Control", "no-cache"), *_SECURITY, *more):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing of single requests: an open page asks many times a minute."""


def _boards(site: Site) -> bytes:
    behind = site.alertmanager
    sources = Sources(prometheus=site.prometheus.shown, alertmanager=behind.shown if behind else "")
    return payload(site.plan.current(), sources, records=site.rows is not None).encode()


def _behind(site: Site, path: str) -> Upstream | None:
    for upstream in (site.prometheus, site.alertmanager):
        if upstream is not None and path in upstream.paths:
            return upstream
    return None


def _own_host(header: str, server: PreviewServer) -> bool:
    """Return whether a Host header names us by address, as localhost, or as bound."""
    host = urlsplit(f"//{header}").hostname or ""
    if host in {"localhost", server.server_address[0]}:
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
