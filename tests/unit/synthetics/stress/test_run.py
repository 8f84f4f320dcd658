"""`truegreen stress` as it is run: load, workers and the probe beside, against a small server."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import plans
from nginx_server import free_port
from shopping import JOURNEY, running

from truegreen_definitions.plan import Cleanup, DataRows, Extraction, Request, SqlQuery
from truegreen_definitions.plan.codec import dumps

if TYPE_CHECKING:
    from collections.abc import Iterator

HELD_SECONDS = 0.05


class _Counter(http.server.BaseHTTPRequestHandler):
    """A counter with one clerk, who serves twenty customers a second."""

    protocol_version = "HTTP/1.1"
    clerk = threading.Lock()
    open_carts: ClassVar[set[str]] = set()
    carts = 0

    def do_POST(self) -> None:
        """Open a cart."""
        self.rfile.read(int(self.headers["Content-Length"]))
        with self.clerk:
            type(self).carts += 1
            cart = f"c{id(self)}-{self.carts}"
            self.open_carts.add(cart)
        self._send(json.dumps({"cart": cart}).encode())

    def do_DELETE(self) -> None:
        """Take a cart back."""
        with self.clerk:
            self.open_carts.discard(self.path.rpartition("/")[2])
        self._send(b"{}")

    def do_GET(self) -> None:
        """Serve a customer when it is their turn."""
        with self.clerk:
            time.sleep(HELD_SECONDS)
        if self.path == "/slow":
            time.sleep(20 * HELD_SECONDS)
        self._send(b'{"items":[{"sku":"mug-12"}]}')

    def _send(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(http.server.ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A customer who left is no error."""


