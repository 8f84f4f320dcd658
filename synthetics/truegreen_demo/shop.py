"""The example shop: a small HTTP server that customers and robots buy from.

    GET    /products            {"items": [{"sku", "title", "price"}, …]}
    POST   /cart                {"sku", "qty"[, "channel"]} → 201 {"order_id", "total"}
    POST   /orders/{id}/pay     {"card"} → 200 {"order_id", "state": "paid"}
    GET    /orders/{id}         {"order_id", "state", "total"}
    DELETE /orders/{id}         cancels; again and again is one cancellation
    GET    /metrics             the shop's own counters, as any application has them
    GET, PUT, DELETE /faults    {"pay": {"delay": "1500ms", "error": 0.5}}

A request with the header `x-synthetic` is a robot's: it is counted apart, and its orders say so.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.cli.arguments import add_listen, positive_seconds
from truegreen_demo.orders import OrderBook
from truegreen_demo.storefront import Answer, Refused, Storefront

if TYPE_CHECKING:
    from io import RawIOBase

__all__ = ["ShopServer", "main"]

MAX_BODY_BYTES = 64 * 1024
IDLE_SECONDS = 30.0
INVOICING_PERIOD_SECONDS = 0.2
SYNTHETIC_HEADER = "x-synthetic"
ENDING = {signal.SIGTERM, signal.SIGINT}


class ShopServer(ThreadingHTTPServer):
    """The shop behind HTTP/1.1; a thread for each connection."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], shop: Storefront) -> None:
        super().__init__(address, ShopHandler)
        self.shop = shop

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002
        """Say in one line what went wrong with a connection; customers who leave are normal."""
        error = sys.exception()
        if not isinstance(error, ConnectionError | TimeoutError):
            _say(f"{type(error).__name__}: {error}")


class ShopHandler(BaseHTTPRequestHandler):
    """Reads requests and writes answers; the `Storefront` decides."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one packet for the head and the body
    timeout = IDLE_SECONDS
    server: ShopServer

    def handle_any(self) -> None:
        """Answer one request of any method."""
        start = time.perf_counter()
        path = self.path.split("?", maxsplit=1)[0]
        route, number, methods = _route(path)
        robot = self.headers.get(SYNTHETIC_HEADER) is not None
        try:
            body = self._read_body()
            if self.command in methods:
                answer = self._answer(route, number, body, robot=robot)
            else:
                answer = _no_such(path, methods)
        except Refused as refused:
            answer = _refusal(refused.status, str(refused))
        if route not in {"metrics", "faults"}:
            seconds = time.perf_counter() - start
            self.server.shop.count(route, int(answer.status), seconds, robot=robot)
        self._send(answer)

    do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815  the base class asks for these
    do_HEAD = do_PATCH = do_OPTIONS = handle_any  # noqa: N815  the base class asks for these

    def _answer(self, route: str, number: str, body: bytes, *, robot: bool) -> Answer:
        shop = self.server.shop
        try:
            if route == "metrics":
                return shop.metrics()
            if route == "faults":
                return shop.switch_faults(self.command, body)
            return shop.serve(route, self.command, number, body, robot=robot)
        except Refused:
            raise
        except Exception as error:  # noqa: BLE001  a customer gets an answer, whatever happens
            _say(f"{type(error).__name__}: {error}")
            return _refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "the shop is broken")

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            raise Refused(HTTPStatus.LENGTH_REQUIRED, "send a Content-Length")
        text = self.headers.get("Content-Length", "0")
        if not (text.isascii() and text.isdecimal()):
            self.close_connection = True
            raise Refused(HTTPStatus.BAD_REQUEST, "Content-Length is no number")
        if len(text) > len(str(MAX_BODY_BYTES)) or int(text) > MAX_BODY_BYTES:
            self.close_connection = True
            message = f"a body may have {MAX_BODY_BYTES} bytes"
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)
        body = self.rfile.read(int(text))
        if len(body) < int(text):
            self.close_connection = True
            raise Refused(HTTPStatus.BAD_REQUEST, "the body is shorter than its Content-Length")
        return body

    def _send(self, answer: Answer) -> None:
        body = answer.body()
        self.send_response(int(answer.status))
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(body)))
        if answer.allow:
            self.send_header("Allow", answer.allow)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is no HTTP request, as JSON; the connection ends."""
        del explain
        self.close_connection = True
        self.command = self.command or ""
        self.request_version = "HTTP/1.1"
        self._send(_refusal(HTTPStatus(code), message or HTTPStatus(code).phrase))

    def version_string(self) -> str:
        """Return the `Server` header."""
        return "acme-shop"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name there
        """Keep quiet: the counters tell it all."""


