"""A board of 40 panels over 7 days in the live page: what it asks, and what it costs by itself.

A real Prometheus holds a week of the contract's series; a real browser draws the board. Every time
is CPU, so that a busy machine flatters nobody: that of the page's server and of Prometheus while
the board is asked for, and that of the browser less what it takes for the page without a board.
"""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

import recorded
from live_prometheus import serving

from truegreen_dashboards.board import Board, Row
from truegreen_dashboards.boards import boards
from truegreen_dashboards.preview import payload
from truegreen_dashboards.preview.server import PreviewServer, Site
from truegreen_dashboards.preview.upstream import PROMETHEUS_PATHS, Answer, Upstream
from truegreen_definitions.compiler import compile_folder
from truegreen_definitions.plan.codec import dumps
from truegreen_definitions.plan.file import PlanFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_definitions.plan import Plan

PANELS = 40
DAYS = 7
STEP = 900  # seconds between samples: the page itself asks for one each 2520
ROUNDS = 3
ROOT = Path(__file__).resolve().parent.parent.parent
PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
FLAGS = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --window-size=1440,2400 "
    "--virtual-time-budget=8000 --dump-dom"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched(Upstream):
    """A server whose questions are written down."""

    asked: list[str] = field(default_factory=list)

    def get(self, path: str, parameters: Iterable[tuple[str, str]]) -> Answer:
        """Ask, and write down."""
        given = tuple(parameters)
        self.asked.append(f"{path}?{urlencode(given)}")
        return Upstream.get(self, path, given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """CPU seconds of a board, by who spent them."""

    server: float
    browser: float
    prometheus: float


def main() -> None:
    """Print the questions of the board, and both times; an argument: days of history."""
    days = int(sys.argv[1]) if len(sys.argv) > 1 else DAYS
    chromium = shutil.which("chromium")
    plan = compile_folder(ROOT / "definitions" / "acme").plan
    if chromium is None or plan is None:
        raise SystemExit("this needs a chromium and the example company")
    board = _board(plan)
    payload.boards = lambda _: (board,)  # type: ignore[assignment]  the page's only board
    now = int(time.time())
    text = recorded.openmetrics(
        plan, start=now - days * 86_400, end=now + 900, broken=now - 86_400, step=STEP
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "plan.json").write_text(dumps(plan), encoding="utf-8")
        with serving(text, folder, lookback="20m") as prometheus:
            _adopt()
            for _ in range(ROUNDS):
                _measure(prometheus, folder, chromium, board)


def _board(plan: Plan) -> Board:
    """Return a board of the first 40 panels that ask, of the boards about services."""
    every = {board.uid: board for board in boards(plan) if board.uid != "xla-vendor"}
    asking = [panel for board in every.values() for panel in board.panels if panel.asked]
    panels = (asking * 2)[:PANELS]
    named = tuple(replace(panel, key=f"{n}-{panel.key}") for n, panel in enumerate(panels))
    return replace(every["xla-service"], rows=(Row(key="all", title="All", panels=named),))


def _measure(prometheus: str, folder: Path, chromium: str, board: Board) -> None:
    watched = Watched(name="prometheus", url=prometheus, paths=PROMETHEUS_PATHS)
    site = Site(plan=PlanFile(folder / "plan.json"), prometheus=watched)
    with PreviewServer(("127.0.0.1", 0), site) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        empty = _browse(chromium, f"{server.url}/d/none?range=7d", folder)[0]
        watched.asked.clear()
        begun, answered = time.process_time(), _cpu_of(prometheus)
        browser, document = _browse(chromium, f"{server.url}/d/{board.uid}?range=7d", folder)
        served, answered = time.process_time() - begun, _cpu_of(prometheus) - answered
        server.shutdown()
        thread.join()
    spent = Spent(server=served, browser=browser - empty, prometheus=answered)
    _tell(watched.asked, board, document, spent)


def _cpu_of(prometheus: str) -> float:
    """Return the CPU seconds that a server has used, as it says itself."""
    with urllib.request.urlopen(f"{prometheus}/metrics") as answer:
        said = answer.read().decode()
    [line] = [one for one in said.splitlines() if one.startswith("process_cpu_seconds_total ")]
    return float(line.split()[1])


def _browse(chromium: str, url: str, folder: Path) -> tuple[float, str]:
    """Open a page once; return the browser's CPU seconds, and the document."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [chromium, *FLAGS.split(), f"--user-data-dir={folder / 'profile'}", url]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    _reap()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, done.stdout


def _adopt() -> None:
    """Become the parent of what a browser leaves: its time is counted with who waits for it."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _reap() -> None:
    """Wait for every renderer that has ended or is about to, at most a second."""
    for _ in range(100):
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        time.sleep(0.01)


def _tell(asked: list[str], board: Board, document: str, spent: Spent) -> None:
    queries = [question for question in asked if "/query" in question]
    targets = sum(len(panel.asked) for panel in board.panels)
    shown = document.count('data-state="data"')
    print(
        f"{len(board.panels)} panels with {targets} targets, {shown} drawn from data: "
        f"{len(queries)} questions, {len(set(queries))} of them distinct; CPU of our server "
        f"{spent.server:.2f} s, of Prometheus {spent.prometheus:.2f} s: "
        f"{spent.prometheus / spent.server:.1f} times; of the browser {spent.browser:.2f} s"
    )


if __name__ == "__main__":
    main()
