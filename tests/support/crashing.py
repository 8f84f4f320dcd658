"""Exporters that are killed at seeded moments while their sources grow, and what is left of them.

One process imports everything once and forks a life after the other; each ends by SIGKILL. What
the sources hold in the end, what was scraped in between and what the store says are compared by
whoever calls.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import plans
from prometheus_client.parser import text_string_to_metric_families as plain_text

from truegreen_definitions import names
from truegreen_definitions.plan import FileRead, SqlRead, WebhookRead
from truegreen_definitions.plan.codec import dumps
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from postgres_server import Postgres

    from truegreen_definitions.plan import Plan, Read

__all__ = ["Campaign", "Files", "Found", "Hooks", "Tables", "counted"]

NAME = plans.SURVEY_EXPORT.name
PAUSE_SECONDS = 0.004
MOST_PER_KILL = 100  # rows: a reader that is killed all the time has to keep up

LIVES = """
import os, random, signal, sys, time
from truegreen_definitions.cli.app import main
from truegreen_exporters.sources import file_pages, webhook
import truegreen_exporters.commands, truegreen_exporters.exporter, truegreen_exporters.runtime
import truegreen_exporters.intake.inbox, truegreen_telemetry.web.access
import sqlalchemy, psycopg, urllib3
import truegreen_telemetry.otlp.push, truegreen_definitions.plan.file
from crashing import counted
kills, seed, log, port, *arguments = sys.argv[1:]
file_pages.BATCH_ROWS, webhook.PAGE_POSTS = 100, 5
moments, listened, longest = random.Random(int(seed)), 0, 0.25
for life in range(int(kills)):
    pid = os.fork()
    if not pid:
        os._exit(main([*arguments, "--interval=20ms"]))
    # Most are killed while they read and serve, some while they start.
    while life % 5 and open(log).read().count('"listening"') <= listened:
        if os.waitpid(pid, os.WNOHANG)[0]:
            sys.exit(f"life {life} ended by itself")
        time.sleep(0.01)
    # One shows how long a life needs here, from listening on, to read rows and to say so.
    began = time.monotonic()
    while life == 1 and not counted(int(port)) and time.monotonic() - began < 60:
        time.sleep(0.01)
    longest = max(longest, 1.2 * (time.monotonic() - began))
    time.sleep(moments.uniform(0, longest))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    listened = open(log).read().count('"listening"')
