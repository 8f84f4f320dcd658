"""Rows of APIs on a real server: paging, cursors, patience, tokens, and what is refused."""

from __future__ import annotations

import base64
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import plans
import pytest
from api_server import Api, Asked, Reply, api
from ingesting import ingest

from truegreen_definitions.plan import Authentication, HttpRead, Paging
from truegreen_exporters.intake.ingest import Outcome
from truegreen_exporters.intake.mapping import Mapping
from truegreen_exporters.sources import http_client
from truegreen_exporters.sources.http_client import HttpClient
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.sources.rows import SourceError
from truegreen_exporters.sources.secret_texts import SecretTexts
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NAME = plans.SURVEY_EXPORT.name
START = datetime(2016, 3, 1, 12, tzinfo=UTC)
READ = HttpRead(
    location="",
    query=(),
    headers=(),
    authentication=None,
    rows="$.result",
    paging=None,
    cursor="",
    cursor_format="%Y-%m-%d %H:%M:%S",
    since="",
    look_back_seconds=60,
    every_seconds=60,
    timeout_seconds=5,
)
SOURCE = replace(
    plans.SURVEY_EXPORT,
    zone="UTC",
    columns=(("survey_id", "number"), ("score", "cast(rating as integer)")),
    revision=("sys_updated_on",),
)
SERVICENOW = replace(
    READ,
    query=(
        ("sysparm_query", "sys_updated_on>=${since}^ORDERBYsys_updated_on,number"),
        ("sysparm_limit", "100"),
    ),
    paging=Paging(by="offset", parameter="sysparm_offset", size=100),
    cursor="$.sys_updated_on",
    since="2016-01-01",
)


@pytest.fixture
def store() -> Iterator[Store]:
    """A store in memory."""
    with Store(None, plans.PLAN) as found:
        yield found


def incident(number: int, **more: object) -> dict[str, object]:
    """Return an incident of ServiceNow's Table API: every value a text."""
    moment = (START + timedelta(seconds=number)).strftime("%Y-%m-%d %H:%M:%S")
    row = {"number": f"INC{number:07}", "rating": "4", "application": "webshop"}
    return {**row, "sys_updated_on": moment, **more}


class Table:
    """ServiceNow's Table API: `sys_updated_on>=`, limit and offset."""

    def __init__(self, *rows: dict[str, object]) -> None:
        self.rows = list(rows)

    def __call__(self, asked: Asked) -> Reply:
        """Answer one page."""
        since = asked.query["sysparm_query"].partition(">=")[2].partition("^")[0]
        found = sorted(
            (row for row in self.rows if str(row["sys_updated_on"]) >= since),
            key=lambda row: (row["sys_updated_on"], row["number"]),
        )
        start, size = int(asked.query.get("sysparm_offset", 0)), int(asked.query["sysparm_limit"])
        return Reply({"result": found[start : start + size]})


def take(
    store: Store,
    server: Api,
    read: HttpRead,
    *,
    environment: dict[str, str] | None = None,
    around: Surroundings | None = None,
) -> Outcome:
    """Read all that is new."""
    read = replace(read, location=read.location or f"{server.url}/api/now/table/incident")
    mapping = Mapping.of(replace(SOURCE, read=read), plans.SURVEYS)
    around = around or surroundings(environment or {})
    return ingest(store, mapping, around, lambda: False)


def surroundings(environment: dict[str, str], pauses: list[float] | None = None) -> Surroundings:
    """Return surroundings in which nobody waits."""
    waited = pauses if pauses is not None else []
    return Surroundings(folder=None, environment=environment, pause=waited.append)  # type: ignore[arg-type]  # no files here


def ids(store: Store) -> list[str]:
    """Return the keys of the rows."""
    found = store.connection.execute("SELECT survey_id FROM surveys ORDER BY 1").fetchall()
    return [key for (key,) in found]


