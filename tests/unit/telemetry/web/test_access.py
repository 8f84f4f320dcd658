"""A web config decides who connects and how, for curl, for Prometheus, and while it changes."""

from __future__ import annotations

import base64
import http.client
import json
import socket
import ssl
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
import trustme
from certificates import PASSWORD, USER, issue, secured
from scraping import queried, running_prometheus

from truegreen_definitions import names
from truegreen_definitions.errors import TerminalError
from truegreen_telemetry.endpoint import MetricsApp
from truegreen_telemetry.samples import SampleStore
from truegreen_telemetry.server import MetricsServer
from truegreen_telemetry.web.access import WebAccess
from truegreen_telemetry.web.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from certificates import Secured


def app() -> MetricsApp:
    """Return an endpoint with one sample."""
    store = SampleStore()
    store.gauge(names.SOURCE_UP).child("tickets").set(1)
    return MetricsApp(store.snapshot)


def serving(files: Secured, limits: Limits | None = None) -> MetricsServer:
    """Return a server under a web config."""
    return MetricsServer(app(), gate=WebAccess(files.config), limits=limits)


def status_of(server: MetricsServer, user: str = "", password: str = "") -> int:
    """Return the status of a scrape over TLS, whatever the certificate."""
    context = ssl._create_unverified_context()
    client = http.client.HTTPSConnection(server.host, server.port, timeout=30, context=context)
    token = base64.b64encode(f"{user}:{password}".encode()).decode()
    client.request("GET", "/metrics", headers={"Authorization": f"Basic {token}"} if user else {})
    response = client.getresponse()
    response.read()
    client.close()
    return response.status


