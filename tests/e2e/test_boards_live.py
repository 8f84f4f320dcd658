"""Every board on a real Prometheus, drawn by a real browser."""

from __future__ import annotations

import json
import re
import socket
import struct
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
import recorded
from live_prometheus import serving
from page_audit import serious, with_audit

from truegreen_dashboards.boards import boards
from truegreen_dashboards.preview.pictures import LOOKS, take_pdf, take_pngs
from truegreen_dashboards.preview.server import PreviewServer, Site
from truegreen_dashboards.preview.upstream import (
    ALERTMANAGER_PATHS,
    PROMETHEUS_PATHS,
    Answer,
    Upstream,
)
from truegreen_dashboards.report.signals import Counting
from truegreen_definitions.cli.app import main
from truegreen_definitions.errors import TerminalError
from truegreen_definitions.names import BoardUid
from truegreen_definitions.plan.codec import dumps
from truegreen_definitions.plan.file import PlanFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from truegreen_definitions.plan import Plan

pytestmark = pytest.mark.e2e
SERVICE = "order-to-cash"
THEMES = ("light", "dark")


@pytest.fixture(scope="module")
def prometheus(
    tool: Callable[[str], str], acme_plan: Plan, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The URL of a Prometheus that holds an hour of the contract's series, 25 minutes broken."""
    folder = tmp_path_factory.mktemp("prometheus")
    now = int(time.time())
    text = recorded.openmetrics(acme_plan, start=now - 3600, end=now + 900, broken=now - 1500)
    programs = {name: tool(name) for name in ("promtool", "prometheus")}
    with serving(text, folder, **programs) as url:
        yield url


@pytest.fixture
def alertmanager(tool: Callable[[str], str], tmp_path: Path) -> Iterator[str]:
    """The URL of an Alertmanager that was told of a page and of a silenced ticket."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    (tmp_path / "am.yml").write_text("{route: {receiver: none}, receivers: [{name: none}]}")
    flags = ["--config.file=am.yml", "--storage.path=am", "--cluster.listen-address="]
    command = [tool("prometheus-alertmanager"), *flags, f"--web.listen-address={url[7:]}"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        try:
            for line in process.stderr:
                if "Listening on" in line or "msg=Listening" in line:
                    break
            threading.Thread(target=process.stderr.read, daemon=True).start()
            amtool = [tool("amtool"), f"--alertmanager.url={url}"]
            for words in _TOLD:
                subprocess.run([*amtool, *words], check=True, capture_output=True)
            yield url
        finally:
            process.terminate()
            process.communicate(timeout=30)


_OF = ("service=order-to-cash", "owner=checkout-team")
_TOLD = (
    ("silence", "add", "alertname=SourceStale", "--comment=known", "--author=test"),
    ("alert", "add", "SourceStale", *_OF, "severity=ticket", "--annotation=summary=rows are old"),
    ("alert", "add", "BurnRate", *_OF, "agreement=pay-felt", "severity=page",
     "--annotation=summary=errors come too fast", "--annotation=definition=order-to-cash.yaml:31"),
)  # fmt: skip


@contextmanager
def preview(
    url: str,
    plan: Plan,
    folder: Path,
    alertmanager: str = "",
    prepare: Callable[[PreviewServer], None] = lambda _: None,
) -> Iterator[str]:
    """Serve a preview in front of these servers, prepared before its first answer; give its URL."""
    path = folder / "plan.json"
    path.write_text(dumps(plan, "4f2c9e1"), encoding="utf-8")
    behind = Upstream(name="prometheus", url=url, paths=PROMETHEUS_PATHS)
    told = (
        Upstream(name="alertmanager", url=alertmanager, paths=ALERTMANAGER_PATHS)
        if alertmanager
        else None
    )
    site = Site(plan=PlanFile(path), prometheus=behind, alertmanager=told)
    with PreviewServer(("127.0.0.1", 0), site) as server:
        prepare(server)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server.url
        server.shutdown()
        thread.join()


def drawn(chromium: str, url: str, folder: Path) -> tuple[str, str]:
    """Open a page in a browser of its own; return its document and what its console said."""
    flags = (
        "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
        "--disable-background-networking --disable-component-update --disable-sync "
        "--enable-logging=stderr --window-size=1440,2400 --virtual-time-budget=4000 --dump-dom"
    )
    command = [chromium, *flags.split(), f"--user-data-dir={folder / 'profile'}", url]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    said = "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)
    return done.stdout, said


class Traced(Upstream):
    """A Prometheus that keeps the trace of one slow payment."""

    def get(self, path: str, parameters: Iterable[tuple[str, str]]) -> Answer:
        """Return it for the question about single cases."""
        asked = dict(parameters)
        if path != "/api/v1/query_exemplars":
            return super().get(path, asked.items())
        one = {"labels": {"trace_id": "a b/1"}, "value": "2.5", "timestamp": float(asked["end"])}
        series = {"service": SERVICE, "step": "pay"}
        data = [{"seriesLabels": series, "exemplars": [one]}]
        return Answer(status=200, body=json.dumps({"status": "success", "data": data}).encode())


@pytest.mark.parametrize("traces", ["", "https://traces.example/t/{trace}"])
def test_a_slow_step_leads_to_its_trace(
    traces: str, prometheus: str, acme_plan: Plan, tool: Callable[[str], str], tmp_path: Path
) -> None:
    """The slowest cases stand below the line, each a way to its trace where the plan says where."""

    def keep(server: PreviewServer) -> None:
        behind = Traced(name="prometheus", url=prometheus, paths=PROMETHEUS_PATHS)
        server.site = replace(server.site, prometheus=behind)

    policy = replace(acme_plan.policy, traces_url=traces)
    with preview(prometheus, replace(acme_plan, policy=policy), tmp_path, prepare=keep) as url:
        page = f"{url}/d/{BoardUid.SERVICE}?service={SERVICE}&range=1h"
        document, said = drawn(tool("chromium"), page, tmp_path)
    assert said == ""
    panel = document.split('data-key="p95"')[1].split("</article>")[0]
    assert "Pay, 2.5 s" in panel
    assert ('href="https://traces.example/t/a%20b%2F1"' in panel) == bool(traces)


@pytest.mark.parametrize("page", [f"{uid}?theme={one}" for uid in BoardUid for one in THEMES])
def test_the_page_draws_every_panel(
    page: str, prometheus: str, acme_plan: Plan, tool: Callable[[str], str], tmp_path: Path
) -> None:
    """A browser draws every panel from data, in words, and neither it nor axe-core complains."""
    with preview(prometheus, acme_plan, tmp_path, prepare=with_audit) as url:
        address = f"{url}/d/{page}&service={SERVICE}&range=1h"
        document, console = drawn(tool("chromium"), address, tmp_path)
    assert console == ""
    assert serious(document) == []
    uid, _, theme = page.partition("?theme=")
    [board] = [one for one in boards(acme_plan) if one.uid == uid]
    states = dict(re.findall(r'data-key="([^"]+)" data-state="([^"]+)"', document))
    assert states == {panel.key: "data" for panel in board.panels}
    assert f'data-theme="{theme}"' in document
    (marks,) = re.findall(r"Marked on the time axes: ([^<]*)", document)
    assert "PAGE pay-felt" in marks
    said = {
        "xla-exec": (
            "WATERMELON",
            "BREACHED",
            "Order to cash",
            "PayGate",
            "min<",
            "EUR",
            "NEVER",
            "last month",
        ),
        "xla-service": ("WATERMELON", "BREACHED", "Order to cash", "CASES ARE NOT FOLLOWED"),
        "xla-vendor": ("ALL KEPT", "all together", "Deskworks", "2027-12-31", "nobody's"),
        "xla-finance": ("CAN BE BELIEVED", "EUR", "Order to cash"),
        "xla-ops": ("TAKEN OVER", "UP", "buy-something"),
    }
    assert [word for word in said[uid] if word not in document] == []


def test_axe_finds_what_is_planted(
    prometheus: str, acme_plan: Plan, tool: Callable[[str], str], tmp_path: Path
) -> None:
    """A button without a name and text that cannot be read are found: silence means something."""
    spoil = '<button></button><p class="role-bad ink-bad">unreadable</p>'
    prepare = partial(with_audit, spoil=spoil)
    with preview(prometheus, acme_plan, tmp_path, prepare=prepare) as url:
        document, _ = drawn(tool("chromium"), f"{url}/d/xla-ops?theme=light&range=1h", tmp_path)
    assert {one["id"] for one in serious(document)} == {"button-name", "color-contrast"}


_ROW = r"<tr[^>]*><td[^>]*><a [^>]*>([^<]+)</a></td><td[^>]*><span>([^<]+)<small>"


def test_every_agreement_is_on_the_page(
    prometheus: str, acme_plan: Plan, tool: Callable[[str], str], tmp_path: Path
) -> None:
    """The Executive page lists every agreement of the plan by name, under its service."""
    with preview(prometheus, acme_plan, tmp_path) as url:
        document, _ = drawn(tool("chromium"), f"{url}/d/xla-exec", tmp_path)
    table = document.split('data-key="agreements"')[1].split("</article>")[0]
    rows = re.findall(_ROW, table)
    titles = {service.name: service.title for service in acme_plan.services}
    assert sorted(rows) == sorted((titles[one.service], one.name) for one in acme_plan.agreements)


def test_firing_alerts_stand_at_the_head(
    prometheus: str, alertmanager: str, acme_plan: Plan, tool: Callable[[str], str], tmp_path: Path
) -> None:
    """Alerts are shown in business words, pages first, and a silenced one says so."""
    with preview(prometheus, acme_plan, tmp_path, alertmanager) as url:
        document, _ = drawn(tool("chromium"), f"{url}/d/xla-exec", tmp_path)
    head = document.split('id="alerts"')[1].split('id="board"')[0]
    text = re.sub(r"<[^>]+>", "|", head)
    assert re.search(
        r"PAGE\|.*Order to cash, Paying feels quick\|.*errors come too fast\|.*for \d+ s · "
        r"owner Checkout team · order-to-cash\.yaml:31\|.*SILENCED\|.*Order to cash\|.*rows are",
        text,
    ), text


def test_without_prometheus_the_page_says_so(
    acme_plan: Plan, tool: Callable[[str], str], tmp_path: Path
) -> None:
    """Where nobody answers, the page says who, where and why, and no panel looks quiet."""
    with preview("http://127.0.0.1:9", acme_plan, tmp_path) as url:
        document, _ = drawn(tool("chromium"), f"{url}/d/xla-exec", tmp_path)
    assert "prometheus does not answer at http://127.0.0.1:9: connection refused" in document
    states = re.findall(r'data-key="([^"]+)" data-state="([^"]+)"', document)
    words = {"reading", "people"}
    assert {state for key, state in states if key not in words} == {"error"}


def test_pictures_are_of_the_whole_board(
    prometheus: str, acme_plan: Plan, tool: Callable[[str], str], tmp_path: Path
) -> None:
    """A picture is as wide as it was asked for, as tall as the board, and not blank."""
    tool("chromium")
    with preview(prometheus, acme_plan, tmp_path) as url:
        pngs = list(take_pngs(url, ["xla-exec"], "1h", tmp_path / "png", LOOKS[:2]))
        pdfs = list(take_pdf(url, ["xla-exec"], "1h", tmp_path / "pdf"))
    assert [path.name for path in pngs] == ["xla-exec-light-1440.png", "xla-exec-light-390.png"]
    for path, look in zip(pngs, LOOKS, strict=False):
        data = path.read_bytes()
        assert data[:8] == b"\x89PNG\r\n\x1a\n"
        width, height = struct.unpack(">II", data[16:24])  # PNG's first chunk, IHDR
        assert width == look.width
        assert height > 1200  # the whole board, not a window's worth of it
        assert len(data) > 50_000
    assert [path.read_bytes()[:5] for path in pdfs] == [b"%PDF-"]


def test_pictures_without_a_browser_are_a_message(
    acme_plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no Chromium is, one line says so, and what to install."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TerminalError, match="apt-get install chromium"):
        list(take_pngs("http://127.0.0.1:9", ["xla-exec"], "1h", tmp_path))


def test_stills_are_the_same_twice_and_counts_add_up(
    prometheus: str, acme_plan: Plan, tmp_path: Path
) -> None:
    """Every board is a picture without a browser, with an answer on each panel, byte for byte.

    And what a report counts over a span is the sum of the counts of its five minutes.
    """
    (tmp_path / "plan.json").write_text(dumps(acme_plan))
    at = datetime.fromtimestamp(int(time.time()) // 300 * 300, UTC)
    asked = ("preview", "--plan", str(tmp_path / "plan.json"), "--prometheus", prometheus)
    for folder in ("first", "second"):
        assert main((*asked, "--at", at.isoformat(), "--svg", str(tmp_path / folder))) == 0
    found = {one.name: one.read_text() for one in (tmp_path / "first").iterdir()}
    assert set(found) == {f"{board.uid}.svg" for board in boards(acme_plan)}
    assert found == {one.name: one.read_text() for one in (tmp_path / "second").iterdir()}
    assert not [name for name, text in found.items() if "NO ANSWER" in text]
    assert "WATERMELON" in found[f"{BoardUid.EXECUTIVE}.svg"]
    server = Upstream(name="prometheus", url=prometheus, paths=PROMETHEUS_PATHS)
    start = at - timedelta(minutes=30)
    counted = Counting(server).counted(f"{SERVICE}/availability", "P", start, at)
    series = 'xla:total:increase5m{agreement="availability",service="order-to-cash"}'
    span = {"start": start.timestamp() + 300, "end": at.timestamp(), "step": 300, "query": series}
    told = json.loads(
        server.get("/api/v1/query_range", [(k, str(v)) for k, v in span.items()]).body
    )
    values = [float(value) for _, value in told["data"]["result"][0]["values"]]
    assert len(values) == 6
    assert counted.total == pytest.approx(sum(values))
    assert counted.known == 1.0
