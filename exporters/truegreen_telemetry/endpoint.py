"""`/metrics`, `/-/healthy` and `/-/ready` as a WSGI application.

It runs under any WSGI server; ours is `server.MetricsServer`. A body is rendered once per snapshot,
format and encoding, however many clients ask.
`?name[]=…` asks for the families of some samples alone, as in Prometheus's client libraries.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from truegreen_telemetry.exposition import samples_of
from truegreen_telemetry.negotiation import accepts_gzip, choose_format
from truegreen_telemetry.rendering import Renderer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from truegreen_telemetry.exposition import Format
    from truegreen_telemetry.samples import Snapshot

__all__ = ["MetricsApp"]

MOST_NAMES = 100
_PLAIN = "text/plain; charset=utf-8"


class MetricsApp:
    """The endpoint of a process.

    Args:
        snapshot: Returns what to show; called for every scrape, by the server's thread.
        ready: Returns whether the process has its first data; until then `/-/ready` is 503.
        rest: Called while an answer is made, about every millisecond; lets others run.
    """

    def __init__(
        self,
        snapshot: Callable[[], Snapshot],
        ready: Callable[[], bool] = lambda: True,
        rest: Callable[[], None] | None = None,
    ) -> None:
        self._snapshot = snapshot
        self._ready = ready
        self._renderer = Renderer(rest)
        self._lock = threading.Lock()
        self._epoch = -1
        self._bodies: dict[tuple[Format, bool], bytes] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request: GET or HEAD of one of the three paths, else 404 or 405."""
        status, headers, body = self._answer(environ)
        start_response(status, [*headers, ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _answer(self, environ: WSGIEnvironment) -> tuple[str, list[tuple[str, str]], bytes]:
        path = environ.get("PATH_INFO", "")
        plain = [("Content-Type", _PLAIN)]
        if path not in {"/metrics", "/-/healthy", "/-/ready"}:
            return "404 Not Found", plain, b"not found: this server has /metrics\n"
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return "405 Method Not Allowed", [*plain, ("Allow", "GET, HEAD")], b"GET or HEAD only\n"
        if path == "/metrics":
            return self._metrics(environ)
        if path == "/-/ready" and not self._ready():
            return "503 Service Unavailable", plain, b"not ready: no data yet\n"
        return "200 OK", plain, b"ok\n"

    def _metrics(self, environ: WSGIEnvironment) -> tuple[str, list[tuple[str, str]], bytes]:
        form = choose_format(environ.get("HTTP_ACCEPT", ""))
        zipped = accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
        headers = [("Content-Type", form.content_type), ("Vary", "Accept, Accept-Encoding")]
        wanted = environ.get("QUERY_STRING", "")
        names = [value for name, value in parse_qsl(wanted) if name == "name[]"]
        if len(names) > MOST_NAMES:
            why = f"{len(names)} name[] parameters; at most {MOST_NAMES} are taken\n"
            return "400 Bad Request", [("Content-Type", _PLAIN)], why.encode()
        if zipped:
            headers.append(("Content-Encoding", "gzip"))
        if names:
            return "200 OK", headers, self._some(frozenset(names), form, zipped=zipped)
        return "200 OK", headers, self._body(form, zipped=zipped)

    def _some(self, names: frozenset[str], form: Format, *, zipped: bool) -> bytes:
        """Return an exposition of the families that have a sample of one of the names."""
        with self._lock:
            snapshot = self._snapshot()
            some = tuple(one for one in snapshot.families if names & samples_of(one.metric))
            render = self._renderer.zipped if zipped else self._renderer.render
            return render(replace(snapshot, families=some), form)

    def _body(self, form: Format, *, zipped: bool) -> bytes:
        with self._lock:
            snapshot = self._snapshot()
            if snapshot.epoch != self._epoch:
                self._epoch, self._bodies = snapshot.epoch, {}
            body = self._bodies.get((form, zipped))
            if body is None:
                render = self._renderer.zipped if zipped else self._renderer.render
                body = self._bodies[form, zipped] = render(snapshot, form)
            return body
