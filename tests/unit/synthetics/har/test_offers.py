"""What answers of a recording give to later requests, tokens against forgery above all."""

from __future__ import annotations

import http.server
import json
import re
import secrets
import threading
import time
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

import pytest
from companies import compiled
from robots import MARK

from truegreen_definitions.secret_values import Secrets
from truegreen_synthetics.har.definitions import definitions
from truegreen_synthetics.har.draft import draft_of
from truegreen_synthetics.har.offers import offers_of
from truegreen_synthetics.http.client import Session
from truegreen_synthetics.journeys import compile_journey
from truegreen_synthetics.runs import Run

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "correct horse"
PAGE = """<!doctype html><head><meta name="csrf-token" content="%s"></head>
<form method="post"><input type="hidden" name="_token" value="%s">
<input name="user" value=""></form>"""


class _Guarded(http.server.BaseHTTPRequestHandler):
    """A site that takes each of its tokens only once, and only where it belongs."""

    protocol_version = "HTTP/1.1"
    issued: dict[str, str]

    def do_GET(self) -> None:
        """Give a page with three new tokens."""
        for name in ("meta", "field", "cookie"):
            self.issued[name] = secrets.token_hex(12)
        cookie = f"XSRF-TOKEN={self.issued['cookie']}; Path=/; SameSite=Lax"
        self._send(200, PAGE % (self.issued["meta"], self.issued["field"]), cookie)

    def do_POST(self) -> None:
        """Do what is asked for by who shows the right token."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/login":
            sent = {name: values[0] for name, values in parse_qs(body).items()}
            good = sent == {
                "_token": self.issued.pop("field", ""),
                "user": "robot",
                "password": PASSWORD,
            }
            self.issued["bearer"] = secrets.token_hex(12)
            self._send(200 if good else 403, json.dumps({"access_token": self.issued["bearer"]}))
            return
        good = (
            self.headers["X-XSRF-TOKEN"] == self.issued.pop("cookie", "")
            and self.headers["X-CSRF-Token"] == self.issued.pop("meta", "")
            and self.headers["Authorization"] == f"Bearer {self.issued.pop('bearer', '')}"
        )
        self._send(201 if good else 403, "{}")

    def _send(self, status: int, text: str, cookie: str = "") -> None:
        self.send_response(status)
        kind = "text/html" if text.startswith("<") else "application/json"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def guarded() -> Iterator[tuple[str, dict[str, str]]]:
    """Run the site; yield its URL and the tokens that are good now."""
    issued: dict[str, str] = {}
    handler = type("Handler", (_Guarded,), {"issued": issued})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", issued
        finally:
            server.shutdown()
            thread.join()


class Recorder:
    """Asks a site as a browser would, and writes down what it records."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.entries: list[dict[str, Any]] = []

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> None:
        """Send a request and note the exchange."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(
            f"{self._url}{path}", body.encode() or None, told, method=method
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            text, kind = answer.read().decode(), answer.headers["Content-Type"]
            content = {"mimeType": kind, "text": text}
            given = [{"name": name, "value": value} for name, value in answer.headers.items()]
        noted = [{"name": name, "value": value} for name, value in told.items()]
        sent = {"postData": {"mimeType": told.get("content-type", ""), "text": body}}
        self.entries.append(
            {
                "request": {"method": method, "url": request.full_url, "headers": noted}
                | (sent if body else {}),
                "response": {"status": answer.status, "headers": given, "content": content},
            }
        )


class Watch:
    """Keeps what each step came to."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def step(self, _journey: object, result: Any) -> None:
        """Keep it."""
        self.told.append((str(result.outcome), result.detail))

    def cleanup(self, *_: object) -> None:
        """Nothing is made."""


def test_a_recording_with_tokens_becomes_a_journey_that_runs() -> None:
    """Tokens of a field, a meta tag, a cookie and JSON are taken anew in every run of the draft."""
    with guarded() as (url, issued):
        browser = Recorder(url)
        browser.ask("GET", "/login", cookie="sid=old")
        form = urlencode({"_token": issued["field"], "user": "robot", "password": PASSWORD})
        browser.ask("POST", "/login", form, content_type="application/x-www-form-urlencoded")
        recorded = dict(issued)
        browser.ask(
            *("POST", "/orders", '{"sku": "mug-12"}'),
            content_type="application/json",
            x_xsrf_token=issued["cookie"],
            x_csrf_token=issued["meta"],
            authorization=f"Bearer {issued['bearer']}",
            x_requested_with="XMLHttpRequest",
            x_build="2026.11",
        )
        draft = draft_of(json.dumps({"log": {"entries": browser.entries}}))
        text = definitions(draft, name="bought", service="web", owner="shop-team", location="fra")
        assert not [token for token in recorded.values() if token in text]
        assert draft.secrets == ("PASSWORD",), "what an answer gave is no secret to be set up"
        assert "x-build" not in text
        found = compiled(
            recorded=text.partition("\n")[2].removeprefix("apiVersion: truegreen/v1\n")
        )
        assert found.plan is not None, found.problems
        (journey,) = [one for one in found.plan.journeys if one.name == "bought"]
        ready = compile_journey(journey, MARK, Secrets({"PASSWORD": PASSWORD}), "robot/1")
        for _ in range(2):
            watch = Watch()
            Run(ready, Session(ready.target), watch, time.perf_counter).go(time.perf_counter())
            assert [detail for _, detail in watch.told] == ["", "", ""]
            assert len(watch.told) == 3


@pytest.mark.parametrize(
    ("tag", "taken"),
    [
        ('<input type="hidden" name="csrf" value="abc123XYZ">', "abc123XYZ"),
        ("<input value='abc123XYZ' type=hidden name='csrf'/>", "abc123XYZ"),
        ("<INPUT NAME=csrf VALUE=abc123XYZ>", ""),
        ('<meta content="abc123XYZ" name="csrf-token">', "abc123XYZ"),
        ('<input name="csrf" value="a&amp;b123XYZ">', ""),
        ('<input name="csrf">', ""),
        ('<input value="abc123XYZ">', ""),
        ('<a name="csrf" value="abc123XYZ">', ""),
    ],
)
def test_a_tag_is_found_again_by_its_name(tag: str, taken: str) -> None:
    """The pattern finds the value among other tags, whatever it is by then; else there is none."""
    others = '<input name="other" value="no"><meta name="viewport" content="width=1">'
    offers = offers_of(None, others + tag + others, "text/html; charset=utf-8", {})
    found = [one for one in offers if one.value == taken]
    assert len(found) == bool(taken)
    for one in found:
        assert isinstance(one.place, dict)
        later = others + tag.replace(taken, "newer-456") + others
        again = re.search(one.place["regex"], later)
        assert again is not None
        assert again[1] == "newer-456"