def test_curl_gets_in_with_the_password_and_no_other_way(
    tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """With the password curl is let in under a verified certificate, without it refused."""
    files = secured(tmp_path)
    curl = [tool("curl"), "--silent", "--include", "--compressed", "--cacert", str(files.authority)]
    with serving(files) as server:
        url = server.url("/metrics")
        assert url.startswith("https://127.0.0.1:")

        def said(*more: str) -> str:
            command = [*curl, *more, url]
            return subprocess.run(command, check=False, capture_output=True, text=True).stdout

        right = said("--user", f"{USER}:{PASSWORD}")
        assert right.startswith("HTTP/1.1 200")
        assert "X-Content-Type-Options: nosniff" in right
        assert 'truegreen_source_up{source="tickets"} 1.0\n' in right
        for wrong in (("--user", f"{USER}:no"), ("--user", f"nobody:{PASSWORD}"), ()):
            out = said(*wrong)
            assert out.startswith("HTTP/1.1 401")
            assert "WWW-Authenticate: Basic" in out
            assert "truegreen_source_up" not in out
        command = [tool("curl"), "--silent", url.replace("https", "http")]
        assert subprocess.run(command, check=False).returncode != 0


def test_prometheus_scrapes_over_tls_with_basic_auth(
    tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """A real Prometheus with the authority and the password has the samples."""
    files = secured(tmp_path)
    how = {
        "scheme": "https",
        "tls_config": {"ca_file": str(files.authority)},
        "basic_auth": {"username": USER, "password": PASSWORD},
    }
    with (
        serving(files) as server,
        running_prometheus(tool("prometheus"), tmp_path / "p", server.port, json.dumps(how)) as url,
    ):
        (sample,) = queried(url, names.SOURCE_UP.name)
        assert sample["value"][1] == "1"


def test_clients_that_never_finish_a_handshake_delay_nobody(tmp_path: Path) -> None:
    """With more silent TLS clients than the server takes, a scrape over TLS is answered."""
    with serving(secured(tmp_path)) as server:
        held = [socket.create_connection((server.host, server.port), timeout=5) for _ in range(300)]
        try:
            held[-1].sendall(b"\x16\x03\x01")  # the first bytes of a handshake
            start = time.perf_counter()
            assert status_of(server, USER, PASSWORD) == 200
            assert time.perf_counter() - start < 4  # less than the time of a handshake
        finally:
            for client in held:
                client.close()


def test_a_handshake_has_its_time(tmp_path: Path) -> None:
    """A TLS client that says nothing is cut off, and so is one that speaks something else."""
    with serving(secured(tmp_path), Limits(tls_seconds=0.2)) as server:
        for first in (b"", b"GET /metrics HTTP/1.1\r\n\r\n"):
            with socket.create_connection((server.host, server.port), timeout=30) as client:
                client.sendall(first)
                try:
                    assert not client.recv(1000).startswith(b"HTTP")
                except ConnectionResetError:
                    continue


def test_files_are_read_again_and_the_last_good_ones_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A renewed certificate is shown, a broken config changes nothing, a mended one is noticed."""
    files = secured(tmp_path)
    with serving(files) as server:
        address = (server.host, server.port)
        before = ssl.get_server_certificate(address)
        issue(trustme.CA(), tmp_path)
        assert ssl.get_server_certificate(address) != before
        good = files.config.read_text()
        files.config.write_text("basic_auth_users: {prometheus: plain}\n")
        assert status_of(server, USER, PASSWORD) == 200
        assert status_of(server) == 401
        files.config.write_text("")
        assert status_of(server, USER, PASSWORD) == 200
        files.config.write_text(good.replace(USER, "renamed"))
        assert status_of(server, USER, PASSWORD) == 401
        assert status_of(server, "renamed", PASSWORD) == 200
    said = "".join(capsys.readouterr())
    assert "it is no bcrypt hash" in said
    assert "TLS is turned on or off by a restart alone" in said
    assert "plain" not in said.replace("plain one", "")


def answer_to(server: MetricsServer, context: ssl.SSLContext) -> tuple[str, bytes]:
    """Return the cipher and the beginning of the answer to a scrape in a context."""
    with (
        socket.create_connection((server.host, server.port), timeout=30) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as client,
    ):
        client.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
        cipher, answer = client.cipher(), client.recv(1000)
    assert cipher is not None
    return cipher[0], answer


def test_client_certificates_are_asked_for(tmp_path: Path) -> None:
    """With RequireAndVerifyClientCert only a client with a certificate of the authority gets in."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.crt")
    issue(authority, tmp_path)
    inline = (tmp_path / "server.crt").read_text().replace("\n", "\n    ")
    (tmp_path / "web.yml").write_text(
        f"tls_server_config:\n  cert: |\n    {inline}\n  key_file: server.key\n"
        "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n"
        "  min_version: TLS12\n  max_version: TLS12\n"
        "  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,"
        " TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]\n"
    )
    with MetricsServer(app(), gate=WebAccess(tmp_path / "web.yml")) as server:
        context = ssl.create_default_context(cafile=str(tmp_path / "ca.crt"))
        with pytest.raises((ssl.SSLError, ConnectionResetError)):
            answer_to(server, context)
        context.load_cert_chain(tmp_path / "server.crt", tmp_path / "server.key")
        cipher, answer = answer_to(server, context)
        assert cipher.endswith("AES128-GCM-SHA256")
        assert answer.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("tls_server_config: {cert_file: a}", "one of key_file and key"),
        ("tls_server_config: {cert_file: a, key_file: b}", "cannot use the certificate or key"),
        ("tls_server_config: {cert_file: a, key_file: b, min_version: TLS10}", "is not allowed"),
        ("tls_server_config: {cert_file: a, key_file: b, client_ca_file: c}", "go together"),
        ("tls_config: {}", "unknown field `tls_config`"),
        ("basic_auth_users: {bob: hunter2}", "it is no bcrypt hash"),
        ("http_server_config: {headers: {X-Other: a}}", "is not allowed"),
        ("a: [", "yaml.yml:1:"),
        ("{}\n---\n{}", "more than one document"),
    ],
)
def test_a_config_that_cannot_be_used_says_why(tmp_path: Path, text: str, told: str) -> None:
    """Every mistake names its place and the reason, and never shows a password."""
    path = tmp_path / "yaml.yml"
    path.write_text(text)
    with pytest.raises(TerminalError) as error:
        WebAccess(path)
    assert told in str(error.value)
    assert "hunter2" not in str(error.value)


def test_a_missing_file_is_a_clear_error_and_an_empty_one_asks_for_nothing(tmp_path: Path) -> None:
    """Without a file there is no server; with an empty one it is open, as with Prometheus."""
    with pytest.raises(TerminalError, match=r"cannot read web config .*: No such file"):
        WebAccess(tmp_path / "none.yml")
    (tmp_path / "empty.yml").write_text("# nothing\n")
    access = WebAccess(tmp_path / "empty.yml")
    assert (access.encrypts, access.tls(), access.headers()) == (False, None, ())
    assert [path.name for path in tmp_path.iterdir()] == ["empty.yml"]
