"""The whole path with real servers: a slow vendor step becomes an alert, and its repair ends it."""

from __future__ import annotations

import json
import time
import urllib.request
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from board_queries import board_queries

from truegreen_dashboards.boards import boards
from truegreen_demo.company import find_programs, servers_at, set_faults, simulate, start
from truegreen_demo.pager import Pager
from truegreen_demo.processes import LOOPBACK, Processes
from truegreen_demo.summary import rows
from truegreen_demo.workspace import Ports, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from truegreen_demo.pager import Notification
    from truegreen_demo.summary import Servers
    from truegreen_demo.workspace import Workspace

pytestmark = pytest.mark.e2e

T = TypeVar("T")
SLOW_PAY = {"pay": {"delay": "1500ms"}}


class Company:
    """The example company at work: its servers' addresses, ports and folder."""

    def __init__(self, space: Workspace, ports: Ports, pager: Pager) -> None:
        """Keep what the tests ask."""
        self.space, self.ports, self.pager = space, ports, pager
        self.servers: Servers = servers_at(ports)

    def pages(self, **labels: str) -> list[dict[str, Any]]:
        """Return the active pages about paying that carry these labels, whatever their order."""
        wanted = {"severity": "page", "agreement": "pay-felt", **labels}
        return [
            alert for alert in self.servers.alerts() if wanted.items() <= alert["labels"].items()
        ]


@pytest.fixture(scope="module")
def company(
    tmp_path_factory: pytest.TempPathFactory, tool: Callable[[str], str]
) -> Iterator[Company]:
    """Start everything once for this module."""
    for name in ("prometheus", "promtool", "prometheus-alertmanager"):
        tool(name)
    folder, ports = tmp_path_factory.mktemp("company"), Ports.free()
    space = prepare(folder, ports, datetime.now(UTC), lambda _: None)
    with Pager(ports.pager) as pager, Processes(space.logs) as processes:
        start(space, ports, find_programs(), processes)
        yield Company(space, ports, pager)
        processes.check()


def _until(ask: Callable[[], T], seconds: float, what: str) -> T:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := ask():
            return found
        time.sleep(0.5)
    pytest.fail(f"{what}: not within {seconds} s")


def _is_of_paying(told: Notification) -> bool:
    """Return whether it is the page about paying; a slow machine may earn others."""
    return told.channel == "page" and told.labels.get("agreement") == "pay-felt"


def test_fault_becomes_a_page_and_repair_ends_it(company: Company) -> None:
    """Slow payments page their owner, with line and money at risk, while the SLA stays met."""
    query = company.servers.query
    melon = 'xla:watermelon:state{service="order-to-cash",state="watermelon",window="2m"} == 1'
    green = melon.replace('state="watermelon"', 'state="green"')
    _until(lambda: query(green), 60, "the service is green before the fault")
    assert company.pages() == []
    worth = 'xla_expected_value_per_minute{channel="web",basis="margin",bound="point"} > 0'
    _until(lambda: query(worth), 60, "what history lets expect")

    set_faults(company.ports, SLOW_PAY)
    at_risk = 'xla:value_at_risk:per_minute{service="order-to-cash",channel="web"} > 0'
    _until(lambda: query(at_risk), 120, "money at risk, within two minutes")
    # Several pairs of one agreement may burn at once; the demo's own short pair must be among them.
    (page,) = _until(lambda: company.pages(burn="2m/30s"), 120, "a page of the short pair")
    labels, annotations = page["labels"], page["annotations"]
    assert labels["service"] == "order-to-cash"
    assert labels["owner"] == "checkout-team"
    assert labels["kind"] == "xla"
    path, line = annotations["definition"].rsplit(":", 1)
    defined = (company.space.folder / "definitions" / path).read_text().splitlines()
    assert "pay-felt" in defined[int(line) - 1]
    assert annotations["money_per_hour"].endswith(" EUR at risk")
    assert float(annotations["money_per_hour"].split()[0]) > 0
    assert "Paying" in annotations["summary"] or "pay" in annotations["summary"]

    _until(lambda: query(melon), 60, "the watermelon")
    sla = 'xla:state{service="order-to-cash",kind="sla",state="ok",window="30d"} == 1'
    assert query(sla), "the SLA stays met while customers wait"
    _until(lambda: any(map(_is_of_paying, company.pager.take())), 60, "a page on the team's pager")
    row = next(
        row for row in rows(company.space.plan, company.servers) if row.owner == "checkout-team"
    )
    assert (row.sla, row.xla, row.watermelon) == (
        "met",
        "breached: pay-felt now",
        "WATERMELON (2m)",
    )

    set_faults(company.ports, {})
    _until(lambda: not company.pages(), 240, "the page resolves")
    _until(lambda: query(green), 180, "the service is green again")


