"""Questions to the servers behind the page, asked of a server of our own on loopback."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from truegreen_dashboards.preview.upstream import PROMETHEUS_PATHS, Upstream
from truegreen_definitions.errors import RetryableError, TerminalError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def answering(
    body: bytes, kind: str = "application/json", status: int = 200, *, headers: bool = True
) -> Iterator[tuple[str, list[str]]]:
    """A server that gives one answer, or takes the question and stays silent; (URL, paths)."""
    asked: list[str] = []
    done = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            if not headers:
                done.wait(10)
                return
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", asked
        finally:
            done.set()
            server.shutdown()
            thread.join()


def upstream(url: str, **more: float) -> Upstream:
    """Prometheus at this URL."""
    return Upstream(name="prometheus", url=url, paths=PROMETHEUS_PATHS, **more)


def test_only_known_parameters_pass() -> None:
    """A question keeps its known parameters, percent-encoded, and loses all others."""
    with answering(b'{"status":"success"}') as (url, asked):
        answer = upstream(f"{url}/prom/").get(
            "/api/v1/query", [("query", "a b&c"), ("time", "1"), ("debug", "1")]
        )
    assert answer.status == 200
    assert json.loads(answer.body) == {"status": "success"}
    assert asked == ["/prom/api/v1/query?query=a+b%26c&time=1"]


def test_no_other_path_can_be_reached() -> None:
    """Writing and administration are not among the paths."""
    asked = {"query", "query_range", "query_exemplars", "alerts"}
    assert set(PROMETHEUS_PATHS) == {f"/api/v1/{name}" for name in asked}
    with pytest.raises(KeyError):
        upstream("http://127.0.0.1:1").get("/api/v1/admin/tsdb/delete_series", [])


def test_an_error_of_prometheus_comes_through() -> None:
    """What Prometheus says of a bad query is what the page gets."""
    with answering(b'{"status":"error","error":"parse error"}', status=400) as (url, _):
        answer = upstream(url).get("/api/v1/query", [("query", "(")])
    assert (answer.status, json.loads(answer.body)["error"]) == (400, "parse error")


def failure(answered: object) -> str:
    """The message of an answer of ours."""
    found = json.loads(answered.body)
    assert (found["status"], found["errorType"]) == ("error", "unreachable")
    return found["error"]


def test_a_result_is_what_was_found() -> None:
    """Whoever wants the result gets it alone; a refusal is an error in Prometheus's words."""
    found = b'{"status":"success","data":{"resultType":"vector","result":[{"metric":{}}]}}'
    with answering(found) as (url, _):
        assert upstream(url).result("/api/v1/query", (("query", "up"),)) == [{"metric": {}}]
    refused = b'{"status":"error","errorType":"bad_data","error":"parse error: unexpected ]"}'
    with (
        answering(refused, status=400) as (url, _),
        pytest.raises(RetryableError, match="unexpected ]"),
    ):
        upstream(url).result("/api/v1/query", (("query", "up]"),))


def test_nobody_there_is_said() -> None:
    """Without a server the message says which one, where and why."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        answer = upstream(url).get("/api/v1/alerts", [])
    assert answer.status == 502
    assert failure(answer) == f"prometheus does not answer at {url}: connection refused"


def test_silence_is_bounded() -> None:
    """A server that takes the question and says nothing costs the timeout and no more."""
    with answering(b"", headers=False) as (url, _):
        answer = upstream(url, timeout_seconds=0.2).get("/api/v1/alerts", [])
    assert answer.status == 504
    assert failure(answer).endswith("no answer within 0.2 s")


def test_size_is_bounded() -> None:
    """An answer beyond the limit is not passed on."""
    with answering(b'"' + b"x" * 5000 + b'"') as (url, _):
        answer = upstream(url, limit_bytes=4096).get("/api/v1/alerts", [])
    assert answer.status == 502
    assert "larger than 4096 bytes" in failure(answer)


def test_what_is_no_json_is_not_passed_on() -> None:
    """A login page or a proxy's error never becomes content of ours."""
    with answering(b"<script>", kind="text/html") as (url, _):
        answer = upstream(url).get("/api/v1/alerts", [])
    assert answer.status == 502
    assert failure(answer).endswith("status 200 and no JSON")


@pytest.mark.parametrize("url", ["127.0.0.1:9090", "file:///etc/passwd", "http://", "http://h:x"])
def test_a_url_that_cannot_be_asked_is_refused(url: str) -> None:
    """Only http and https with a host are asked."""
    with pytest.raises(TerminalError, match=r"write http://HOST:PORT"):
        upstream(url)


def test_a_password_is_not_shown() -> None:
    """What people see of a URL has no user and no password."""
    shown = upstream("https://me:secret@prometheus.example:9090/p?x=1").shown
    assert shown == "https://prometheus.example:9090/p"