def test_servicenow_is_read_by_offset_and_by_what_changed(store: Store) -> None:
    """All pages once; then only what changed since, with the look-back, and each row once."""
    table = Table(*(incident(n) for n in range(250)))
    with api(table) as server:
        assert take(store, server, SERVICENOW) == Outcome(rows=250)
        assert [one.query.get("sysparm_offset") for one in server.asked] == [None, "100", "200"]
        assert "2016-01-01 00:00:00" in server.asked[0].query["sysparm_query"]
        del server.asked[:]
        table.rows += [incident(250), incident(3, sys_updated_on="2016-03-01 12:03:50", rating="1")]
        table.rows.append({**incident(195), "number": "INC-late"})
        assert take(store, server, SERVICENOW) == Outcome(rows=3)
        assert "2016-03-01 12:03:09" in server.asked[0].query["sysparm_query"]
        assert take(store, server, SERVICENOW) == Outcome(rows=0)
    assert len(ids(store)) == 252
    assert store.counters() == {(NAME, "rows", ""): 253}


def test_jira_is_read_by_token(store: Store) -> None:
    """`nextPageToken` leads from page to page, and an issue's fields are read by expressions."""
    issues = [
        {
            "key": f"DESK-{n}",
            "fields": {"updated": f"2016-03-01T12:{n:02}:00.000+0100", "status": {"name": "Done"}},
        }
        for n in range(25)
    ]

    def search(asked: Asked) -> Reply:
        since = asked.query["jql"].split('"')[1]
        found = [
            one
            for one in issues
            if datetime.fromisoformat(one["fields"]["updated"]).strftime("%Y-%m-%d %H:%M") >= since  # type: ignore[index]  # made above
        ]
        start = int(asked.query.get("nextPageToken", "0"))
        more = {"nextPageToken": str(start + 10)} if start + 10 < len(found) else {"isLast": True}
        return Reply({"issues": found[start : start + 10], **more})

    read = replace(
        READ,
        query=(("jql", 'updated >= "${since}" ORDER BY updated'), ("fields", "status,updated")),
        paging=Paging(by="token", parameter="nextPageToken", path="$.nextPageToken"),
        rows="$.issues",
        cursor="$.fields.updated",
        cursor_format="%Y-%m-%d %H:%M",
    )
    source = replace(
        SOURCE,
        columns=(("survey_id", "key"), ("score", "length(fields ->> '$.status.name')")),
        revision=("cast(fields ->> '$.updated' as timestamptz)",),
        service="'order-to-cash'",
        zone="Europe/Berlin",
    )
    with api(search) as server:
        read = replace(read, location=f"{server.url}/rest/api/3/search/jql")
        mapping = Mapping.of(replace(source, read=read), plans.SURVEYS)
        assert ingest(store, mapping, surroundings({}), lambda: False) == Outcome(rows=25)
        assert len(server.asked) == 3
        assert ingest(store, mapping, surroundings({}), lambda: False) == Outcome(rows=0)
        assert server.asked[-1].query["jql"] == 'updated >= "2016-03-01 12:23" ORDER BY updated'
    found = store.connection.execute("SELECT DISTINCT score FROM surveys").fetchall()
    assert found == [(4,)]


@pytest.mark.parametrize("way", ["link", "next"])
def test_the_next_page_is_named_by_the_server(store: Store, way: str) -> None:
    """In a Link header or in the body, relative or whole; it may be the last without one."""

    def answer(asked: Asked) -> Reply:
        page = int(asked.query.get("page", "0"))
        body: dict[str, object] = {
            "result": [incident(n) for n in range(page * 10, page * 10 + 10)]
        }
        if page == 2:
            return Reply(body)
        if way == "next":
            return Reply({**body, "links": {"next": f"?page={page + 1}"}})
        url = f"{server.url}/api?page={page + 1}"
        return Reply(
            body, headers={"Link": f'<{server.url}/api>; rel="first", <{url}>; rel="next"'}
        )

    paging = Paging(by="link") if way == "link" else Paging(by="next", path="$.links.next")
    with api(answer) as server:
        assert take(store, server, replace(READ, paging=paging)) == Outcome(rows=30)


