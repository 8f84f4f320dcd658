"""The demo's folder: definitions, generated past, build and the configuration of the servers.

definitions/   the example company, with this run's ports written in
build/         what `truegreen build` made of it
data/          orders, incidents, tickets and surveys, as their owners export them
state/         the exporter's store
tsdb/          Prometheus's data, with the past as blocks
logs/          one file a process
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from truegreen_definitions import names
from truegreen_definitions.content import content_folder
from truegreen_definitions.errors import TerminalError
from truegreen_definitions.expressions.promql import selector
from truegreen_definitions.files import write_atomically
from truegreen_definitions.plan import PrometheusRead
from truegreen_definitions.plan.file import read_plan
from truegreen_demo.history import order_lines, survey_csv, ticket_csv, tickets
from truegreen_demo.outages import incident_lines, sold
from truegreen_demo.processes import LOOPBACK, free_ports, read, run, truegreen
from truegreen_demo.reputation import customer_csv, lost_sale_csv
from truegreen_demo.signals import history_openmetrics
from truegreen_demo.spending import change_csv, cost_csv, invoice_csv, near_miss_lines, remedy_csv

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from truegreen_definitions.plan import Plan

__all__ = ["Ports", "Workspace", "prepare", "write_records"]

PAST = timedelta(days=31)
PROMETHEUS_IN_DEFINITIONS = f"http://{LOOPBACK}:9090"
SHOP_IN_DEFINITIONS = f"http://{LOOPBACK}:8080"
PAGER_IN_DEFINITIONS = f"http://{LOOPBACK}:9099"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """One loopback port for each server of the demo."""

    shop: int
    pager: int
    exporter: int
    probe: int
    prometheus: int
    alertmanager: int
    alertmanager_cluster: int
    preview: int

    @classmethod
    def free(cls) -> Self:
        """Return ports that nothing listens on."""
        wanted = [field.name for field in fields(cls)]
        return cls(**dict(zip(wanted, free_ports(len(wanted)), strict=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A prepared folder and the plan built in it."""

    folder: Path
    plan: Plan

    @property
    def plan_json(self) -> Path:
        """The compiled plan."""
        return self.folder / "build" / "plan.json"

    @property
    def state(self) -> Path:
        """The exporter's store."""
        return self.folder / "state" / "records.duckdb"

    @property
    def logs(self) -> Path:
        """One file a process."""
        return self.folder / "logs"


def prepare(folder: Path, ports: Ports, now: datetime, say: Callable[[str], None]) -> Workspace:
    """Fill an empty folder with everything the demo's servers need.

    Raises:
        TerminalError: A step fails, with the end of its log, or the folder cannot be written.
    """
    try:
        return _filled(folder, ports, now, say)
    except OSError as error:
        where = error.filename or folder
        raise TerminalError(f"cannot write the demo's {where}: {error.strerror}") from error


