"""Customers of the example shop: they come at random, buy something, and carry no robot's mark.

Arrivals are open (Poisson): a slow shop does not make fewer customers come. When too many are
inside already, the next ones turn away at the door and are counted.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Crowd", "arrive", "main", "visit"]

TIMEOUT_SECONDS = 30.0
INSIDE_AT_MOST = 50
SEED = 11
CARD = "4111-1111-1111-1111"
CHANNELS = ("web", "web", "web", "app")
ENDING = {signal.SIGTERM, signal.SIGINT}


class Crowd:
    """How the customers fared so far; many of them report at the same time."""

    def __init__(self) -> None:
        self.bought = self.left = self.turned_away = 0
        self._lock = threading.Lock()

    def went(self, *, happy: bool) -> None:
        """Count a customer who was inside."""
        with self._lock:
            self.bought += happy
            self.left += not happy


def visit(host: str, port: int, rng: random.Random) -> bool:
    """Let one customer buy something; return whether the shop let it happen.

    Raises:
        OSError, http.client.HTTPException, ValueError: The shop does not answer as it should.
    """
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
    try:
        items = _ask(connection, "GET", "/products")["items"]
        sku = rng.choice(list(items))["sku"]
        cart = {"sku": sku, "qty": rng.randint(1, 3), "channel": rng.choice(CHANNELS)}
        order = _ask(connection, "POST", "/cart", cart)["order_id"]
        paid = _ask(connection, "POST", f"/orders/{order}/pay", {"card": CARD})
        return bool(paid.get("state") == "paid")
    except (KeyError, TypeError, IndexError):
        return False
    finally:
        connection.close()


def _ask(
    connection: http.client.HTTPConnection, method: str, path: str, body: object = None
) -> dict[str, Any]:
    data = None if body is None else json.dumps(body).encode()
    connection.request(method, path, data, {"Content-Type": "application/json"})
    document = json.loads(connection.getresponse().read())
    if not isinstance(document, dict):
        raise TypeError("the shop answers with objects")
    return document


def arrive(
    visit_once: Callable[[], bool], rate: float, stopping: threading.Event, rng: random.Random
) -> Crowd:
    """Let customers arrive at a mean rate per second until told to stop; return their fate."""
    crowd, room = Crowd(), threading.Semaphore(INSIDE_AT_MOST)
    next_arrival = time.monotonic()
    while True:
        next_arrival += rng.expovariate(rate)
        if stopping.wait(max(0.0, next_arrival - time.monotonic())):
            return crowd
        if room.acquire(blocking=False):
            threading.Thread(target=_inside, args=(visit_once, room, crowd), daemon=True).start()
        else:
            crowd.turned_away += 1


def _inside(visit_once: Callable[[], bool], room: threading.Semaphore, crowd: Crowd) -> None:
    try:
        happy = visit_once()
    except (OSError, http.client.HTTPException, ValueError):
        happy = False
    finally:
        room.release()
    crowd.went(happy=happy)


def main(argv: list[str] | None = None) -> int:
    """Send customers until SIGTERM or Ctrl-C; return the exit code."""
    arguments = _parser().parse_args(argv)
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    host, port = arguments.target
    stopping, rng = threading.Event(), random.Random(SEED)  # noqa: S311  a repeatable crowd
    told: list[Crowd] = []

    def crowd() -> None:
        told.append(arrive(lambda: visit(host, port, rng), arguments.rate, stopping, rng))

    thread = threading.Thread(target=crowd)
    thread.start()
    signal.sigwait(ENDING)
    stopping.set()
    thread.join()
    ends = told[0]
    sys.stderr.write(
        f"customers: {ends.bought} bought, {ends.left} left without, "
        f"{ends.turned_away} turned away\n"
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="truegreen_demo.customers", description="Customers.")
    parser.add_argument("--target", type=_target, required=True, metavar="URL")
    parser.add_argument("--rate", type=_rate, default=3.0, metavar="PER_SECOND")
    return parser


def _target(text: str) -> tuple[str, int]:
    try:
        url = urlsplit(text)
        if url.scheme == "http" and url.hostname and url.path in {"", "/"}:
            return url.hostname, url.port or 80
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text!r} is no shop: write http://HOST:PORT")


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate <= 100:  # noqa: PLR2004  more than a person wants to watch
        raise argparse.ArgumentTypeError(f"{text!r} is no rate: write customers per second, to 100")
    return rate


if __name__ == "__main__":
    sys.exit(main())
