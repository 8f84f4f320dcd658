"""The page's server, asked over loopback."""

from __future__ import annotations

import http.client
import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import plans
import pytest
from structlog.testing import capture_logs

from truegreen_dashboards.preview.records import Rows
from truegreen_dashboards.preview.server import PreviewServer, Site
from truegreen_dashboards.preview.upstream import Answer, Upstream
from truegreen_definitions.errors import TerminalError, UsageError
from truegreen_definitions.plan.codec import LoadedPlan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime


class FixedPlan:
    """A plan that never changes."""

    def current(self) -> LoadedPlan:
        """Return it."""
        return LoadedPlan(plan=plans.PLAN, digest="d1", revision="")


class Echo(Upstream):
    """A server that answers with the question."""

    def get(self, path: str, parameters: Iterable[tuple[str, str]]) -> Answer:
        """Return the question."""
        return Answer(status=200, body=json.dumps([self.name, path, dict(parameters)]).encode())


@pytest.fixture(scope="module")
def server() -> Iterator[PreviewServer]:
    """A running server on a free port."""
    echo = Echo(name="prometheus", url="http://p:1", paths={"/api/v1/query": ()})
    also = Echo(name="alertmanager", url="http://a:1", paths={"/api/v2/alerts": ()})
    site = Site(plan=FixedPlan(), prometheus=echo, alertmanager=also)
    with PreviewServer(("127.0.0.1", 0), site) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


class Desk:
    """A record store: it knows one agreement, and may be away."""

    def __call__(
        self,
        loaded: LoadedPlan,
        name: str,
        state: Path,
        *,
        at: datetime | None,
        window: str | None,
        form: str,
    ) -> str:
        """Return the receipt of csat."""
        assert (loaded.digest, state, at, form) == ("d1", Path("records.duckdb"), None, "json")
        if name == "order-to-cash/pay-felt":
            raise TerminalError("the exporter does not answer")
        if name != "order-to-cash/csat":
            raise UsageError(f"{name} is not counted from records")
        return json.dumps({"window": window or "month", "rows": [{"survey": "s-1"}]})


@pytest.fixture(scope="module")
def desk() -> Iterator[PreviewServer]:
    """A running server that shows records."""
    echo = Echo(name="prometheus", url="http://p:1", paths={})
    rows = Rows(receipts=Desk(), state=Path("records.duckdb"))
    site = Site(plan=FixedPlan(), prometheus=echo, rows=rows)
    with PreviewServer(("127.0.0.1", 0), site) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def ask(
    server: PreviewServer, path: str, method: str = "GET", **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    """Ask once; return the response and its body."""
    connection = http.client.HTTPConnection(*server.server_address[:2], timeout=5)
    try:
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def test_the_first_page_is_the_executive_board(server: PreviewServer) -> None:
    """Whoever opens the address lands on the Executive board."""
    response, _ = ask(server, "/")
    assert (response.status, response.headers["Location"]) == (302, "/d/xla-exec")
    response, body = ask(server, "/d/xla-exec")
    assert response.status == 200
    assert b'<script src="/page/main.js" type="module">' in body


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/page/main.js", "text/javascript; charset=utf-8"),
        ("/page/panels/stat.js", "text/javascript; charset=utf-8"),
        ("/page/style.css", "text/css; charset=utf-8"),
        ("/page/icon.svg", "image/svg+xml"),
        ("/boards.json", "application/json"),
    ],
)
def test_every_answer_is_locked_down(server: PreviewServer, path: str, kind: str) -> None:
    """Files come with their type, and nothing may load, frame or guess beyond our origin."""
    response, body = ask(server, path)
    assert (response.status, response.headers["Content-Type"]) == (200, kind)
    assert body
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    ["/page/../commands.py", "/page/%2e%2e/commands.py", "/page/vendor/SHA256SUMS",
     "/page//etc/passwd", "/api/v1/admin/tsdb/snapshot", "/api/v1/write", "/nothing"],
)  # fmt: skip
def test_nothing_else_is_served(server: PreviewServer, path: str) -> None:
    """Only the page's own files and the named questions exist."""
    assert ask(server, path)[0].status == 404


