"""The endpoint answers three paths and renders a snapshot once."""

from __future__ import annotations

import gzip
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from wsgiref.validate import validator

import pytest

from truegreen_definitions import names
from truegreen_telemetry.endpoint import MetricsApp
from truegreen_telemetry.exposition import Format
from truegreen_telemetry.samples import SampleStore, Snapshot

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication


def snapshot(value: float = 1) -> Snapshot:
    """Return a snapshot with one sample."""
    store = SampleStore()
    store.gauge(names.SOURCE_UP).child("tickets").set(value)
    return store.snapshot()


def call(
    app: WSGIApplication, path: str, method: str = "GET", query: str = "", **headers: str
) -> tuple[str, dict[str, str], bytes]:
    """Return (status, headers, body) of one request, checked by wsgiref's validator."""
    answer: list[Any] = []

    def start_response(status: str, found: list[tuple[str, str]], *_: Any) -> Any:
        answer.extend((status, dict(found)))

    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": _Nothing(),
        "wsgi.errors": _Nothing(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **headers,
    }
    chunks = validator(app)(environ, start_response)
    body = b"".join(chunks)
    chunks.close()  # type: ignore[attr-defined]
    return answer[0], answer[1], body


class _Nothing:
    """A stream without content."""

    def read(self, *_: int) -> bytes:
        return b""

    readline = read

    def readlines(self, *_: int) -> list[bytes]:
        return []

    def __iter__(self) -> Any:
        return iter(())

    def write(self, *_: Any) -> None: ...
    def writelines(self, *_: Any) -> None: ...
    def flush(self) -> None: ...


def test_metrics_are_served_in_both_formats() -> None:
    """The content type and the body follow `Accept`."""
    app = MetricsApp(snapshot)
    status, headers, body = call(app, "/metrics")
    assert (status, headers["Content-Type"]) == ("200 OK", Format.TEXT.content_type)
    assert body.endswith(b'truegreen_source_up{source="tickets"} 1.0\n')
    _, headers, body = call(app, "/metrics", HTTP_ACCEPT="application/openmetrics-text")
    assert headers["Content-Type"] == Format.OPENMETRICS.content_type
    assert body.endswith(b"# EOF\n")
    assert headers["Vary"] == "Accept, Accept-Encoding"


def test_gzip_holds_the_same_bytes() -> None:
    """A compressed body is the plain body, compressed, with its own length."""
    app = MetricsApp(snapshot)
    _, headers, zipped = call(app, "/metrics", HTTP_ACCEPT_ENCODING="gzip")
    _, _, plain = call(app, "/metrics")
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Content-Length"] == str(len(zipped))
    assert gzip.decompress(zipped) == plain


def test_a_body_is_rendered_once_per_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten scrapes of one snapshot render once per format; a new snapshot renders again."""
    held = [snapshot(1)]
    app = MetricsApp(lambda: held[0])
    rendered: list[Format] = []
    render = app._renderer.render
    monkeypatch.setattr(
        app._renderer, "render", lambda snap, form: rendered.append(form) or render(snap, form)
    )
    for _ in range(5):
        call(app, "/metrics")
        call(app, "/metrics", HTTP_ACCEPT_ENCODING="gzip")
    assert rendered == [Format.TEXT]
    store = SampleStore()
    store.snapshot()
    store.gauge(names.SOURCE_UP).child("tickets").set(5)
    held[0] = store.snapshot()
    assert call(app, "/metrics")[2].endswith(b" 5.0\n")
    assert rendered == [Format.TEXT, Format.TEXT]


@pytest.mark.parametrize("path", ["/", "/metrics/", "/metricsx", "/-/", ""])
def test_other_paths_are_not_found(path: str) -> None:
    """Metrics are on one path alone."""
    assert call(MetricsApp(snapshot), path)[0] == "404 Not Found"


def test_only_reading_is_allowed() -> None:
    """Anything but GET and HEAD is 405 and names what is allowed; HEAD has no body."""
    app = MetricsApp(snapshot)
    status, headers, _ = call(app, "/metrics", "POST")
    assert (status, headers["Allow"]) == ("405 Method Not Allowed", "GET, HEAD")
    status, headers, body = call(app, "/metrics", "HEAD")
    assert (status, body) == ("200 OK", b"")
    assert int(headers["Content-Length"]) > 0


def test_ready_follows_the_process() -> None:
    """`/-/ready` is 503 until the process has data, `/-/healthy` is 200 at once."""
    states = iter([False, True])
    app = MetricsApp(snapshot, lambda: next(states))
    assert call(app, "/-/healthy")[0] == "200 OK"
    assert call(app, "/-/ready")[0] == "503 Service Unavailable"
    assert call(app, "/-/ready")[0] == "200 OK"


GEVENT = """
from gevent import monkey; monkey.patch_all()
import urllib.request
from gevent.pywsgi import WSGIServer
from truegreen_definitions import names
from truegreen_telemetry.endpoint import MetricsApp
from truegreen_telemetry.samples import SampleStore
store = SampleStore()
store.gauge(names.SOURCE_UP).child("tickets").set(1)
server = WSGIServer(("127.0.0.1", 0), MetricsApp(store.snapshot), log=None)
server.start()
for _ in range(2):
    print(urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/metrics").read().decode())
server.stop()
"""


def test_the_endpoint_runs_under_gevent() -> None:
    """`gevent.pywsgi` in a patched process serves the same exposition."""
    ran = subprocess.run(
        [sys.executable, "-c", GEVENT], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.stdout.count('truegreen_source_up{source="tickets"} 1.0') == 2, ran.stderr


def test_some_families_can_be_asked_for() -> None:
    """`name[]` takes names of families and of samples; a flood of them is refused."""
    store = SampleStore()
    store.gauge(names.SOURCE_UP).child("tickets").set(1)
    store.counter(names.SOURCE_ROWS).child("tickets")
    store.histogram(names.STEP_PHASE).child("s", "t", "j", "l", "dns", bounds=(1.0,))
    app = MetricsApp(store.snapshot)
    for asked, family in (
        ("truegreen_source_up", names.SOURCE_UP),
        ("truegreen_source_rows_total", names.SOURCE_ROWS),
        ("xla_step_phase_seconds_bucket", names.STEP_PHASE),
    ):
        _, _, body = call(app, "/metrics", query=f"name[]={asked}&name%5B%5D=no_such")
        assert [line.split()[2] for line in body.decode().splitlines() if "# TYPE" in line] == [
            family.name
        ]
    assert call(app, "/metrics", query="name[]=no_such")[2] == b""
    flood = "&".join(["name[]=a"] * 101)
    assert call(app, "/metrics", query=flood)[0] == "400 Bad Request"
