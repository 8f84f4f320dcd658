"""A web site on loopback for browsers: pages that are used, hang, and load from another host."""

from __future__ import annotations

import contextlib
import http.server
import socket
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BUSY", "Pages", "pages"]

BUSY = "/busy"
PICTURE_SECONDS = 0.3
SHOP = """<!doctype html><title>Shop</title><h1>Welcome to the shop</h1>
<img src="/slow.svg" width="600" height="400">
<img src="http://ELSEWHERE/other.svg" width="12" height="8">
<input id="card"><select id="size"><option>small</option><option>large</option></select>
<button onclick="document.querySelector('p').textContent =
  'counted ' + document.querySelector('#size').value + ' ' + document.querySelector('#card').value
">Count</button><p></p>
<a href="/paid">Pay</a>"""
PAID = "<!doctype html><title>Paid</title><h1 id=paid>Thank you</h1>"
HANGS = "<!doctype html><title>Busy</title><script>while (true) {}</script>"
DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" width="600" height="400">
<rect width="600" height="400" fill="teal"/><circle cx="300" cy="200" r="150" fill="gold"/></svg>"""
DRAWING += f"<!-- {'no main content is as plain as this would be ' * 100} -->"


@dataclass(frozen=True, slots=True)
class Pages:
    """The site.

    Attributes:
        url: Where it is.
        elsewhere: Host and port of another name of it.
        closed: Where nobody listens.
        asked: Headers of all that was asked for, in lower case, with `path` and `host`.
    """

    url: str
    elsewhere: str
    closed: str
    asked: list[dict[str, str]]


@contextlib.contextmanager
def pages() -> Iterator[Pages]:
    """Serve the site on a free port."""
    asked: list[dict[str, str]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(
                {name.lower(): value for name, value in self.headers.items()} | {"path": self.path}
            )
            path = self.path.partition("?")[0]
            port = self.server.server_address[1]
            found = {
                "/shop": SHOP.replace("ELSEWHERE", f"localhost:{port}"),
                "/paid": PAID,
                BUSY: HANGS,
                "/slow.svg": DRAWING,
                "/other.svg": DRAWING,
            }.get(path)
            if path == "/slow.svg":
                time.sleep(PICTURE_SECONDS)
            body = (found or "<title>Nothing</title>").encode()
            self.send_response(200 if found else 404)
            kind = "image/svg+xml" if path.endswith(".svg") else "text/html; charset=utf-8"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Set-Cookie", "seen=yes")
            self.end_headers()
            with contextlib.suppress(ConnectionError):
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with socket.create_server(("127.0.0.1", 0)) as nobody:
        closed = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield Pages(f"http://127.0.0.1:{port}", f"localhost:{port}", closed, asked)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
