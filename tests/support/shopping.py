"""The example shop as a process, and a journey that buys in it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import plans

from truegreen_definitions.plan import Assertion, Extraction, Journey, Plan, Request

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

CARD = "4000-0000-0000-0002"
WAIT_SECONDS = 60

_BROWSE, _PAY = plans.BUY.steps
_CHECKOUT = replace(
    _BROWSE,
    step="checkout",
    satisfied_seconds=0.4,
    tolerated_seconds=1.6,
    timeout_seconds=6.4,
    action=Request(method="POST", path="/cart", json='{"qty":1,"sku":"${sku}"}', headers=()),
    extract=(Extraction(name="order", path="$.order_id"),),
    asserts=(
        Assertion(subject="status", path="", operator="eq", operand="201"),
        Assertion(subject="json", path="$.total", operator="gt", operand="0"),
    ),
)
JOURNEY: Journey = replace(plans.BUY, steps=(_BROWSE, _CHECKOUT, _PAY))


def plan_for(url: str, every_seconds: float = 0.5) -> Plan:
    """Return a plan whose one journey buys at a shop."""
    journey = replace(JOURNEY, target=url, every_seconds=every_seconds)
    return replace(plans.PLAN, journeys=(journey,))


class Child:
    """A process of ours and the lines it says on stderr."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **(env or {})},
        )
        self.said: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line)
            self._lines.put(line)
        self._lines.put("")

    def line_with(self, word: str) -> str:
        """Return the next line that holds a word, once the process says it."""
        while line := self._lines.get(timeout=WAIT_SECONDS):
            if word in line:
                return line
        raise AssertionError(f"it ended before it said {word!r}: {''.join(self.said)}")

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Return the exit code once the process has ended and all it said is read."""
        code = self.process.wait(WAIT_SECONDS)
        self._reader.join(WAIT_SECONDS)
        return code

    def close(self) -> None:
        """End the process if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
        self.wait()
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()


@contextlib.contextmanager
def running(command: Sequence[str], env: Mapping[str, str] | None = None) -> Iterator[Child]:
    """Run a process for the length of the block."""
    child = Child(command, env)
    try:
        yield child
    finally:
        child.close()


@contextlib.contextmanager
def shop(orders: Path, *more: str) -> Iterator[tuple[str, Child]]:
    """Run the shop on a free port; yield its URL and process."""
    module = (sys.executable, "-m", "truegreen_demo.shop", "--listen", "127.0.0.1:0")
    with running((*module, "--orders", str(orders), *more)) as child:
        yield child.line_with("open at").split()[-1], child


def ask(
    url: str, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
) -> tuple[int, Any]:
    """Return (status, document) of one request; a body of bytes goes as it is."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    try:
        connection.request(method, path, data, dict(headers or {}))
        answer = connection.getresponse()
        text = answer.read()
        is_json = answer.getheader("Content-Type") == "application/json"
        return answer.status, json.loads(text) if is_json and text else text.decode()
    finally:
        connection.close()


def orders_in(path: Path) -> dict[str, dict[str, Any]]:
    """Return the last version of each order of a shop's file."""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return {order["id"]: order for order in lines}
