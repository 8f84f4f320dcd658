"""The shop's order book: what may happen to an order, and the file the exporter reads.

An order is `open` from the cart, `paid`, then `invoiced`; or `cancelled` before its invoice.
Its `ordered_at` is the moment of payment: an open cart is not yet business. Every change is one
more line of the file with a higher `version`; the last one holds.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

__all__ = ["CATALOGUE", "CHANNELS", "Conflict", "Item", "Order", "OrderBook", "order_line"]

CHANNELS = ("web", "app")
REMEMBERED_ORDERS = 50_000


@dataclass(frozen=True, slots=True)
class Item:
    """Something to buy; the price is in euros."""

    sku: str
    title: str
    price: Decimal


CATALOGUE = (
    Item("lamp-01", "Desk lamp", Decimal("39.90")),
    Item("chair-07", "Office chair", Decimal("189.00")),
    Item("desk-03", "Standing desk", Decimal("429.50")),
    Item("mug-12", "Coffee mug", Decimal("12.50")),
    Item("plant-05", "Potted fern", Decimal("24.00")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order at one version.

    Attributes:
        amount: Total in euros.
        ordered_at: When it was paid; None before.
        invoiced_at: When its invoice was written; None before.
    """

    id: str
    version: int
    channel: str
    amount: Decimal
    ordered_at: datetime | None
    invoiced_at: datetime | None
    synthetic: bool
    state: Literal["open", "paid", "invoiced", "cancelled"]


class Conflict(Exception):  # noqa: N818  an answer of the shop, not a fault of ours
    """What is asked does not go with the state of the order."""


class OrderBook:
    """All orders, changed by many threads.

    Args:
        append: Takes the JSON line of each change, in order; what it raises leaves the order
            unchanged.
        now: Returns the present, with a zone.
        invoice_after: How long after payment an order is invoiced.
    """

    def __init__(
        self,
        append: Callable[[str], None],
        now: Callable[[], datetime],
        invoice_after: timedelta,
    ) -> None:
        self._append = append
        self._now = now
        self._invoice_after = invoice_after
        self._orders: OrderedDict[str, Order] = OrderedDict()
        self._references: dict[str, str] = {}
        self._due: deque[tuple[datetime, str]] = deque()
        self._lock = threading.Lock()

    def open(self, amount: Decimal, channel: str, *, synthetic: bool, reference: str = "") -> Order:
        """Return a new order; of a reference that was used before, the order of that time.

        Args:
            amount: Total in euros.
            channel: Where it was ordered.
            synthetic: Whether a robot ordered it.
            reference: The customer's own id of the order, by which it is found as well.
        """
        order = Order(
            id=f"W-{secrets.token_hex(6)}",
            version=1,
            channel=channel,
            amount=amount,
            ordered_at=None,
            invoiced_at=None,
            synthetic=synthetic,
            state="open",
        )
        with self._lock:
            if reference in self._references:
                return self._orders[self._references[reference]]
            self._keep(order)
            if reference:
                self._references[reference] = order.id
            if len(self._orders) > REMEMBERED_ORDERS:
                oldest, _ = self._orders.popitem(last=False)
                self._references = {r: o for r, o in self._references.items() if o != oldest}
        return order

    def get(self, number: str) -> Order:
        """Return an order.

        Raises:
            KeyError: There is none of that id or reference.
        """
        with self._lock:
            return self._found(number)

    def pay(self, number: str) -> Order:
        """Return the order, paid; paying twice changes nothing.

        Raises:
            KeyError: There is none of that id or reference.
            Conflict: It is cancelled or already invoiced.
        """
        with self._lock:
            order = self._found(number)
            if order.state == "paid":
                return order
            if order.state != "open":
                raise Conflict(f"order {number} is {order.state}: only an open order can be paid")
            paid_at = self._now()
            self._due.append((paid_at + self._invoice_after, order.id))
            return self._keep(_next(order, state="paid", ordered_at=paid_at))

    def cancel(self, number: str) -> Order:
        """Return the order, cancelled; cancelling twice changes nothing.

        Raises:
            KeyError: There is none of that id or reference.
            Conflict: It is already invoiced.
        """
        with self._lock:
            order = self._found(number)
            if order.state == "cancelled":
                return order
            if order.state == "invoiced":
                raise Conflict(f"order {number} is invoiced: it can no longer be cancelled")
            return self._keep(_next(order, state="cancelled"))

    def invoice_due(self) -> int:
        """Invoice every paid order whose time has come; return how many."""
        count = 0
        with self._lock:
            now = self._now()
            while self._due and self._due[0][0] <= now:
                _, number = self._due.popleft()
                order = self._orders.get(number)
                if order is not None and order.state == "paid":
                    self._keep(_next(order, state="invoiced", invoiced_at=now))
                    count += 1
        return count

    def _found(self, number: str) -> Order:
        return self._orders[self._references.get(number, number)]

    def _keep(self, order: Order) -> Order:
        self._append(order_line(order))
        self._orders[order.id] = order
        return order


def order_line(order: Order) -> str:
    """Return an order as one line of JSON: the amount as text, times in RFC 3339."""
    return json.dumps(
        {
            "id": order.id,
            "version": order.version,
            "channel": order.channel,
            "amount": str(order.amount),
            "ordered_at": _moment(order.ordered_at),
            "invoiced_at": _moment(order.invoiced_at),
            "synthetic": order.synthetic,
            "state": order.state,
        }
    )


def _next(
    order: Order,
    *,
    state: Literal["paid", "invoiced", "cancelled"],
    ordered_at: datetime | None = None,
    invoiced_at: datetime | None = None,
) -> Order:
    return replace(
        order,
        version=order.version + 1,
        state=state,
        ordered_at=ordered_at or order.ordered_at,
        invoiced_at=invoiced_at or order.invoiced_at,
    )


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="milliseconds")