def test_every_target_of_every_board_returns_data(company: Company) -> None:
    """No panel is empty of every service but that of pushes, which nobody asked for."""
    plan = company.space.plan
    asked: dict[str, list[str]] = {}
    for board in boards(plan):
        for service in plan.services:
            for name, query in board_queries(board, service.name):
                asked.setdefault(name, []).append(query)

    def empty() -> list[str]:
        return [
            name
            for name, queries in asked.items()
            if "/pushes/" not in name and not any(map(company.servers.query, queries))
        ]

    deadline = time.monotonic() + 90
    while (left := empty()) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert left == []


def test_the_penalty_simulation_names_the_vendor(company: Company) -> None:
    """Both terms are settled over the closed months, and what holds is what the exporter shows."""
    told = simulate(company.space, datetime.now(UTC)).splitlines()
    (vendor,) = {"deskworks"} & {one.name for one in company.space.plan.vendors}
    held, offered = told[:2]
    assert (f", {vendor};" in held, f", {vendor};" in offered) == (True, True)
    head = next(place for place, line in enumerate(told) if line.startswith("period"))
    *months, whole = (line.split() for line in told[head + 1 : head + 5])
    assert len(months) == 3
    amounts = [[Decimal(one.replace(",", "")) for one in line[1:]] for line in (*months, whole)]
    assert [sum(column) for column in zip(*amounts[:-1], strict=True)] == amounts[-1]
    assert all(line[0] > 0 and line[6] == line[5] - line[2] > 0 for line in amounts)
    owed = 'xla_penalty{contract="deskworks-2026",vendor="deskworks",window="prev_month"}'
    (shown,) = _until(lambda: company.servers.query(owed), 60, "what the vendor owes")
    assert Decimal(str(float(shown["value"][1]))) == amounts[2][0]


def test_records_and_probe_are_scraped_without_a_warning(company: Company) -> None:
    """Every target is up, and Prometheus has nothing to say about what it scrapes."""
    jobs = {"exporter", "probe", "shop"}

    def up() -> set[str]:
        return {series["metric"]["job"] for series in company.servers.query("up == 1")}

    _until(lambda: up() == jobs, 60, "all targets up")
    log = (company.space.logs / "prometheus.log").read_text()
    assert [
        line for line in log.splitlines() if "level=warn" in line or "level=error" in line
    ] == []


def test_rows_of_nobody_are_counted_and_not_guessed(company: Company) -> None:
    """The intranet's tickets belong to no service: they are counted as unmatched."""
    counted = 'truegreen_source_unmatched_rows_total{source="ticket-export"} > 0'
    _until(lambda: company.servers.query(counted), 60, "unmatched rows")


def test_the_page_answers(company: Company) -> None:
    """The preview serves a page that names the first board."""
    url = f"http://{LOOPBACK}:{company.ports.preview}/"
    with urllib.request.urlopen(url, timeout=5) as answer:
        assert answer.status == 200
        assert b"Truegreen" in answer.read()


def test_nothing_synthetic_is_left_in_the_shop(company: Company) -> None:
    """The probe takes back what it ordered: no synthetic order stays open for long."""

    def synthetic() -> list[str]:
        lines = (company.space.folder / "data" / "orders.jsonl").read_text().splitlines()
        last = {order["id"]: order for order in map(json.loads, lines)}
        return [order["state"] for order in last.values() if order["synthetic"]]

    states = _until(lambda: found if len(found := synthetic()) > 5 else [], 60, "robots' orders")
    assert sum(state != "cancelled" for state in states) <= 2, "at most the journey of right now"