@contextlib.contextmanager
def counter() -> Iterator[str]:
    """Run the server for the length of the block; yield its URL."""
    with _Server(("127.0.0.1", 0), _Counter) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def stress(plan: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run it and return how it ended."""
    command = [sys.executable, "-m", "truegreen_definitions.cli.app", "stress", f"--plan={plan}"]
    return subprocess.run(
        [*command, *more], capture_output=True, text=True, check=False, timeout=120, env=os.environ
    )


def test_a_run_finds_where_a_service_gives_way(tmp_path: Path) -> None:
    """Over two workers: below its capacity all is well, above it load and probe both feel it."""
    with counter() as url:
        step = replace(JOURNEY.steps[0], satisfied_seconds=0.5, tolerated_seconds=1.0)
        one = replace(JOURNEY, target=url, steps=(step,), cleanup=(), every_seconds=30.0)
        path = tmp_path / "plan.json"
        path.write_text(dumps(replace(plans.PLAN, journeys=(one,)), "abc"))
        master = f"--master=127.0.0.1:{free_port()}"
        report = f"--report={tmp_path / 'report'}"
        rates = ("--rates=4,60", "--stage=4", "--probe-every=0.5")
        done = stress(path, *rates, "--workers=2", master, report, "--format=json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found == json.loads((tmp_path / "report" / "stress.json").read_text())
    assert (tmp_path / "report" / "stress.svg").read_text().startswith("<svg")
    baseline, low, high = found["stages"]
    assert (baseline["arrivals"], baseline["apdex"]) == (0, None)
    assert sum(baseline["probe"].values()) > 0
    assert low["apdex"] > 0.9
    assert 8 <= low["arrivals"] <= 20
    assert high["arrivals"] > 120
    assert high["apdex"] < 0.6
    # On a busy machine the end may cut off one that is under way; it has no outcome.
    unended = high["arrivals"] - sum(high["outcomes"].values()) - high["dropped"]
    assert 0 <= unended <= 0.02 * high["arrivals"]
    assert found["capacity_per_second"] == 4
    assert found["workers"] == 2


def test_it_refuses_what_nobody_said(tmp_path: Path) -> None:
    """A journey that writes ends the command with code 2 before anything is sent."""
    path = tmp_path / "plan.json"
    path.write_text(dumps(replace(plans.PLAN, journeys=(JOURNEY,)), "abc"))
    done = stress(path)
    assert done.returncode == 2
    assert "add --allow-writes" in done.stderr
    assert done.stdout == ""


def test_rows_are_taken_and_a_stuck_database_holds_up_nobody(tmp_path: Path) -> None:
    """While one journey waits for a locked database, another, with rows, is served."""
    database = tmp_path / "shop.db"
    with counter() as url, closing(sqlite3.connect(database, isolation_level=None)) as holder:
        holder.execute("CREATE TABLE orders (id)")
        holder.execute("BEGIN EXCLUSIVE")
        ask = Request(method="GET", path="/products?of=${shop}", json="", headers=())
        levels = {"satisfied_seconds": 0.7, "tolerated_seconds": 1.0, "timeout_seconds": 2.0}
        step = replace(JOURNEY.steps[0], action=ask, **levels)  # type: ignore[arg-type]
        (tmp_path / "shops.csv").write_text("shop\neast\nwest\n")
        rows = DataRows(columns=("shop",), rows=(), csv="shops.csv")
        browse = replace(JOURNEY, target=url, steps=(step,), cleanup=(), data=rows)
        query = SqlQuery(database=f"sqlite:///{database}", query="SELECT id FROM orders", values=())
        stuck = replace(step, action=query, extract=(), asserts=())
        wait = replace(browse, name="look", steps=(stuck,), data=None)
        path = tmp_path / "plan.json"
        path.write_text(dumps(replace(plans.PLAN, journeys=(browse, wait)), "abc"))
        load = ("--rates=2", "--stage=5", f"--data={tmp_path}", "--format=json")
        done = stress(path, *load, "--probe-every=30")
    assert done.returncode == 0, done.stderr
    outcomes = json.loads(done.stdout)["stages"][1]["outcomes"]
    assert outcomes["failed"] >= 2
    assert outcomes["satisfied"] >= 3


def is_running(pid: str) -> bool:
    """Return whether a process is there and has not ended, taken note of or not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def carts_plan(folder: Path, url: str, most: int = 0) -> Path:
    """Return the path of a plan whose journey opens a cart, waits a second, and takes it back."""
    levels = {"satisfied_seconds": 5.0, "tolerated_seconds": 9.0, "timeout_seconds": 10.0}
    fill = Request(method="POST", path="/cart", json="{}", headers=())
    first = replace(JOURNEY.steps[0], action=fill, asserts=(), **levels)  # type: ignore[arg-type]
    first = replace(first, extract=(Extraction(name="cart", path="$.cart"),))
    wait = Request(method="GET", path="/slow", json="", headers=())
    second = replace(first, step="wait", action=wait, extract=())
    undo = Request(method="DELETE", path="/cart/${cart}", json="", headers=())
    cleanup = (Cleanup(when="cart", action=undo, origin=JOURNEY.origin),)
    one = replace(JOURNEY, target=url, steps=(first, second), cleanup=cleanup, writes_per_day=most)
    path = folder / "plan.json"
    path.write_text(dumps(replace(plans.PLAN, journeys=(one,)), "abc"))
    return path


def test_what_is_under_way_is_undone_when_it_is_told_to_end_and_after_it_was_killed(
    tmp_path: Path,
) -> None:
    """After SIGTERM no cart is left; after SIGKILL the next run with the journal takes all back.

    The probe beside ends with the run, also where nobody could tell it to.
    """
    journal = f"--journal={tmp_path / 'journal'}"
    with counter() as url:
        path = carts_plan(tmp_path, url)
        command = [sys.executable, "-m", "truegreen_definitions.cli.app", "stress"]
        more = (
            f"--plan={path}",
            "--allow-writes",
            "--rates=8:27:1",
            "--stage=3",
            "--probe-every=30",
        )
        for number in (signal.SIGTERM, signal.SIGKILL):
            with running([*command, *more, journal]) as child:
                until = time.monotonic() + 120
                # A probe has one at most: these are customers'.
                while len(_Counter.open_carts) < 5 and time.monotonic() < until:
                    time.sleep(0.05)
                pid = child.process.pid
                beside = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
                code = child.end(number)
                assert beside
                while any(map(is_running, beside)) and time.monotonic() < until:
                    time.sleep(0.05)
            assert code == (130 if number is signal.SIGTERM else -signal.SIGKILL), child.said
            assert time.monotonic() < until
            if number is signal.SIGTERM:
                assert not _Counter.open_carts
        assert _Counter.open_carts
        done = stress(path, "--allow-writes", "--rates=1", "--stage=2", journal)
        assert done.returncode == 0, done.stderr
        assert not _Counter.open_carts