def _filled(folder: Path, ports: Ports, now: datetime, say: Callable[[str], None]) -> Workspace:
    for name in ("data", "state", "logs"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    say("copying the example company's definitions")
    _copy_definitions(folder / "definitions", ports)
    say("building rules, alerts and boards from them")
    log = folder / "logs" / "prepare.log"
    run(truegreen("build", str(folder / "definitions"), "-o", str(folder / "build")), log)
    plan = read_plan(folder / "build" / "plan.json").plan
    space = Workspace(folder=folder, plan=plan)
    say("writing months of orders, incidents, tickets and surveys")
    write_records(folder / "data", now)
    say("reading them, and giving Prometheus the past")
    _write_past(space, now, log)
    _write_prometheus_yml(space, ports)
    return space


def _copy_definitions(target: Path, ports: Ports) -> None:
    for source in sorted(content_folder("acme").glob("*.yaml")):
        text = source.read_text()
        text = text.replace(SHOP_IN_DEFINITIONS, f"http://{LOOPBACK}:{ports.shop}")
        text = text.replace(PROMETHEUS_IN_DEFINITIONS, f"http://{LOOPBACK}:{ports.prometheus}")
        text = text.replace(PAGER_IN_DEFINITIONS, f"http://{LOOPBACK}:{ports.pager}")
        write_atomically(target / source.name, text.encode())


def write_records(data: Path, now: datetime) -> None:
    """Write the example company's records up to a moment: sales, incidents, tickets, money.

    Raises:
        OSError: The folder cannot be written.
    """
    found = tickets(now)
    write_atomically(data / "tickets.csv", ticket_csv(found).encode())
    write_atomically(data / "surveys.csv", survey_csv(found).encode())
    orders = "".join(f"{line}\n" for line in sold(order_lines(now), now))
    write_atomically(data / "orders-history.jsonl", orders.encode())
    told = (*incident_lines(now), *near_miss_lines(now))
    write_atomically(data / "incidents.jsonl", "".join(f"{line}\n" for line in told).encode())
    exported = {"costs": cost_csv, "invoices": invoice_csv}
    exported |= {"changes": change_csv, "remedies": remedy_csv}
    exported |= {"lost-sales": lost_sale_csv, "customers": customer_csv}
    for name, text in exported.items():
        write_atomically(data / f"{name}.csv", text(now).encode())


def _write_past(space: Workspace, now: datetime, log: Path) -> None:
    state, plan = str(space.state), str(space.plan_json)
    data = str(space.folder / "data")
    _read_records(space, ("--plan", plan, "--state", state, "--data", data), log)
    start, records = now - PAST, space.folder / "state" / "records.om"
    instants = ("--from", f"{start:%Y-%m-%dT%H:00:00Z}", "--to", f"{now:%Y-%m-%dT%H:%M:%SZ}")
    backfill = ("backfill", "--plan", plan, "--state", state, *instants, "--step", "1h")
    run(truegreen(*backfill, "-o", str(records)), log)
    # Both in one file: blocks of two files would overlap in time. Contracts ask for a whole month.
    month = (now.replace(day=1) - timedelta(days=1)).replace(day=1) - timedelta(days=1)
    signals = history_openmetrics(
        space.plan, start=int(month.timestamp()), end=int(now.timestamp())
    )
    history = space.folder / "state" / "history.om"
    text = "".join(signals).removesuffix("# EOF\n") + records.read_text()
    write_atomically(history, text.encode())
    _make_blocks(history, space.folder / "tsdb", log)


def _read_records(space: Workspace, where: Sequence[str], log: Path) -> None:
    """Read the records once; Prometheus, which a source asks for its hours, does not run yet."""
    shown = read(truegreen("export", *where, "--once"), log)
    for source in space.plan.sources:
        up = selector(names.SOURCE_UP.name, {names.SOURCE: source.name})
        if not isinstance(source.read, PrometheusRead) and f"{up} 1" not in shown:
            raise TerminalError(f"the source {source.name} cannot be read, see {log}")


def _make_blocks(history: Path, tsdb: Path, log: Path) -> None:
    """Turn OpenMetrics into blocks; large ones, since promtool reads the file once a block."""
    promtool = shutil.which("promtool")
    if promtool is None:
        raise TerminalError("promtool is missing: `make tools` installs it")
    make = (promtool, "tsdb", "create-blocks-from", "--quiet")
    run((*make, "--max-block-duration=720h", "openmetrics", str(history), str(tsdb)), log)


def _write_prometheus_yml(space: Workspace, ports: Ports) -> None:
    interval = f"{space.plan.policy.scrape_interval_seconds}s"
    jobs = {"exporter": ports.exporter, "probe": ports.probe, "shop": ports.shop}
    scrapes = "".join(
        f"  - job_name: {job}\n"
        "    honor_labels: true\n"
        f"    static_configs: [{{targets: ['{LOOPBACK}:{port}']}}]\n"
        for job, port in jobs.items()
    )
    text = (
        f"global: {{scrape_interval: {interval}, evaluation_interval: {interval}}}\n"
        f"rule_files: ['{space.folder}/build/prometheus/rules/*.yml']\n"
        "alerting:\n"
        "  alertmanagers:\n"
        f"    - static_configs: [{{targets: ['{LOOPBACK}:{ports.alertmanager}']}}]\n"
        f"scrape_configs:\n{scrapes}"
    )
    write_atomically(space.folder / "prometheus.yml", text.encode())
