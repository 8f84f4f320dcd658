"""`truegreen probe` as a running process: pushed, given another plan, and ended."""

from __future__ import annotations

import json
import signal
import socket
import sys
import threading
import time
import urllib.request
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from collectors import Collector, Reply, collector
from prometheus_client.parser import text_string_to_metric_families as plain_text
from shopping import CARD, JOURNEY, Child, ask, orders_in, plan_for, running, shop

from truegreen_definitions import names
from truegreen_definitions.files import write_atomically
from truegreen_definitions.plan.codec import digest, dumps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from collectors import Series
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
    from opentelemetry.proto.trace.v1.trace_pb2 import Span as SentSpan

    from truegreen_definitions.plan import Plan

SECRET = {"TEST_CARD": CARD}
BUDGET_SECONDS = 2.0  # it takes a second at most; the rest is for a busy machine
NAME = JOURNEY.name


def write(folder: Path, plan: Plan) -> Path:
    """Write a plan as a build does; return its path."""
    write_atomically(folder / "plan.json", dumps(plan, "abc").encode())
    return folder / "plan.json"


def probe(path: Path) -> tuple[str, ...]:
    """Return the command line of a probe on a free port."""
    command = (sys.executable, "-m", "truegreen_definitions.cli.app", "probe")
    return (*command, f"--plan={path}", "--listen=127.0.0.1:0")


def listening(child: Child) -> str:
    """Return where a probe is scraped, once it is."""
    said = json.loads(child.line_with('"listening"'))
    return f"http://{said['address']}/metrics"


def scrape(url: str) -> dict[Series, float]:
    """Return every sample of a scrape."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        text = answer.read().decode()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in plain_text(text)
        for sample in family.samples
    }


def total(found: dict[Series, float], name: str, **labels: str) -> float:
    """Return the sum of the samples that have the labels."""
    return sum(
        value
        for (metric, pairs), value in found.items()
        if metric == name and labels.items() <= pairs
    )


def until(
    child: Child, url: str, true: Callable[[dict[Series, float]], bool]
) -> dict[Series, float]:
    """Return the first scrape of which something is true."""
    deadline = time.monotonic() + 20
    while not true(found := scrape(url)):
        assert time.monotonic() < deadline, "".join(child.said)
        assert child.process.poll() is None, child.said
        time.sleep(0.05)
    return found


def slots(found: dict[Series, float], journey: str = NAME, **labels: str) -> float:
    """Return how many slots of a journey there were."""
    return total(found, names.JOURNEY_SLOTS.name, journey=journey, **labels)


def runs(found: dict[Series, float]) -> str:
    """Return the digest of the plan that runs."""
    (labels,) = (dict(pairs) for name, pairs in found if name == names.PLAN_INFO.name)
    return labels["digest"]


def of(found: dict[Series, float], journey: str) -> set[Series]:
    """Return the series of a journey."""
    return {key for key in found if ("journey", journey) in key[1]}


def spans_of(message: ExportTraceServiceRequest) -> list[SentSpan]:
    """Return the spans of a request."""
    scopes = [scope for part in message.resource_spans for scope in part.scope_spans]
    return [span for scope in scopes for span in scope.spans]


def left_open(orders: Path) -> int:
    """Return how many orders of robots were not taken back."""
    if not orders.exists():
        return 0
    robots = [order for order in orders_in(orders).values() if order["synthetic"]]
    return sum(order["state"] != "cancelled" for order in robots)


def ended_in_time(child: Child) -> None:
    """End a process with SIGTERM: code 0, in time."""
    begin = time.monotonic()
    assert child.end(signal.SIGTERM) == 0, child.said
    assert time.monotonic() - begin < BUDGET_SECONDS, child.said


@pytest.fixture(scope="module")
def open_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The URL of a shop and its file of orders."""
    orders = tmp_path_factory.mktemp("shop") / "orders.jsonl"
    with shop(orders) as (url, _):
        yield url, orders


@pytest.fixture
def sink() -> Iterator[Collector]:
    """A collector."""
    with collector() as found:
        yield found


