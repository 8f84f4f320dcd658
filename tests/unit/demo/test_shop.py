"""The shop as its customers see it: over HTTP, with good and bad requests."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from prometheus_client.parser import text_string_to_metric_families
from shopping import Child, ask, orders_in, shop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def open_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Child, Path]]:
    """A shop in a process of its own: URL, process, file of orders."""
    orders = tmp_path_factory.mktemp("shop") / "orders.jsonl"
    with shop(orders, "--invoice-after", "100ms") as (url, child):
        yield url, child, orders


def requests_counted(url: str) -> dict[tuple[str, str], float]:
    """Return the shop's counts by (code, synthetic)."""
    _, text = ask(url, "GET", "/metrics")
    families = text_string_to_metric_families(text)
    samples = [s for family in families for s in family.samples if s.name == "shop_requests_total"]
    return {(s.labels["code"], s.labels["synthetic"]): s.value for s in samples}


def raw(url: str, data: bytes) -> bytes:
    """Return what the shop answers to bytes, until it closes the connection."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while more := connection.recv(65_536):
            answer += more
        return answer


def test_a_customer_buys(open_shop: tuple[str, Child, Path]) -> None:
    """From catalogue to paid order; the file then has the order, and soon its invoice."""
    url, _, orders = open_shop
    status, catalogue = ask(url, "GET", "/products")
    item = catalogue["items"][0]
    assert status == 200
    status, cart = ask(url, "POST", "/cart", {"sku": item["sku"], "qty": 2})
    assert (status, cart["total"]) == (201, 2 * item["price"])
    order = cart["order_id"]
    assert ask(url, "POST", f"/orders/{order}/pay", {"card": "4111"}) == (
        200,
        {"order_id": order, "state": "paid", "total": cart["total"]},
    )
    deadline = time.monotonic() + 10
    while ask(url, "GET", f"/orders/{order}")[1]["state"] != "invoiced":
        assert time.monotonic() < deadline
    written = orders_in(orders)[order]
    assert (written["synthetic"], written["amount"]) == (False, f"{cart['total']:.2f}")
    assert written["ordered_at"] < written["invoiced_at"]


def test_a_robot_is_told_apart(open_shop: tuple[str, Child, Path]) -> None:
    """The header marks the order and moves the synthetic counter alone."""
    url, _, orders = open_shop
    before = requests_counted(url)
    mark = {"X-Synthetic": "truegreen"}
    _, cart = ask(url, "POST", "/cart", {"sku": "mug-12", "qty": 1}, mark)
    path = f"/orders/{cart['order_id']}"
    assert ask(url, "DELETE", path, headers=mark) == ask(url, "DELETE", path, headers=mark)
    after = requests_counted(url)
    changed = {key: after[key] - before[key] for key in after if after[key] != before[key]}
    assert changed == {("201", "true"): 1, ("200", "true"): 2}
    assert orders_in(orders)[cart["order_id"]]["state"] == "cancelled"
    assert orders_in(orders)[cart["order_id"]]["synthetic"] is True


def test_a_fault_slows_a_step_without_failing_it(open_shop: tuple[str, Child, Path]) -> None:
    """A delayed payment is answered with 200, later; without the fault it is quick again."""
    url, _, _ = open_shop
    _, cart = ask(url, "POST", "/cart", {"sku": "mug-12", "qty": 1})
    path = f"/orders/{cart['order_id']}/pay"
    assert ask(url, "PUT", "/faults", {"pay": {"delay": "300ms"}})[0] == 200
    start = time.monotonic()
    assert ask(url, "POST", path, {"card": "4111"})[0] == 200
    assert time.monotonic() - start >= 0.3
    assert ask(url, "PUT", "/faults", {"pay": {"error": 1}})[0] == 200
    assert ask(url, "POST", path, {"card": "4111"})[0] == 503
    assert ask(url, "DELETE", "/faults") == (200, {})
    assert ask(url, "GET", "/faults") == (200, {})


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/cart", b"{", 400),
        ("POST", "/cart", b"[" * 60_000, 400),
        ("POST", "/cart", [], 422),
        ("POST", "/cart", {"sku": "nothing", "qty": 1}, 422),
        ("POST", "/cart", {"sku": "mug-12", "qty": 0}, 422),
        ("POST", "/cart", {"sku": "mug-12", "qty": True}, 422),
        ("POST", "/cart", {"sku": "mug-12", "qty": 1, "channel": "fax"}, 422),
        ("POST", "/cart", {"sku": ["mug-12"], "qty": 1}, 422),
        ("POST", "/cart", b"x" * 70_000, 413),
        ("POST", "/orders/nobody/pay", {"card": "4111"}, 404),
        ("POST", "/orders/nobody/pay", {}, 422),
        ("GET", "/orders/nobody", None, 404),
        ("DELETE", "/orders/nobody", None, 404),
        ("GET", "/cart", None, 405),
        ("PATCH", "/products", None, 405),
        ("GET", "/nowhere", None, 404),
        ("GET", "/orders/a/b/c", None, 404),
        ("PUT", "/faults", {"pax": {"delay": "1s"}}, 422),
        ("PUT", "/faults", b"\xff", 400),
    ],
)
def test_a_bad_request_is_the_customers_fault(
    open_shop: tuple[str, Child, Path], method: str, path: str, body: Any, status: int
) -> None:
    """Whatever is wrong with a request has its own 4xx and a message, never a 5xx."""
    url, _, _ = open_shop
    found, document = ask(url, method, path, body)
    assert (found, set(document)) == (status, {"error"})


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"garbage\r\n\r\n", b"400"),
        (b"BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n", b"501"),
        (b"GET /products HTTP/9.1\r\nHost: x\r\n\r\n", b"505"),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n", b"431"),
        (b"POST /cart HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
        (b"POST /cart HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"POST /cart HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", b"413"),
        (b"POST /cart HTTP/1.1\r\nContent-Length: 50\r\n\r\n{}", b"400"),
    ],
)
def test_what_is_hardly_http_is_refused(
    open_shop: tuple[str, Child, Path], data: bytes, status: bytes
) -> None:
    """Broken, unlimited and unfinished requests are refused and the connection ends."""
    url, _, _ = open_shop
    assert raw(url, data).split(b" ", 2)[1] == status


def test_a_connection_carries_many_requests(open_shop: tuple[str, Child, Path]) -> None:
    """Two requests on one connection get two answers, in order."""
    url, _, _ = open_shop
    two = b"GET /orders/a HTTP/1.1\r\n\r\n" + b"HEAD /products HTTP/1.1\r\n\r\n"
    answer = raw(url, two)
    assert answer.count(b"HTTP/1.1 404") == 1
    assert answer.endswith(b"\r\n\r\n")
    assert answer.count(b"HTTP/1.1 200") == 1


def test_every_series_is_there_from_the_start(tmp_path: Path) -> None:
    """A counter that starts at 0 shows its first error; one that starts at 1 hides it."""
    with shop(tmp_path / "orders.jsonl") as (url, _):
        counts = requests_counted(url)
    assert ("503", "false") in counts
    assert set(counts.values()) == {0}


def test_the_shop_closes_cleanly_in_the_middle_of_a_delay(tmp_path: Path) -> None:
    """SIGTERM ends the shop at once with code 0, and nothing but its greeting was said."""
    with shop(tmp_path / "orders.jsonl") as (url, child):
        assert ask(url, "PUT", "/faults", {"products": {"delay": "60s"}})[0] == 200
        parts = urlsplit(url)
        with socket.create_connection((parts.hostname, parts.port)) as connection:
            connection.sendall(b"GET /products HTTP/1.1\r\n\r\n")
            start = time.monotonic()
            assert child.end(signal.SIGTERM) == 0
        assert time.monotonic() - start < 30
        assert len(child.said) == 1


def test_nothing_the_customers_did_made_a_traceback(open_shop: tuple[str, Child, Path]) -> None:
    """After all bad requests of this module the shop has said its greeting alone."""
    _, child, _ = open_shop
    assert child.process.poll() is None
    assert len(child.said) == 1, child.said


def test_an_address_in_use_is_said_in_one_line(
    open_shop: tuple[str, Child, Path], tmp_path: Path
) -> None:
    """A shop that cannot open says why and ends with code 1."""
    address = urlsplit(open_shop[0]).netloc
    command = [sys.executable, "-m", "truegreen_demo.shop", "--listen", address]
    command += ["--orders", str(tmp_path / "orders.jsonl")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stderr) == (1, f"shop: {address}: Address already in use\n")


def test_orders_are_appended_to_a_file_that_is_there(tmp_path: Path) -> None:
    """A shop that opens again keeps the lines of the day before."""
    path = tmp_path / "orders.jsonl"
    path.write_text(json.dumps({"id": "H-1", "state": "paid"}) + "\n")
    with shop(path) as (url, _):
        assert ask(url, "POST", "/cart", {"sku": "mug-12", "qty": 1})[0] == 201
    assert [order["state"] for order in orders_in(path).values()] == ["paid", "open"]