"""


@dataclass(slots=True)
class Files:
    """CSV files that grow line by line, torn anywhere, and are rotated."""

    folder: Path
    read: Read = field(default_factory=lambda: FileRead(format="csv", location="surveys*.csv"))

    def grow(self, first: int, last: int, _: object) -> int:
        """Append rows; every thousand rows the file is moved away and a new one begun."""
        path = self.folder / "surveys.csv"
        if first % 1000 < last - first and path.exists():
            path.rename(self.folder / f"surveys-{first}.csv")
        text = "".join(f"{i},{i % 5 + 1},01/03/2016 12:00,webshop,1\n" for i in range(first, last))
        if not path.exists():
            text = f"id,rating,answered,application,updated\n{text}"
        middle = len(text) // 2 + first % 7
        for part in (text[:middle], text[middle:]):
            with path.open("a") as file:
                file.write(part)
            time.sleep(PAUSE_SECONDS / 2)
        return last


@dataclass(slots=True)
class Tables:
    """A table of a PostgreSQL, in transactions that end out of order."""

    server: Postgres
    read: Read = field(
        default_factory=lambda: SqlRead(
            location="${secret:DESK_URL}",
            query="answers",
            cursor=("updated", "id"),
            look_back_seconds=60,
            every_seconds=0.02,
            page_rows=200,
            timeout_seconds=5,
        )
    )

    def __post_init__(self) -> None:
        """Make the table."""
        os.environ["DESK_URL"] = self.server.new_database("crashes")
        with self.server.connect("crashes") as connection:
            connection.execute(
                "CREATE TABLE answers(id integer PRIMARY KEY, rating text, answered text, "
                "application text, updated timestamptz)"
            )

    def grow(self, first: int, last: int, _: object) -> int:
        """Insert rows: half of them early, in a transaction that ends after the others."""
        insert = (
            "INSERT INTO answers SELECT i, i % 5 + 1, '01/03/2016 12:00', 'webshop', "
            "clock_timestamp() FROM generate_series({}, {}) i"
        )
        middle = (first + last) // 2
        with self.server.connect("crashes") as slow, self.server.connect("crashes") as quick:
            slow.execute("BEGIN")
            slow.execute(insert.format(first, middle - 1))
            quick.execute(insert.format(middle, last - 1))
            time.sleep(PAUSE_SECONDS)
            slow.execute("COMMIT")
        return last


@dataclass(slots=True)
class Hooks:
    """Posts that are sent until they are acknowledged; some are sent again all the same."""

    port: int = 0
    again: int = 0
    unsure: int = 0
    read: Read = field(
        default_factory=lambda: WebhookRead(
            location="/hooks/answers", signature=None, rows="$", delivery="x-delivery", headers=()
        )
    )

    def grow(self, first: int, last: int, lives: subprocess.Popen[bytes]) -> int:
        """Post rows, one a post, until each is acknowledged; return how many were in all."""
        for number in range(first, last):
            row = {"id": str(number), "rating": number % 5 + 1, "application": "webshop"}
            body = json.dumps({**row, "answered": "01/03/2016 12:00", "updated": 1}).encode()
            for _ in range(2 if number % 9 == 0 else 1):
                while not self._posted(number, body):
                    self.again += 1
                    if lives.poll() is not None:
                        self.unsure += 1  # nobody answers any more: kept or not, both are right
                        return number
                    time.sleep(PAUSE_SECONDS)
        return last

    def _posted(self, number: int, body: bytes) -> bool:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as to:
                to.request("POST", "/hooks/answers", body, {"x-delivery": str(number)})
                return to.getresponse().status == 204
        except (OSError, http.client.HTTPException):
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was left.

    Attributes:
        written: Rows that the source holds, all acknowledged.
        unsure: Posts that nobody was left to acknowledge: kept or not, both are right.
        kept: Rows in the store.
        counted: Rows that the exporter counted.
        scraped: The counter at every scrape, in order.
        said: What the exporter wrote.
    """

    written: int
    unsure: int
    kept: int
    counted: int
    scraped: tuple[float, ...]
    said: str

    @property
    def whole(self) -> bool:
        """Whether nothing was lost or counted twice, and no counter fell."""
        extra = self.kept - self.written
        return (
            0 <= extra <= self.unsure
            and self.kept == self.counted
            and list(self.scraped) == sorted(self.scraped)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Many lives of one exporter.

    Attributes:
        folder: Empty; takes plan, state and files.
        source: What it reads.
        kills: How many times it is killed.
        seed: Of the moments.
        at_once: Rows that are added at a time.
    """

    folder: Path
    source: Files | Tables | Hooks
    kills: int
    seed: int
    at_once: int = 25

    def fought(self) -> Found:
        """Kill and grow, then read in peace; return what was left."""
        port = _free_port()
        if isinstance(self.source, Hooks):
            self.source.port = port
        plan = self._plan()
        (self.folder / "plan.json").write_text(dumps(plan))
        state = self.folder / "state.duckdb"
        support = str(Path(__file__).parent)
        arguments = ["export", f"--plan={self.folder / 'plan.json'}", f"--state={state}"]
        arguments += [f"--data={self.folder}", f"--listen=127.0.0.1:{port}"]
        log = self.folder / "log"
        scraped: list[float] = []
        rows = 0
        with (
            log.open("w") as said,
            subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    LIVES,
                    str(self.kills),
                    str(self.seed),
                    str(log),
                    str(port),
                    *arguments,
                ],
                stdout=said,
                stderr=said,
                env={**os.environ, "PYTHONPATH": support},
            ) as lives,
        ):
            over = threading.Event()
            looking = threading.Thread(target=_look, args=(port, scraped, over))
            looking.start()
            try:
                pace = random.Random(self.seed)
                while lives.poll() is None:
                    if rows >= self.kills * MOST_PER_KILL:
                        time.sleep(PAUSE_SECONDS)
                        continue
                    rows = self.source.grow(rows, rows + self.at_once, lives)
                    time.sleep(pace.uniform(0, 4 * PAUSE_SECONDS))
                assert lives.wait(120) == 0, log.read_text()[-3000:]
            finally:
                lives.kill()
                over.set()
                looking.join()
        return self._found(plan, rows, tuple(scraped), arguments, log)

    def _found(
        self, plan: Plan, rows: int, scraped: tuple[float, ...], arguments: list[str], log: Path
    ) -> Found:
        done = subprocess.run(
            [sys.executable, "-m", "truegreen_definitions.cli.app", *arguments, "--once"],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        with Store(self.folder / "state.duckdb", plan) as store:
            kept = store.connection.execute(
                "SELECT count(DISTINCT survey_id) FROM surveys"
            ).fetchone()
        assert kept is not None
        return Found(
            written=rows,
            unsure=self.source.unsure if isinstance(self.source, Hooks) else 0,
            kept=kept[0],
            counted=int(_counter(done.stdout) or 0),
            scraped=scraped,
            said=log.read_text(),
        )

    def _plan(self) -> Plan:
        source = replace(plans.SURVEY_EXPORT, read=self.source.read)
        return replace(plans.PLAN, sources=(source,))


def _look(port: int, scraped: list[float], over: threading.Event) -> None:
    """Scrape the counter again and again, whoever listens."""
    while not over.wait(0.01):
        found = counted(port)
        if found is not None:
            scraped.append(found)


def counted(port: int) -> float | None:
    """Scrape whoever listens at a port; return how many rows it has counted, if it says so."""
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=2)) as server:
            server.request("GET", "/metrics")
            return _counter(server.getresponse().read().decode())
    except (OSError, http.client.HTTPException, ValueError):
        return None


def _counter(text: str) -> float | None:
    for family in plain_text(text):
        for sample in family.samples:
            if sample.name == names.SOURCE_ROWS.name:
                return sample.value
    return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
