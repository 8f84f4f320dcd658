"""The probe as it is run: a process of its own against the example shop."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qsl, quote

import pytest
from certificates import PASSWORD, USER, secured
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from raw_servers import OK, head, secure, serving
from shopping import CARD, JOURNEY, Child, ask, orders_in, plan_for, running, shop

from truegreen_definitions import names
from truegreen_definitions.plan import Client, ClientCertificate, Request
from truegreen_definitions.plan.codec import digest, dumps
from truegreen_demo.orders import OrderBook
from truegreen_demo.shop import ShopServer
from truegreen_demo.storefront import Storefront

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from truegreen_definitions.plan import Plan

SECRET = {"TEST_CARD": CARD}
OPENMETRICS = "application/openmetrics-text; version=1.0.0"


def command(plan: Path, *more: str) -> tuple[str, ...]:
    """Return the command line of a probe."""
    return (sys.executable, "-m", "truegreen_definitions.cli.app", "probe", f"--plan={plan}", *more)


def written(folder: Path, plan: Plan) -> Path:
    """Return the path of a plan.json."""
    path = folder / "plan.json"
    path.write_text(dumps(plan, "abc123"))
    return path


def quick(url: str, every_seconds: float) -> Plan:
    """Return a plan whose step `pay` satisfies up to 50 ms and is tolerated up to 400 ms.

    The other steps may take seconds, as they do on a busy machine.
    """
    *easy, pay = JOURNEY.steps
    patient = {"satisfied_seconds": 5, "tolerated_seconds": 10, "timeout_seconds": 20}
    pay = replace(pay, satisfied_seconds=0.05, tolerated_seconds=0.4)
    steps = (*(replace(step, **patient) for step in easy), pay)
    plan = plan_for(url, every_seconds)
    return replace(plan, journeys=(replace(plan.journeys[0], steps=steps),))


def scrape(url: str) -> str:
    """Return the probe's metrics as OpenMetrics."""
    request = urllib.request.Request(f"{url}/metrics", headers={"Accept": OPENMETRICS})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
        text: str = answer.read().decode()
        return text


def values(url: str) -> dict[str, Counter[str]]:
    """Return by metric the sum of the samples that have each `label=value`."""
    found: dict[str, Counter[str]] = {}
    families = text_string_to_metric_families(scrape(url))  # type: ignore[no-untyped-call]
    for family in families:
        for sample in family.samples:
            sums = found.setdefault(sample.name, Counter())
            for label, value in sample.labels.items():
                sums[f"{label}={value}"] += sample.value
    return found


def outcomes(url: str, step: str) -> dict[str, float]:
    """Return the outcomes of a step that are not 0."""
    families = text_string_to_metric_families(scrape(url))  # type: ignore[no-untyped-call]
    return {
        sample.labels["outcome"]: sample.value
        for family in families
        for sample in family.samples
        if sample.name == names.STEP_OUTCOMES.name
        and sample.labels["step"] == step
        and sample.value
    }


def wait_until(child: Child, true: Callable[[], bool], seconds: float = 20) -> None:
    """Return once something is true; the process must go on running until then."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        with pytest.raises(subprocess.TimeoutExpired):
            child.process.wait(0.1)


def listening(child: Child) -> str:
    """Return the URL a probe serves its metrics at, once it does."""
    event = json.loads(child.line_with('"listening"'))
    return f"http://{event['address']}"


@pytest.fixture(scope="module")
def open_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The URL of a shop and its file of orders."""
    orders = tmp_path_factory.mktemp("shop") / "orders.jsonl"
    with shop(orders) as (url, _):
        yield url, orders


