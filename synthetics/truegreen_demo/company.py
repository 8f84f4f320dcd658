"""The example company's processes: which there are, how each starts, when each is ready.

The shop and its customers are the company; Prometheus, Alertmanager, exporter, probe and preview
watch it. All of them listen on loopback alone.
"""

from __future__ import annotations

import json
import shutil
import sys
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

from truegreen_definitions.content import content_folder
from truegreen_definitions.errors import RetryableError, TerminalError
from truegreen_definitions.units import duration_label
from truegreen_demo.history import BERLIN
from truegreen_demo.processes import LOOPBACK, read, run, truegreen
from truegreen_demo.summary import Servers

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from truegreen_demo.processes import Processes
    from truegreen_demo.workspace import Ports, Workspace

__all__ = [
    "find_programs",
    "servers_at",
    "set_faults",
    "simulate",
    "start",
    "take_pictures",
    "write_report",
]

CARD = {"TEST_CARD": "4000-0000-0000-0002"}
CUSTOMERS_PER_SECOND = 3
OFFERING, MONTHS = "deskworks", 3
FIRST_CYCLE_SECONDS = 120  # months of history are counted once; a busy machine takes its time


def find_programs() -> dict[str, str]:
    """Return the paths of the servers, under the names of their projects.

    Raises:
        TerminalError: One is not installed.
    """
    known = {
        "promtool": ("promtool",),
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


def servers_at(ports: Ports) -> Servers:
    """Return the addresses of Prometheus and Alertmanager."""
    return Servers(
        prometheus=f"http://{LOOPBACK}:{ports.prometheus}",
        alertmanager=f"http://{LOOPBACK}:{ports.alertmanager}",
    )


def start(space: Workspace, ports: Ports, programs: dict[str, str], processes: Processes) -> None:
    """Start every process; return when each answers.

    Raises:
        TerminalError: One cannot start, ends early or does not answer.
    """
    folder, servers = space.folder, servers_at(ports)
    plan = str(space.plan_json)
    shop = f"http://{LOOPBACK}:{ports.shop}"
    module = (sys.executable, "-m")
    orders = str(folder / "data" / "orders.jsonl")
    listen = ("--listen", f"{LOOPBACK}:{ports.shop}", "--orders", orders)
    processes.start("shop", (*module, "truegreen_demo.shop", *listen))
    processes.wait_for("shop", f"{shop}/products")
    rate = ("--rate", str(CUSTOMERS_PER_SECOND))
    processes.start("customers", (*module, "truegreen_demo.customers", "--target", shop, *rate))
    processes.start("prometheus", _prometheus(programs["prometheus"], space, ports))
    processes.wait_for("prometheus", f"{servers.prometheus}/-/ready")
    # It asks Prometheus for hours at once.
    state = ("--state", str(space.state), "--data", str(folder / "data"))
    export = ("export", "--plan", plan, *state, "--listen", f"{LOOPBACK}:{ports.exporter}")
    processes.start("exporter", truegreen(*export, "--interval", "5s"))
    journal = ("--journal", str(folder / "probe.journal"))
    probe = ("probe", "--plan", plan, "--listen", f"{LOOPBACK}:{ports.probe}", *journal)
    processes.start("probe", truegreen(*probe), CARD)
    processes.start("alertmanager", _alertmanager(programs["alertmanager"], folder, ports))
    preview = ("preview", "--plan", plan, "--prometheus", servers.prometheus, *state[:2])
    shown = ("--alertmanager", servers.alertmanager, "--listen", f"{LOOPBACK}:{ports.preview}")
    processes.start("preview", truegreen(*preview, *shown))
    processes.wait_for("alertmanager", f"{servers.alertmanager}/-/ready")
    exporter = f"http://{LOOPBACK}:{ports.exporter}/-/ready"
    processes.wait_for("exporter", exporter, FIRST_CYCLE_SECONDS)
    processes.wait_for("probe", f"http://{LOOPBACK}:{ports.probe}/-/ready")
    processes.wait_for("preview", f"http://{LOOPBACK}:{ports.preview}/")


def take_pictures(space: Workspace, servers: Servers, folder: Path) -> None:
    """Write every board as PNG, as the last quarter of an hour looks.

    Raises:
        TerminalError: A picture cannot be taken.
    """
    plan = str(space.plan_json)
    asked = ("--prometheus", servers.prometheus, "--alertmanager", servers.alertmanager)
    wanted = ("--state", str(space.state), "--png", str(folder), "--range", "15m")
    run(truegreen("preview", "--plan", plan, *asked, *wanted), space.logs / "pictures.log")


def write_report(space: Workspace, path: Path) -> None:
    """Write the review of the last closed month as HTML, as the running exporter knows it.

    Raises:
        TerminalError: It cannot be written.
    """
    state = ("--state", str(space.state))
    asked = ("report", "--plan", str(space.plan_json), *state, "-o", str(path))
    run(truegreen(*asked), space.logs / "report.log")


def simulate(space: Workspace, now: datetime) -> str:
    """Return what a vendor's offer would have moved over history, beside the terms that hold.

    Raises:
        TerminalError: It cannot be settled.
    """
    today = now.astimezone(BERLIN)
    this = today.year * 12 + today.month - 1
    months = [f"{month // 12}-{month % 12 + 1:02}" for month in (this - MONTHS, this - 1)]
    asked = ("--plan", str(space.plan_json), "--state", str(space.state))
    (offer,) = content_folder("offers").glob("*.yaml")
    terms = ("--terms", str(offer), "--from", months[0], "--to", months[1])
    command = truegreen("contract", "simulate", OFFERING, *asked, *terms)
    return read(command, space.logs / "simulation.log")


def _prometheus(program: str, space: Workspace, ports: Ports) -> tuple[str, ...]:
    folder, kept = space.folder, duration_label(space.plan.policy.retention_seconds)
    return (
        program,
        f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/tsdb",
        f"--storage.tsdb.retention.time={kept}",
        f"--web.listen-address={LOOPBACK}:{ports.prometheus}",
        "--enable-feature=exemplar-storage",  # slow steps lead to their traces
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


def set_faults(ports: Ports, faults: dict[str, dict[str, str]]) -> None:
    """Tell the shop what is wrong with it from now on; `{}` repairs it.

    Raises:
        RetryableError: The shop does not answer.
    """
    request = urllib.request.Request(
        f"http://{LOOPBACK}:{ports.shop}/faults",
        data=json.dumps(faults).encode(),
        headers={"Content-Type": "application/json"},
        method="PUT",
    )
    try:
        with urllib.request.urlopen(request, timeout=5):  # noqa: S310  loopback
            pass
    except (urllib.error.URLError, OSError) as error:
        raise RetryableError(f"the shop does not take its faults: {error}") from error