def test_what_is_pushed_is_what_is_scraped(
    open_shop: tuple[str, Path], tmp_path: Path, sink: Collector
) -> None:
    """The last push has every series of the last scrape, and at least its counts."""
    env = {
        **SECRET,
        "OTEL_EXPORTER_OTLP_ENDPOINT": sink.url,
        "OTEL_METRIC_EXPORT_INTERVAL": "100",
        "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }
    with running(probe(write(tmp_path, plan_for(open_shop[0], 0.3))), env) as child:
        url = listening(child)
        found = until(child, url, lambda now: slots(now, state="started") >= 3)
        ended_in_time(child)
    pushed = sink.pushed[-1].samples()
    assert pushed.keys() == found.keys()
    ours = {key: value for key, value in found.items() if key[0].startswith("xla_")}
    assert len(ours) > 100
    assert all(pushed[key] >= value for key, value in ours.items())
    assert sink.pushed[-1].resource()["service.name"] == "truegreen-probe"
    # No scrape between the last run and the end: what happened there was pushed all the same.
    assert slots(pushed, state="started") >= slots(found, state="started")
    (start,) = {
        point.start_time_unix_nano
        for metric in sink.pushed[-1].metrics()
        for point in metric.histogram.data_points
    }
    process = {pair: value for (name, pair), value in found.items() if "start_time" in name}
    assert start / 1e9 == pytest.approx(process[frozenset()])
    spans = [one for traced in sink.traced for one in spans_of(traced)]
    assert total(found, names.OTLP_SPANS.name, outcome="sent") > 0
    roots = [one for one in spans if not one.parent_span_id]
    assert len(roots) >= slots(found, state="started") - 1
    for root in roots:
        assert root.name == NAME
        steps = [one for one in spans if one.trace_id == root.trace_id and one is not root]
        assert [one.name for one in steps] == [one.step for one in JOURNEY.steps]
        assert {one.parent_span_id for one in steps} == {root.span_id}
        assert all(root.start_time_unix_nano <= one.start_time_unix_nano for one in steps)
        assert all(one.end_time_unix_nano <= root.end_time_unix_nano for one in steps)


@pytest.mark.parametrize("answers_after", [20.0, 2.0])
def test_a_slow_collector_delays_no_slot(
    open_shop: tuple[str, Path], tmp_path: Path, sink: Collector, answers_after: float
) -> None:
    """While a collector is slow or silent, slots begin on time and pushes are counted as lost."""
    hold = threading.Event()
    sink.usual = Reply(hold=hold, seconds=answers_after)
    env = {
        **SECRET,
        "OTEL_EXPORTER_OTLP_ENDPOINT": sink.url,
        "OTEL_METRIC_EXPORT_INTERVAL": "300",
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }
    with running(probe(write(tmp_path, plan_for(open_shop[0], 0.2))), env) as child:
        url = listening(child)
        found = until(
            child,
            url,
            lambda now: (
                total(now, names.OTLP_PUSHES.name, outcome="failed") >= 3
                and slots(now, state="started") >= 10
            ),
        )
        assert slots(found, reason="overrun") == 0
        assert total(found, names.OTLP_PUSHES.name, outcome="sent") == 0
        assert sink.traced
        ended_in_time(child)
    hold.set()


def test_journeys_come_change_and_go(open_shop: tuple[str, Path], tmp_path: Path) -> None:
    """A new plan ends what is gone, begins what came, and leaves the others and counts alone."""
    url, orders = open_shop
    already = left_open(orders)
    first = plan_for(url, 0.3)
    kept = first.journeys[0]
    other = replace(kept, name="look-around", steps=kept.steps[:1], cleanup=())
    path = write(tmp_path, replace(first, journeys=(kept, other)))
    with running(probe(path), SECRET) as child:
        metrics = listening(child)
        before = until(
            child,
            metrics,
            lambda now: slots(now) >= 2 and slots(now, "look-around", state="started") >= 2,
        )
        last = replace(kept, name="look-twice", steps=kept.steps[:1], cleanup=())
        second = replace(first, journeys=(kept, last))
        write(tmp_path, second)
        after = until(child, metrics, lambda now: slots(now, "look-twice", state="started") >= 2)
        assert runs(after) == digest(second)
        assert of(after, "look-around") == set()
        assert {key: value for key, value in before.items() if key in of(before, NAME)}.keys() == (
            of(after, NAME)
        )
        assert slots(after) > slots(before)
        # Another pace and another threshold: the journey goes on as it is now, its counts too.
        slower = replace(kept.steps[0], satisfied_seconds=0.123)
        changed = replace(kept, every_seconds=0.2, steps=(slower, *kept.steps[1:]))
        third = replace(first, journeys=(changed,))
        write(tmp_path, third)
        done = until(
            child,
            metrics,
            lambda now: (
                runs(now) == digest(third)
                and any(("le", "0.123") in pairs for _, pairs in now)
                and slots(now, state="started") >= slots(after, state="started") + 3
            ),
        )
        assert of(done, "look-twice") == set()
        assert total(done, names.STEP_OUTCOMES.name, step="pay") >= total(
            after, names.STEP_OUTCOMES.name, step="pay"
        )
        write(tmp_path, replace(first, journeys=()))
        none = until(child, metrics, lambda now: of(now, NAME) == set())
        assert total(none, names.PLAN_RELOAD_SUCCESSFUL.name) == 1
        write(tmp_path, third)
        until(child, metrics, lambda now: slots(now, state="started") >= 2)
        ended_in_time(child)
    # An order whose number was on its way when the process was ended cannot be taken back.
    assert left_open(orders) - already <= 1


def test_a_plan_that_cannot_be_run_is_refused(open_shop: tuple[str, Path], tmp_path: Path) -> None:
    """A secret that the probe does not have keeps the old plan; SIGHUP asks again at once."""
    first = plan_for(open_shop[0], 0.3)
    path = write(tmp_path, first)
    with running(probe(path), SECRET) as child:
        url = listening(child)
        until(child, url, lambda now: slots(now, state="started") >= 1)
        *easy, pay = first.journeys[0].steps
        other = replace(pay, action=replace(pay.action, json='{"card":"${secret:OTHER}"}'))
        write(
            tmp_path, replace(first, journeys=(replace(first.journeys[0], steps=(*easy, other)),))
        )
        kept = until(child, url, lambda now: not total(now, names.PLAN_RELOAD_SUCCESSFUL.name))
        assert runs(kept) == digest(first)
        assert "OTHER has no value" in json.loads(child.line_with('"plan_refused"'))["reason"]
        child.process.send_signal(signal.SIGHUP)
        child.line_with('"plan_refused"')
        write(tmp_path, first)
        until(child, url, lambda now: total(now, names.PLAN_RELOAD_SUCCESSFUL.name) == 1)
        ended_in_time(child)


def test_sigterm_while_nothing_answers(tmp_path: Path) -> None:
    """A system that takes connections and never answers does not hold up the end."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with running(probe(write(tmp_path, plan_for(url, 0.2))), SECRET) as child:
            metrics = listening(child)
            found = until(child, metrics, lambda now: slots(now, state="started") >= 1)
            assert total(found, names.STEP_OUTCOMES.name) == 0
            ended_in_time(child)


def test_sigterm_while_a_step_runs_and_a_scrape_hangs(
    open_shop: tuple[str, Path], tmp_path: Path
) -> None:
    """The run in flight is aborted and undone, its slot is counted as begun, code 0."""
    url, orders = open_shop
    already = left_open(orders)
    assert ask(url, "PUT", "/faults", {"pay": {"delay": "20s"}})[0] == 200
    try:
        with running(probe(write(tmp_path, plan_for(url, 0.5))), SECRET) as child:
            metrics = listening(child)
            found = until(
                child,
                metrics,
                lambda now: total(now, names.STEP_OUTCOMES.name, step="checkout") > 0,
            )
            assert slots(found, state="started") == 1
            port = int(metrics.split(":")[2].split("/")[0])
            with socket.create_connection(("127.0.0.1", port)) as half:
                half.sendall(b"GET /metrics HTTP/1.1\r\n")
                ended_in_time(child)
    finally:
        ask(url, "DELETE", "/faults")
    assert left_open(orders) == already