def main(argv: list[str] | None = None) -> int:
    """Run the shop until SIGTERM or Ctrl-C; return the exit code."""
    arguments = _parser().parse_args(argv)
    # Blocked, so that no signal is lost before `sigwait` and no handler interrupts a thread.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    host, port = arguments.listen
    try:
        arguments.orders.parent.mkdir(parents=True, exist_ok=True)
        # Unbuffered: a line is in the file when the customer has the answer.
        with arguments.orders.open("ab", buffering=0) as file:
            after = timedelta(seconds=arguments.invoice_after)
            book = OrderBook(partial(_append, file), lambda: datetime.now(UTC), after)
            with ShopServer((host, port), Storefront(book, threading.Event())) as server:
                _serve(server)
    except OSError as error:
        _say(f"{error.filename or f'{host}:{port}'}: {error.strerror}")
        return 1
    return 0


def _serve(server: ShopServer) -> None:
    host, port = server.server_address[:2]
    _say(f"open at http://{host!s}:{port}")
    threads = (
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True),
        threading.Thread(target=_invoice_for_ever, args=(server.shop,), daemon=True),
    )
    for thread in threads:
        thread.start()
    signal.sigwait(ENDING)
    server.shop.stopping.set()
    server.shutdown()
    for thread in threads:
        thread.join()


def _invoice_for_ever(shop: Storefront) -> None:
    while not shop.stopping.wait(INVOICING_PERIOD_SECONDS):
        shop.book.invoice_due()


def _append(file: RawIOBase, line: str) -> None:
    file.write(f"{line}\n".encode())


def _say(line: str) -> None:
    sys.stderr.write(f"shop: {line}\n")
    sys.stderr.flush()


def _route(path: str) -> tuple[str, str, tuple[str, ...]]:
    """Return (route, order id, methods) of a path; an empty route when there is none."""
    match path.strip("/").split("/"):
        case ["products"]:
            return "products", "", ("GET", "HEAD")
        case ["cart"]:
            return "cart", "", ("POST",)
        case ["orders", number]:
            return "order", number, ("GET", "HEAD", "DELETE")
        case ["orders", number, "pay"]:
            return "pay", number, ("POST",)
        case ["metrics"]:
            return "metrics", "", ("GET", "HEAD")
        case ["faults"]:
            return "faults", "", ("GET", "HEAD", "PUT", "DELETE")
        case _:
            return "", "", ()


def _no_such(path: str, methods: tuple[str, ...]) -> Answer:
    if not methods:
        return _refusal(HTTPStatus.NOT_FOUND, f"there is nothing at {path!r}")
    message = f"{path} takes {', '.join(methods)}"
    return Answer(HTTPStatus.METHOD_NOT_ALLOWED, {"error": message}, allow=", ".join(methods))


def _refusal(status: HTTPStatus, message: str) -> Answer:
    return Answer(status, {"error": message})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="truegreen_demo.shop", description="The example shop.")
    add_listen(parser, 8080)
    parser.add_argument("--orders", type=Path, required=True, metavar="FILE")
    parser.add_argument("--invoice-after", type=positive_seconds, default=3.0, metavar="DURATION")
    return parser


if __name__ == "__main__":
    sys.exit(main())