def test_without_a_cursor_all_is_read_and_what_changed_is_taken(store: Store) -> None:
    """A row that became what it was before is taken as well."""
    table = [incident(n) for n in range(5)]
    with api(lambda _: Reply({"result": table})) as server:
        assert take(store, server, READ) == Outcome(rows=5)
        for rating in ("1", "4"):
            table[2] = incident(2, rating=rating)
            assert take(store, server, READ) == Outcome(rows=1)


def test_a_row_of_tomorrow_hides_none_of_today(store: Store) -> None:
    """A wrong clock in one row does not move the mark beyond the present."""
    table = Table(incident(1), incident(2, sys_updated_on="2099-01-01 00:00:00"))
    with api(table) as server:
        assert take(store, server, SERVICENOW) == Outcome(rows=2)
        table.rows.append(incident(3, sys_updated_on=f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"))
        assert take(store, server, SERVICENOW) == Outcome(rows=1)


def test_a_bad_row_is_refused_once(store: Store) -> None:
    """What is no object, or cannot be understood, is counted once and kept with its reason."""
    table = Table(incident(1), incident(2, rating="many"))
    rows = [*table.rows, "no object"]
    with api(lambda _: Reply({"result": rows})) as server:
        for _ in range(3):
            take(store, server, READ)
    assert store.counters() == {
        (NAME, "rows", ""): 1,
        (NAME, "rejected", "bad_value"): 1,
        (NAME, "rejected", "syntax"): 1,
    }


def test_a_busy_server_is_asked_again_when_it_wishes(store: Store) -> None:
    """429 and 503 are waited for, as long as `Retry-After` says, else longer and longer."""
    replies = [
        Reply(status=429, headers={"Retry-After": "7"}),
        Reply(status=503),
        Reply({"result": [incident(1)]}),
    ]
    pauses: list[float] = []
    with api(lambda _: replies.pop(0)) as server:
        assert take(store, server, READ, around=surroundings({}, pauses)) == Outcome(rows=1)
    assert pauses == [7.0, 2.0]


def test_a_server_that_stays_busy_is_left_alone(store: Store) -> None:
    """After four times, or at once when it asks for long, the fault says how long to wait."""
    with api(lambda _: Reply(status=503)) as server:
        (fault,) = take(store, server, READ).faults
        assert fault == f"{server.url} answers 503 Service Unavailable"
        assert len(server.asked) == 4
    with api(lambda _: Reply(status=429, headers={"Retry-After": "3600"})) as server:
        (fault,) = take(store, server, READ).faults
        assert len(server.asked) == 1


def test_oauth2_tokens_are_kept_until_they_expire(store: Store) -> None:
    """One token serves many readings; one that is refused is asked for anew, once."""
    valid = ["one"]

    def answer(asked: Asked) -> Reply:
        if asked.path == "/token":
            form = parse_qs(asked.body.decode())
            assert form == {"grant_type": ["client_credentials"], "scope": ["read"]}
            pair = base64.b64decode(asked.headers["authorization"].removeprefix("Basic "))
            assert pair == b"me:hunter2"
            return Reply({"access_token": valid[0], "expires_in": 3600})
        if asked.headers.get("authorization") != f"Bearer {valid[0]}":
            return Reply(status=401)
        return Reply({"result": [incident(1)]})

    with api(answer) as server:
        known = Authentication(
            method="oauth2",
            user="me",
            secret="${secret:DESK_SECRET}",
            token_url=f"{server.url}/token",
            scope="read",
        )
        around = surroundings({"DESK_SECRET": "hunter2"})
        read = replace(READ, authentication=known)
        for _ in range(3):
            assert not take(store, server, read, around=around).faults
        assert [one.path for one in server.asked].count("/token") == 1
        valid[0] = "two"
        assert not take(store, server, read, around=around).faults
        assert [one.path for one in server.asked].count("/token") == 2


@pytest.mark.parametrize("method", ["basic", "bearer"])
def test_passwords_and_tokens_are_sent_and_never_told(store: Store, method: str) -> None:
    """The server gets the secret; a fault does not."""
    known = Authentication(
        method="basic" if method == "basic" else "bearer", user="me", secret="${secret:DESK}"
    )
    read = replace(
        READ,
        authentication=known,
        headers=(("x-key", "${secret:DESK}"),),
        query=(("key", "${secret:DESK}"),),
    )
    with api(lambda _: Reply(status=403)) as server:
        (fault,) = take(store, server, read, environment={"DESK": "hunter2"}).faults
        (asked,) = server.asked
    pair = base64.b64encode(b"me:hunter2").decode()
    expected = f"Basic {pair}" if method == "basic" else "Bearer hunter2"
    assert asked.headers["authorization"] == expected
    assert (asked.headers["x-key"], asked.query["key"]) == ("hunter2", "hunter2")
    assert "403" in fault
    assert "hunter2" not in fault
    (missing,) = take(store, server, read).faults
    assert "DESK has no value" in missing


def elsewhere(_: Asked) -> Reply:
    """Name a next page on another server."""
    return Reply({"result": [incident(1)], "next": "http://127.0.0.2:9/x"})


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (elsewhere, "is on another server (127.0.0.2:9)"),
        (lambda _: Reply({"result": [], "next": "?page=1"}), "go round in a circle"),
        (lambda _: Reply(status=302, headers={"Location": "http://x.example/y"}), "302 Found, to"),
        (lambda _: Reply(b"<html>"), "no JSON"),
        (lambda _: Reply(b'{"result": ' + b"[" * 100_000), "no JSON"),
        (lambda _: Reply({"rows": []}), "nothing at $.result"),
        (lambda _: Reply({"result": 7}), "no list of rows"),
        (lambda _: Reply(b" " * 2_000_000), "more than 1 MiB"),
        (lambda _: Reply(status=404), "404"),
        (lambda _: Reply(status=302, headers={"Location": "http://[x/"}), "302 Found, to what is"),
        (lambda _: Reply({"result": [], "next": "http://[x/"}), "the next page is none"),
    ],
)
def test_what_cannot_be_taken_is_a_fault(
    store: Store,
    answer: Callable[[Asked], Reply],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An answer that is not what was asked for is named; no token goes elsewhere."""
    monkeypatch.setattr(http_client, "MOST_BODY_BYTES", 1 << 20)
    with api(answer) as server:
        read = replace(READ, paging=Paging(by="next", path="$.next"))
        (fault,) = take(store, server, read).faults
    assert message in fault


@pytest.mark.parametrize(
    ("kind", "secret"), [("header", "hunter2\n"), ("header", "hünter2"), ("bearer", "hunter2\n")]
)
def test_a_secret_that_no_header_can_hold_is_not_told(store: Store, kind: str, secret: str) -> None:
    """A key with a line feed or an umlaut is a fault that names the header and not the key."""
    read = replace(READ, headers=(("x-key", "${secret:DESK}"),) if kind == "header" else ())
    if kind == "bearer":
        read = replace(
            read, authentication=Authentication(method="bearer", secret="${secret:DESK}")
        )
    with api(lambda _: Reply({"result": []})) as server:
        (fault,) = take(store, server, read, environment={"DESK": secret}).faults
        assert server.asked == []
    assert "is no text of one line" in fault
    assert "nter2" not in fault


def test_a_moment_beyond_all_years_is_no_wish_to_wait(store: Store) -> None:
    """`Retry-After` in the year 99999999999999999999 is as if it were not there."""
    late = "Wed, 21 Oct 99999999999999999999 07:28:00 GMT"
    pauses: list[float] = []
    with api(lambda _: Reply(status=503, headers={"Retry-After": late})) as server:
        (fault,) = take(store, server, READ, around=surroundings({}, pauses)).faults
    assert "503" in fault
    assert pauses == [1.0, 2.0, 4.0]


@pytest.mark.parametrize("moment", [10**400, -(10**400), "0001-01-01T00:00:00+14:00"])
def test_a_row_of_no_year_ends_nothing(store: Store, moment: object) -> None:
    """A cursor beyond all years is taken as a row, and the next reading asks for a real year."""
    rows = [incident(1, sys_updated_on=moment)]
    source = replace(SOURCE, revision=())
    read = replace(SERVICENOW, paging=None)
    with api(lambda _: Reply({"result": rows})) as server:
        read = replace(read, location=f"{server.url}/x")
        mapping = Mapping.of(replace(source, read=read), plans.SURVEYS)
        for rest in (1, 0):
            assert ingest(store, mapping, surroundings({}), lambda: False) == Outcome(rows=rest)
        years = [one.query["sysparm_query"].partition(">=")[2][:4] for one in server.asked]
    assert all(year in {"2016", "1001"} for year in years)


@contextmanager
def dripping(status: int, parts: int) -> Iterator[tuple[str, list[int]]]:
    """Serve a body a byte at a time; yield its address, and a count of what was sent."""
    import threading
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    sent: list[int] = []
    gone = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(parts))
            self.end_headers()
            try:
                while len(sent) < parts and not gone.wait(0.02):
                    self.wfile.write(b" ")
                    sent.append(1)
            except OSError:
                gone.set()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/x", sent
    finally:
        gone.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(("status", "message"), [(200, "takes too long"), (503, "answers 503")])
def test_a_server_that_drips_holds_nobody(store: Store, status: int, message: str) -> None:
    """A body that comes byte by byte ends at the deadline, and is not waited for where unwanted."""
    with dripping(status, 150) as (url, sent):
        read = replace(READ, location=url, timeout_seconds=0.3)
        (fault,) = take(store, Api("", lambda _: Reply()), read).faults
        assert message in fault
        assert len(sent) < 150


@pytest.mark.parametrize("asked", ["999999999", "Wed, 21 Oct 2099 07:28:00 GMT"])
def test_a_server_is_left_alone_for_an_hour_at_most(asked: str) -> None:
    """`Retry-After` of 31 years silences a source for an hour."""
    with api(lambda _: Reply(status=429, headers={"Retry-After": asked})) as server:
        client = HttpClient(
            around=surroundings({}),
            secrets=SecretTexts.of({}),
            authentication=None,
            timeout_seconds=5,
        )
        with pytest.raises(SourceError) as raised:
            client.get(server.url, {})
    assert raised.value.wait_seconds == 3600


def test_nobody_there_is_a_fault(store: Store) -> None:
    """A closed port is named after some patience."""
    with api(lambda _: Reply()) as server:
        pass
    pauses: list[float] = []
    (fault,) = take(store, server, READ, around=surroundings({}, pauses)).faults
    assert "does not answer" in fault
    assert pauses == [1.0, 2.0, 4.0]


@contextmanager
def certified(folder: Path, openssl: str) -> Iterator[tuple[Path, Path]]:
    """Make a certificate that nobody vouches for."""
    import subprocess

    key, certificate = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    yield key, certificate


def test_a_certificate_that_nobody_vouches_for_is_refused(
    store: Store, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """TLS is verified: a self-signed server is a fault, and is told no secret."""
    import ssl
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    with certified(tmp_path, tool("openssl")) as (key, certificate):
        server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            read = replace(READ, location=f"https://localhost:{server.server_address[1]}/x")
            (fault,) = take(store, Api("", lambda _: Reply()), read).faults
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
    assert "certificate verify failed" in fault