def test_questions_reach_the_right_server(server: PreviewServer) -> None:
    """Queries go to Prometheus, alerts of Alertmanager to Alertmanager, parameters decoded."""
    _, body = ask(server, "/api/v1/query?query=a%2Bb&time=1")
    assert json.loads(body) == ["prometheus", "/api/v1/query", {"query": "a+b", "time": "1"}]
    assert json.loads(ask(server, "/api/v2/alerts")[1])[0] == "alertmanager"


def test_a_server_that_is_away_is_told_once(
    server: PreviewServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each question gets its own answer; the log has one line for all that fail."""
    away = Answer(status=502, body=b"{}")
    monkeypatch.setattr(Echo, "get", lambda *_: away)
    with capture_logs() as said:
        assert [ask(server, "/api/v1/query?query=a")[0].status for _ in range(3)] == [502] * 3
    assert [one["event"] for one in said] == ["questions_fail"]


@pytest.mark.parametrize(("path", "host"), [("http://[", "127.0.0.1"), ("/", "[")])
def test_what_is_no_address_is_refused(server: PreviewServer, path: str, host: str) -> None:
    """A path or a Host that cannot be read is the asker's fault, and said so."""
    assert ask(server, path, Host=host)[0].status == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_written(server: PreviewServer, method: str) -> None:
    """There is no method but GET."""
    assert ask(server, "/api/v1/query", method)[0].status == 501


@pytest.mark.parametrize(
    ("host", "status"),
    [("evil.example", 421), ("evil.example:80", 421), ("127.0.0.1", 200), ("localhost:1", 200),
     ("[::1]:8099", 200)],
)  # fmt: skip
def test_a_foreign_name_is_refused(server: PreviewServer, host: str, status: int) -> None:
    """A page of another site that rebinds its name to us cannot read our data."""
    assert ask(server, "/boards.json", Host=host)[0].status == status


def test_the_catalogue_is_served(server: PreviewServer) -> None:
    """The index, a service's page and their style come from the plan; another page does not."""
    for path, kind, word in (
        ("index.html", "text/html; charset=utf-8", "Order to cash"),
        ("order-to-cash.html", "text/html; charset=utf-8", "How it flows"),
        ("style.css", "text/css; charset=utf-8", "main {"),
    ):
        response, body = ask(server, f"/catalogue/{path}")
        assert (response.status, response.headers["Content-Type"]) == (200, kind)
        assert word in body.decode()
    for path in ("nobody.html", "", "..%2fstyle.css"):
        response, body = ask(server, f"/catalogue/{path}")
        assert response.status == 404


def test_records_are_shown_where_there_are_some(desk: PreviewServer) -> None:
    """A figure's rows are a page of our own, of the window that is asked for, locked down."""
    response, body = ask(desk, "/records/order-to-cash/csat?window=7d")
    assert (response.status, response.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "Records behind Customer satisfaction" in body.decode()
    assert "<dt>window</dt><dd>7d</dd>" in body.decode()
    assert "s-1" in body.decode()
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert json.loads(ask(desk, "/boards.json")[1])["records"]["order-to-cash"] == {
        "step": [],
        "agreement": ["csat"],
    }


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("order-to-cash/availability", 404),
        ("nobody/csat", 404),
        ("", 404),
        ("..%2f..%2fetc%2fpasswd", 404),
        ("order-to-cash/pay-felt", 503),
    ],
)
def test_what_has_no_records_or_cannot_be_read_is_said(
    desk: PreviewServer, path: str, status: int
) -> None:
    """An unknown name is not found, a store that is away is not there now; both say why."""
    response, body = ask(desk, f"/records/{path}")
    assert response.status == status
    assert json.loads(body)["error"]


def test_without_a_state_file_there_are_no_records(server: PreviewServer) -> None:
    """Nothing leads to records that this server does not show."""
    assert ask(server, "/records/order-to-cash/csat")[0].status == 404
    assert json.loads(ask(server, "/boards.json")[1])["records"] == {}