@pytest.fixture
def once(
    open_shop: tuple[str, Path], tmp_path: Path
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a probe once and returns how it ended."""
    plan = written(tmp_path, plan_for(open_shop[0]))

    def run(path: Path = plan, *more: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(path, "--once", *more),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env={**os.environ, **env},
        )

    return run


def told(text: str) -> str:
    """Return a result with all times as `N ms` and all gaps as one space."""
    return re.sub(r" +", " ", re.sub(r"[\d.]+ ms", "N ms", text))


def test_once_tells_how_each_step_went(
    open_shop: tuple[str, Path], once: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """A single run prints its steps on stdout, nothing else, and ends with code 0."""
    done = once(**SECRET)
    assert told(done.stdout) == (
        f"buy-something at {open_shop[0]}, from fra\n"
        " browse satisfied N ms\n"
        " checkout satisfied N ms\n"
        " pay satisfied N ms\n"
        " undo order done\n"
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_once_fails_with_the_reason(
    open_shop: tuple[str, Path], once: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """A shop that refuses to take money is code 1; status, expectation and undo are told."""
    assert ask(open_shop[0], "PUT", "/faults", {"pay": {"error": 1}})[0] == 200
    try:
        done = once(**SECRET)
    finally:
        ask(open_shop[0], "DELETE", "/faults")
    assert done.returncode == 1
    assert (
        " pay failed N ms assertion: status: expected less than 400, found 503; "
        '$.state: expected "paid", found nothing\n undo order done\n'
    ) in told(done.stdout)


def test_a_trace_tells_step_by_step(
    open_shop: tuple[str, Path],
    tmp_path: Path,
    once: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    """Requests, phases, extracted values, the failed check and its answer; no secret anywhere."""
    assert ask(open_shop[0], "PUT", "/faults", {"pay": {"error": 1}})[0] == 200
    try:
        done = once(written(tmp_path, plan_for(open_shop[0])), "--trace=buy-something", **SECRET)
    finally:
        ask(open_shop[0], "DELETE", "/faults")
    assert done.returncode == 1
    assert CARD not in done.stdout
    text = told(done.stdout)
    assert "1. browse: satisfied in N ms\n GET /products → 200\n dns" in text
    assert re.search(r"first_byte +[\d.]*N ms +[█▏▎▍▌▋▊▉]+", text)
    assert re.search(r'sku = "[\w-]+"\n', text)
    assert re.search(r"3\. pay: failed in N ms\n POST /orders/[\w-]+/pay → 503\n", text)
    assert "✗ assertion: status: expected less than 400, found 503" in text
    assert re.search(r"looked at: \S", text)
    assert re.search(r"trace [0-9a-f]{32}\n", text)
    assert text.endswith(" undo order done\n")


def test_a_form_is_sent_as_a_page_sends_it(
    tmp_path: Path, once: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """A server reads the fields as they were meant; the trace shows its echo without the secret."""
    password = "a b&c=d+é/7"
    got: list[bytes] = []

    def refuse(connection: socket.socket) -> None:
        data = head(connection)
        while b"\r\n\r\nuser=" not in data or not data.endswith(b"=cup"):
            data += connection.recv(65_536)
        got.append(data)
        said = data.partition(b"\r\n\r\n")[2]
        said += b" is not " + password.encode() + b", " + quote(password, safe="").encode()
        size = b"Content-Length: %d\r\n\r\n" % len(said)
        connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\n" + size + said)

    form = (("user", "robot-${run}"), ("${secret:FIELD}", "${secret:PW}"), ("t", ""), ("t", "cup"))
    action = Request(method="POST", path="/login", json="", headers=(), form=form)
    step = replace(JOURNEY.steps[0], action=action, extract=(), asserts=())
    with serving(refuse) as server:
        plan = plan_for(server.url)
        one = replace(plan.journeys[0], steps=(step,), cleanup=())
        chosen = written(tmp_path, replace(plan, journeys=(one,)))
        done = once(chosen, "--trace=buy-something", PW=password, FIELD="pass word")
    assert (done.returncode, done.stderr) == (1, "")
    sent, _, body = got[0].decode("ascii").partition("\r\n\r\n")
    assert "\r\ncontent-type: application/x-www-form-urlencoded\r\n" in f"{sent.lower()}\r\n"
    (user, robot), *rest = parse_qsl(body, keep_blank_values=True)
    assert (user, robot.startswith("robot-"), len(robot) > len("robot-")) == ("user", True, True)
    assert rest == [("pass word", password), ("t", ""), ("t", "cup")]
    assert f"looked at: user={robot}&***=***&t=&t=cup is not ***, ***" in done.stdout


def test_a_trace_is_of_a_single_run(tmp_path: Path) -> None:
    """`--trace` without `--once` is a wrong use, told in one line."""
    plan = written(tmp_path, plan_for("http://127.0.0.1:9"))
    done = subprocess.run(
        command(plan, "--trace=buy-something"), capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "add --once" in done.stderr


@pytest.mark.parametrize(
    ("option", "code", "words"),
    [
        (("--once", "--journal=j"), 2, "--journal is of a probe that goes on: leave out --once"),
        (("--samples=nowhere/at/all",), 1, "--samples nowhere/at/all: cannot be written (No such"),
    ],
)
def test_files_that_are_not_written_are_said(
    tmp_path: Path, option: tuple[str, ...], code: int, words: str
) -> None:
    """An option that would do nothing and a file that cannot be opened are told in one line."""
    plan = written(tmp_path, plan_for("http://127.0.0.1:9"))
    done = subprocess.run(
        command(plan, "--listen=127.0.0.1:0", *option),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, **SECRET},
    )
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_once_tells_of_a_shop_that_is_not_there(
    tmp_path: Path, once: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """A refused connection is a failed step, and what follows was not attempted."""
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        address = f"127.0.0.1:{nobody.getsockname()[1]}"
    done = once(written(tmp_path, plan_for(f"http://{address}")), **SECRET)
    assert done.returncode == 1
    assert told(done.stdout).splitlines()[1:] == [
        f" browse failed N ms refused: {address} refuses connections",
        " checkout not attempted",
        " pay not attempted",
    ]


@pytest.mark.parametrize("engine", ["fasthttp", "requests"])
def test_locusts_own_clients_can_be_chosen(
    engine: Literal["fasthttp", "requests"],
    open_shop: tuple[str, Path],
    tmp_path: Path,
    once: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    """The same journey runs over the client of FastHttpUser or HttpUser, failures included."""
    plan = plan_for(open_shop[0])
    (journey,) = plan.journeys
    chosen = replace(plan, journeys=(replace(journey, client=Client(engine=engine)),))
    done = once(written(tmp_path, chosen), **SECRET)
    assert (done.returncode, done.stderr) == (0, "")
    assert " undo order done\n" in told(done.stdout)
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    nowhere = replace(chosen, journeys=(replace(chosen.journeys[0], target=address),))
    done = once(written(tmp_path, nowhere), **SECRET)
    assert done.returncode == 1
    assert "browse failed N ms refused: " in told(done.stdout)


@pytest.mark.parametrize("engine", ["lean", "fasthttp", "requests"])
def test_no_client_takes_a_key_to_another_host(
    engine: Literal["lean", "fasthttp", "requests"],
    tmp_path: Path,
    once: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    """A redirect leads on without the journey's key, and `~/.netrc` adds nothing anywhere."""
    heads: list[bytes] = []

    def saying(answer: bytes) -> Callable[[socket.socket], None]:
        def behave(connection: socket.socket) -> None:
            heads.append(head(connection))
            connection.sendall(answer)

        return behave

    (tmp_path / ".netrc").write_text("default login robot password opensesame\n")
    (tmp_path / ".netrc").chmod(0o600)
    with serving(saying(OK)) as other:
        place = other.url.replace("127.0.0.1", "localhost")
        leads = f"HTTP/1.1 302 Found\r\nLocation: {place}/in\r\nContent-Length: 0\r\n\r\n"
        with serving(saying(leads.encode())) as server:
            plan = plan_for(server.url)
            action = Request(
                method="GET", path="/", json="", headers=(("x-api-key", "k-123"),), redirects=1
            )
            step = replace(JOURNEY.steps[0], action=action, extract=(), asserts=())
            one = replace(plan.journeys[0], client=Client(engine=engine), steps=(step,), cleanup=())
            chosen = written(tmp_path, replace(plan, journeys=(one,)))
            done = once(chosen, HOME=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    first, second = (one.lower() for one in heads)
    assert b"x-api-key: k-123" in first
    assert second.startswith(b"get /in ")
    assert b"k-123" not in second
    assert b"authorization" not in first + second


@pytest.mark.parametrize("engine", ["fasthttp", "requests"])
def test_locusts_own_clients_verify_and_end_in_time(
    engine: Literal["fasthttp", "requests"],
    certificates: Path,
    tmp_path: Path,
    once: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    """FastHttpUser's own default takes every certificate; ours does not. A timeout is of it all."""

    def drip(connection: socket.socket) -> None:
        head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
        while not server.released.wait(0.05):
            connection.sendall(b"x")

    def written_for(url: str) -> Path:
        plan = plan_for(url)
        (journey,) = plan.journeys
        step = replace(journey.steps[0], timeout_seconds=1.0)
        chosen = replace(journey, client=Client(engine=engine), steps=(step,), cleanup=())
        return written(tmp_path, replace(plan, journeys=(chosen,)))

    with serving(secure(certificates, "good")) as server:
        done = once(written_for(server.url.replace("http://127.0.0.1", "https://localhost")))
    assert "browse failed N ms tls: " in told(done.stdout), done.stdout
    with serving(drip) as server:
        done = once(written_for(server.url))
    assert "timeout: no answer within 1s: still waiting" in told(done.stdout), done.stdout


def test_a_certificate_is_verified(
    certificates: Path, tmp_path: Path, once: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """An unknown certificate is a failed step; with the system's trust in it, all is well.

    Where the server asks who comes, a journey with a certificate of its own is let in, no other.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "good.pem", certificates / "good.key")
    book = OrderBook(lambda _: None, lambda: datetime.now(UTC), timedelta(1))
    with ShopServer(("127.0.0.1", 0), Storefront(book, threading.Event())) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        plan = written(tmp_path, plan_for(f"https://localhost:{server.server_address[1]}"))
        refused = once(plan, **SECRET)
        trust = {**SECRET, "SSL_CERT_FILE": str(certificates / "good.pem")}
        trusted = once(plan, **trust)
        context.load_verify_locations(certificates / "good.pem")
        context.verify_mode = ssl.CERT_REQUIRED
        nobody = once(plan, **trust)
        own = ClientCertificate(
            certificate=str(certificates / "good.pem"), key=str(certificates / "good.key")
        )
        known = plan_for(f"https://localhost:{server.server_address[1]}")
        (journey,) = known.journeys
        known = replace(known, journeys=(replace(journey, client_certificate=own),))
        somebody = once(written(tmp_path, known), **trust)
        server.shutdown()
        thread.join()
    assert refused.returncode == 1
    assert "browse failed N ms tls: the certificate of localhost:" in told(refused.stdout)
    assert "self-signed certificate" in refused.stdout
    assert (trusted.returncode, trusted.stderr) == (0, "")
    assert nobody.returncode == 1
    assert re.search("browse +failed ", nobody.stdout)
    assert (somebody.returncode, somebody.stderr) == (0, "")


def test_a_missing_secret_ends_the_probe_before_its_first_request(
    open_shop: tuple[str, Path], once: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """The message names the secret; the shop saw nothing."""
    before = open_shop[1].read_text() if open_shop[1].exists() else ""
    done = once()
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(
        "truegreen: secrets are missing: TEST_CARD has no value: set TEST_CARD"
    )
    assert (open_shop[1].read_text() if open_shop[1].exists() else "") == before


def test_a_probe_counts_and_leaves_nothing_behind(
    open_shop: tuple[str, Path], tmp_path: Path
) -> None:
    """Slots, outcomes and durations agree; the thresholds are bounds; no order stays open."""
    url, orders = open_shop
    plan = plan_for(url, 0.3)
    own = ("--listen=127.0.0.1:0", f"--journal={tmp_path / 'journal'}")
    with running(command(written(tmp_path, plan), *own), SECRET) as child:
        probe = listening(child)
        wait_until(child, lambda: outcomes(probe, "pay").get("satisfied", 0) >= 4)
        counted = values(probe)
        start = time.monotonic()
        assert child.end(signal.SIGTERM) == 0
        assert time.monotonic() - start < 15
    steps = counted[names.STEP_OUTCOMES.name]
    started = counted[names.JOURNEY_SLOTS.name]["state=started"]
    assert started - 1 <= steps["step=pay"] <= steps["step=browse"] <= started
    durations = counted[f"{names.STEP_DURATION.name}_count"]
    assert (
        durations["clock=intended"]
        == durations["clock=service"]
        == sum(steps[f"step={step.step}"] for step in JOURNEY.steps)
    )
    buckets = counted[f"{names.STEP_DURATION.name}_bucket"]
    for step in JOURNEY.steps:
        for bound in (step.satisfied_seconds, step.tolerated_seconds, step.timeout_seconds):
            assert f"le={float(bound)}" in buckets
    info = counted[names.PLAN_INFO.name]
    assert info[f"digest={digest(plan)}"] == info["revision=abc123"] == info["component=probe"] == 1
    robots = [order for order in orders_in(orders).values() if order["synthetic"]]
    assert len(robots) >= 4
    assert {order["state"] for order in robots} == {"cancelled"}
    assert [json.loads(line)["event"] for line in child.said] == ["listening", "stopped"]


def test_a_slow_step_is_felt_while_every_request_succeeds(
    open_shop: tuple[str, Path], tmp_path: Path
) -> None:
    """The watermelon in small: all answers are 200, and the step is tolerated, then frustrated."""
    url, _ = open_shop
    with running(
        command(written(tmp_path, quick(url, 1)), "--listen=127.0.0.1:0"), SECRET
    ) as child:
        probe = listening(child)
        wait_until(child, lambda: "satisfied" in outcomes(probe, "pay"))
        for delay, outcome in (("150ms", "tolerated"), ("600ms", "frustrated")):
            assert ask(url, "PUT", "/faults", {"pay": {"delay": delay}})[0] == 200
            wait_until(child, lambda wanted=outcome: wanted in outcomes(probe, "pay"))  # type: ignore[misc]
        ask(url, "DELETE", "/faults")
        assert "failed" not in outcomes(probe, "pay")
        assert set(outcomes(probe, "browse")) == {"satisfied"}
        assert child.end(signal.SIGINT) == 130
    slow = [json.loads(line) for line in child.said if '"step_slow"' in line]
    assert {event["step"] for event in slow} == {"pay"}
    assert all(re.fullmatch("[0-9a-f]{32}", event["trace_id"]) for event in slow)


def test_a_probe_stopped_in_the_middle_takes_its_order_back(tmp_path: Path) -> None:
    """SIGTERM while the shop keeps a payment waiting ends the probe soon, with nothing left."""
    orders = tmp_path / "orders.jsonl"
    with shop(orders) as (url, _):
        assert ask(url, "PUT", "/faults", {"pay": {"delay": "30s"}})[0] == 200
        path = written(tmp_path, plan_for(url, 0.5))
        with running(command(path, "--listen=127.0.0.1:0"), SECRET) as child:
            probe = listening(child)
            wait_until(child, lambda: outcomes(probe, "checkout") != {})
            start = time.monotonic()
            assert child.end(signal.SIGTERM) == 0
            assert time.monotonic() - start < 15
        assert {order["state"] for order in orders_in(orders).values()} == {"cancelled"}


def test_a_port_in_use_is_said_in_one_line(open_shop: tuple[str, Path], tmp_path: Path) -> None:
    """A probe that cannot be scraped does not start."""
    plan = written(tmp_path, plan_for(open_shop[0]))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = subprocess.run(
            command(plan, f"--listen={address}", f"--journal={tmp_path / 'journal'}"),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env={**os.environ, **SECRET},
        )
    assert done.returncode == 1
    assert done.stderr == (
        f"truegreen: port {address.split(':')[1]} of 127.0.0.1 is taken:"
        " choose another with --listen HOST:PORT\n"
    )


def test_prometheus_scrapes_the_probe_without_a_warning(
    open_shop: tuple[str, Path], tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """A real server takes every sample and has nothing to say about it."""
    path = written(tmp_path, plan_for(open_shop[0], 0.5))
    with running(command(path, "--listen=127.0.0.1:0"), SECRET) as child:
        probe = listening(child)
        config = tmp_path / "prometheus.yml"
        config.write_text(
            "global: {scrape_interval: 200ms}\n"
            "scrape_configs: [{job_name: probe, honor_labels: true, "
            f"static_configs: [{{targets: ['{probe.removeprefix('http://')}']}}]}}]\n"
        )
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        server = (
            tool("prometheus"),
            f"--config.file={config}",
            f"--storage.tsdb.path={tmp_path / 'tsdb'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--log.level=warn",
        )
        with running(server) as prometheus:

            def satisfied() -> bool:
                query = f"/api/v1/query?query=sum({names.STEP_OUTCOMES.name})%20by%20(outcome)"
                found = answer(f"http://127.0.0.1:{port}{query}")
                series = found.get("data", {}).get("result", [])
                return any(float(one["value"][1]) > 0 for one in series)

            wait_until(prometheus, satisfied, 30)
            up = answer(f"http://127.0.0.1:{port}/api/v1/targets")["data"]["activeTargets"][0]
            assert (up["health"], up["lastError"]) == ("up", "")
            prometheus.end(signal.SIGTERM)
            assert [line for line in prometheus.said if "Received SIGTERM" not in line] == []


def answer(url: str) -> Any:
    """Return a JSON answer, empty while the server is not there yet."""
    try:
        with urllib.request.urlopen(url, timeout=5) as found:
            return json.load(found)
    except OSError:
        return {}


def test_locusts_own_command_line_runs_the_journeys(
    open_shop: tuple[str, Path], tmp_path: Path, root: Path
) -> None:
    """Plain Locust takes the locustfile and counts each step under its name, without failures."""
    path = written(tmp_path, plan_for(open_shop[0], 0.2))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "locust", "-f", str(root / "synthetics" / "locustfile.py")),
            *("--headless", "-u", "2", "-r", "2", "-t", "6s", "--json", "--skip-log"),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=tmp_path,
        env={**os.environ, **SECRET, "TRUEGREEN_PLAN": str(path)},
    )
    assert done.returncode == 0, done.stderr
    counted = {
        row["name"]: (row["num_requests"], row["num_failures"]) for row in json.loads(done.stdout)
    }
    for step in JOURNEY.steps:
        requests, failures = counted[f"buy-something/{step.step}"]
        assert requests
        assert failures == 0


def test_only_the_engine_imports_locust() -> None:
    """Every other module is free of Locust and gevent, and so is this process of pytest."""
    code = (
        "import importlib, pkgutil, sys, truegreen_synthetics as room\n"
        "for module in pkgutil.iter_modules(room.__path__, 'truegreen_synthetics.'):\n"
        "    if module.name.rpartition('.')[2] not in {'engine', '__main__'}:\n"
        "        importlib.import_module(module.name)\n"
        "print({'locust', 'gevent'} & set(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "set()\n"
    assert not {"locust", "gevent"} & set(sys.modules)


def test_a_probe_is_scraped_under_a_web_config(
    open_shop: tuple[str, Path], tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """`--web-config` holds in the probe too: TLS, and the password or nothing."""
    plan, files = written(tmp_path, plan_for(open_shop[0])), secured(tmp_path)
    more = ("--listen=127.0.0.1:0", f"--web-config={files.config}")
    curl = [tool("curl"), "--silent", "--show-error", "--cacert", str(files.authority)]
    with running(command(plan, *more), SECRET) as child:
        url = listening(child).replace("http://", "https://") + "/metrics"

        def said(*how: str) -> str:
            made = subprocess.run([*curl, *how, url], check=False, capture_output=True, text=True)
            return made.stdout + made.stderr

        assert said("--user", f"{USER}:{PASSWORD}").startswith("# HELP ")
        assert said() == said("--user", f"{USER}:wrong") == "unauthorized\n"
