"""What the shop does, without HTTP: answers to customers, its counters and its faults."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from truegreen_demo.faults import ROUTES, Faults, parse_faults
from truegreen_demo.orders import CATALOGUE, CHANNELS, Conflict, Order, OrderBook

if TYPE_CHECKING:
    import threading

__all__ = ["Answer", "Refused", "Storefront"]

MAX_QUANTITY = 100
MAX_TEXT_LENGTH = 64
CODES = (200, 201, 400, 404, 405, 409, 411, 413, 422, 500, 503)
DURATION_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.4, 0.7, 1, 1.6, 2.8, 5, 10)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the shop answers: a status and a JSON document, or bytes of a type."""

    status: int
    document: object
    content_type: str = "application/json"
    allow: str = ""

    def body(self) -> bytes:
        """Return the bytes of the body."""
        if isinstance(self.document, bytes):
            return self.document
        return json.dumps(self.document).encode()


class Refused(Exception):  # noqa: N818  an answer of the shop, not a fault of ours
    """A request that cannot be done: status and a message for the customer."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


class Storefront:
    """The shop.

    Args:
        book: Its orders.
        stopping: Set when the shop closes; ends injected delays.
    """

    def __init__(self, book: OrderBook, stopping: threading.Event) -> None:
        self.book = book
        self.faults = Faults()
        self.stopping = stopping
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "shop_requests", "Requests of customers.", ("code", "synthetic"), registry=self.registry
        )
        self._duration = Histogram(
            "shop_request_duration_seconds",
            "How long a request of a customer took.",
            ("route", "synthetic"),
            buckets=DURATION_BOUNDS,
            registry=self.registry,
        )
        for synthetic in ("false", "true"):
            for code in CODES:
                self._requests.labels(str(code), synthetic)
            for route in ROUTES:
                self._duration.labels(route, synthetic)

    def serve(self, route: str, method: str, number: str, body: bytes, *, robot: bool) -> Answer:
        """Return the answer to a customer's request; a fault of the route comes first."""
        delay, fails = self.faults.draw(route)
        if delay:
            self.stopping.wait(delay)
        if fails:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "the shop has a fault just now")
        try:
            if route == "products":
                return Answer(HTTPStatus.OK, {"items": _catalogue()})
            if route == "cart":
                return self._open(_document(body), robot=robot)
            if route == "pay":
                _text(_document(body), "card", MAX_TEXT_LENGTH)
                return Answer(HTTPStatus.OK, _view(self.book.pay(number)))
            order = self.book.cancel(number) if method == "DELETE" else self.book.get(number)
            return Answer(HTTPStatus.OK, _view(order))
        except KeyError:
            raise Refused(HTTPStatus.NOT_FOUND, f"there is no order {number!r}") from None
        except Conflict as conflict:
            raise Refused(HTTPStatus.CONFLICT, str(conflict)) from None

    def count(self, route: str, status: int, seconds: float, *, robot: bool) -> None:
        """Count a customer's request; a request without a route has no duration."""
        synthetic = str(robot).lower()
        self._requests.labels(str(status), synthetic).inc()
        if route:
            self._duration.labels(route, synthetic).observe(seconds)

    def metrics(self) -> Answer:
        """Return the shop's counters in Prometheus text."""
        return Answer(HTTPStatus.OK, generate_latest(self.registry), CONTENT_TYPE_LATEST)

    def switch_faults(self, method: str, body: bytes) -> Answer:
        """Return the faults that are on, after PUT replaced or DELETE removed them."""
        if method == "PUT":
            try:
                self.faults.switch(parse_faults(_document(body)))
            except ValueError as error:
                raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
        elif method == "DELETE":
            self.faults.switch({})
        return Answer(HTTPStatus.OK, self.faults.document())

    def _open(self, document: dict[str, object], *, robot: bool) -> Answer:
        sku = _text(document, "sku", MAX_TEXT_LENGTH)
        prices = {item.sku: item.price for item in CATALOGUE}
        quantity, channel = document.get("qty"), document.get("channel", CHANNELS[0])
        if sku not in prices:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, f"there is no sku {sku!r}")
        if type(quantity) is not int or not 1 <= quantity <= MAX_QUANTITY:
            message = f"qty is a whole number, 1 to {MAX_QUANTITY}, found {quantity!r}"
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, message)
        if not isinstance(channel, str) or channel not in CHANNELS:
            message = f"channel is {' or '.join(CHANNELS)}, found {channel!r}"
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, message)
        reference = _text(document, "reference", MAX_TEXT_LENGTH) if "reference" in document else ""
        order = self.book.open(
            prices[sku] * quantity, channel, synthetic=robot, reference=reference
        )
        return Answer(HTTPStatus.CREATED, _view(order))


def _catalogue() -> list[dict[str, object]]:
    return [{"sku": i.sku, "title": i.title, "price": float(i.price)} for i in CATALOGUE]


def _view(order: Order) -> dict[str, object]:
    return {"order_id": order.id, "state": order.state, "total": float(order.amount)}


def _document(body: bytes) -> dict[str, object]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(HTTPStatus.BAD_REQUEST, "the body is no JSON") from None
    if not isinstance(document, dict):
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "the body is no JSON object")
    return document


def _text(document: dict[str, object], name: str, longest: int) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= longest:
        message = f"{name} is text of 1 to {longest} characters"
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, message)
    return value
