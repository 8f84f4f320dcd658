"""The demo: starts the CLI's own commands and Debian's servers, breaks the shop, tells the story.

The shop runs well; then PayGate's step becomes slow. No request fails, so the SLA stays met,
while customers wait: the experience is breached, a page fires, and the service is a watermelon.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from truegreen_definitions.errors import RetryableError, TerminalError
from truegreen_demo.pager import Notification, Pager
from truegreen_demo.processes import LOOPBACK, Processes, free_ports, terminable, truegreen
from truegreen_demo.summary import Servers, rows, table
from truegreen_demo.workspace import Ports, Workspace, prepare

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["Story", "conduct"]

CARD = {"TEST_CARD": "4000-0000-0000-0002"}
CUSTOMERS_PER_SECOND = 3
TICK_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """How the demo goes.

    Attributes:
        seconds: How long it runs once everything is up; None until Ctrl-C.
        fault_after_seconds: When PayGate becomes slow.
        fault: What the shop is told: a delay for one of its steps.
    """

    seconds: float | None
    fault_after_seconds: float
    fault: dict[str, dict[str, str]]


def conduct(folder: Path, story: Story, say: Callable[[str], None]) -> str:
    """Run the demo in a folder; return the summary table. Every process it started has ended.

    Raises:
        TerminalError: A program is missing, cannot start or ends early.
    """
    programs = _programs()
    ports = Ports(**dict(zip((f.name for f in fields(Ports)), free_ports(8), strict=True)))
    with terminable():
        space = prepare(folder, ports, datetime.now(UTC), say)
        with Pager(ports.pager) as pager, Processes(space.logs) as processes:
            say("starting the shop, its customers, Prometheus, Alertmanager, exporter and probe")
            _start(space, ports, programs, processes)
            say(_welcome(ports, space))
            servers = _servers(ports)
            try:
                _tell(story, ports, pager, processes, say)
            except KeyboardInterrupt:
                say("stopping")
            return table(rows(space.plan, servers))


def _programs() -> dict[str, str]:
    """Return the paths of the servers, under the names of their projects."""
    known = {
        "prometheus": ("prometheus",),
        "alertmanager": ("prometheus-alertmanager", "alertmanager"),
    }
    found = {}
    for name, spellings in known.items():
        path = next(filter(None, map(shutil.which, spellings)), None)
        if path is None:
            raise TerminalError(
                f"{name} is missing: on Debian, apt-get install prometheus prometheus-alertmanager"
            )
        found[name] = path
    return found


def _servers(ports: Ports) -> Servers:
    return Servers(
        prometheus=f"http://{LOOPBACK}:{ports.prometheus}",
        alertmanager=f"http://{LOOPBACK}:{ports.alertmanager}",
    )


def _start(space: Workspace, ports: Ports, programs: dict[str, str], processes: Processes) -> None:
    folder, servers = space.folder, _servers(ports)
    plan = str(space.plan_json)
    shop = f"http://{LOOPBACK}:{ports.shop}"
    module = (sys.executable, "-m")
    orders = str(folder / "data" / "orders.jsonl")
    listen = ("--listen", f"{LOOPBACK}:{ports.shop}", "--orders", orders)
    processes.start("shop", (*module, "truegreen_demo.shop", *listen))
    processes.wait_for("shop", f"{shop}/products")
    rate = ("--rate", str(CUSTOMERS_PER_SECOND))
    processes.start("customers", (*module, "truegreen_demo.customers", "--target", shop, *rate))
    state = ("--state", str(folder / "state" / "records.duckdb"), "--data", str(folder / "data"))
    export = ("export", "--plan", plan, *state, "--listen", f"{LOOPBACK}:{ports.exporter}")
    processes.start("exporter", truegreen(*export, "--interval", "5s"))
    probe = ("probe", "--plan", plan, "--listen", f"{LOOPBACK}:{ports.probe}")
    processes.start("probe", truegreen(*probe), CARD)
    processes.start("alertmanager", _alertmanager(programs["alertmanager"], folder, ports))
    processes.start("prometheus", _prometheus(programs["prometheus"], folder, ports))
    preview = ("preview", "--plan", plan, "--prometheus", servers.prometheus)
    shown = ("--alertmanager", servers.alertmanager, "--listen", f"{LOOPBACK}:{ports.preview}")
    processes.start("preview", truegreen(*preview, *shown))
    processes.wait_for("alertmanager", f"{servers.alertmanager}/-/ready")
    processes.wait_for("prometheus", f"{servers.prometheus}/-/ready")
    processes.wait_for("exporter", f"http://{LOOPBACK}:{ports.exporter}/-/ready")
    processes.wait_for("probe", f"http://{LOOPBACK}:{ports.probe}/-/ready")
    processes.wait_for("preview", f"http://{LOOPBACK}:{ports.preview}/")


def _prometheus(program: str, folder: Path, ports: Ports) -> tuple[str, ...]:
    return (
        program,
        f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/tsdb",
        "--storage.tsdb.retention.time=90d",
        f"--web.listen-address={LOOPBACK}:{ports.prometheus}",
        "--log.level=warn",
    )


def _alertmanager(program: str, folder: Path, ports: Ports) -> tuple[str, ...]:
    return (
        program,
        f"--config.file={folder}/build/alertmanager/alertmanager.yml",
        f"--storage.path={folder}/state/alertmanager",
        f"--web.listen-address={LOOPBACK}:{ports.alertmanager}",
        f"--cluster.listen-address={LOOPBACK}:{ports.alertmanager_cluster}",
        "--log.level=warn",
    )


def _welcome(ports: Ports, space: Workspace) -> str:
    servers = _servers(ports)
    return (
        "everything runs:\n"
        f"  boards        http://{LOOPBACK}:{ports.preview}/\n"
        f"  Prometheus    {servers.prometheus}/alerts\n"
        f"  Alertmanager  {servers.alertmanager}/\n"
        f"  shop          http://{LOOPBACK}:{ports.shop}/products\n"
        f"  folder        {space.folder}"
    )


def _tell(
    story: Story, ports: Ports, pager: Pager, processes: Processes, say: Callable[[str], None]
) -> None:
    """Watch until the story's end: break the shop at its time, say what the teams are told."""
    start = time.monotonic()
    broken = False
    while story.seconds is None or time.monotonic() - start < story.seconds:
        processes.check()
        if not broken and time.monotonic() - start >= story.fault_after_seconds:
            broken = True
            _break(ports, story.fault)
            say("PayGate becomes slow: every payment takes longer, none fails")
        for told in pager.take():
            say(_told(told))
        time.sleep(TICK_SECONDS)


def _break(ports: Ports, fault: dict[str, dict[str, str]]) -> None:
    request = urllib.request.Request(
        f"http://{LOOPBACK}:{ports.shop}/faults",
        data=json.dumps(fault).encode(),
        headers={"Content-Type": "application/json"},
        method="PUT",
    )
    try:
        with urllib.request.urlopen(request, timeout=5):  # noqa: S310  loopback
            pass
    except (urllib.error.URLError, OSError) as error:
        raise RetryableError(f"the shop does not take its fault: {error}") from error


def _told(told: Notification) -> str:
    """Return a notification as one line: who is told what, and by which line it is so."""
    who = told.labels.get("owner", "?")
    word = "RESOLVED" if told.status == "resolved" else told.channel.upper()
    summary = told.annotations.get("summary", told.labels.get("alertname", "?"))
    definition = told.annotations.get("definition")
    return f"{word} to {who}: {summary}" + (f"  [{definition}]" if definition else "")
