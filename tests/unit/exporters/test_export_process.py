"""`truegreen export` as a running process: pushed, given another plan, and ended."""

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

import plans
import pytest
from collectors import Collector, Reply, collector
from prometheus_client.parser import text_string_to_metric_families as plain_text
from shopping import Child, running

from truegreen_definitions import names
from truegreen_definitions.files import write_atomically
from truegreen_definitions.plan import Column
from truegreen_definitions.plan.codec import digest, dumps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from collectors import Series

    from truegreen_definitions.plan import Plan

HEADER = "id,rating,answered,application,updated\n"
ROW = "{},5,01/03/2016 00:00,webshop,1\n"
AT = ("--at", "2016-03-20T00:00:00Z")
BUDGET_SECONDS = 2.0  # it takes a second at most; the rest is for a busy machine


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a plan and an export of three surveys."""
    write(tmp_path, plans.PLAN)
    (tmp_path / "surveys.csv").write_text(HEADER + "".join(map(ROW.format, "abc")))
    return tmp_path


def write(folder: Path, plan: Plan, revision: str = "abc") -> None:
    """Write a plan as a build does."""
    write_atomically(folder / "plan.json", dumps(plan, revision).encode())


def exporter(folder: Path, *more: str) -> tuple[str, ...]:
    """Return the command line of an exporter on a free port, with its state in a file."""
    command = (sys.executable, "-m", "truegreen_definitions.cli.app", "export")
    files = (f"--plan={folder / 'plan.json'}", f"--state={folder / 's'}", f"--data={folder}")
    return (*command, *files, "--listen=127.0.0.1:0", *AT, *more)


def listening(child: Child) -> str:
    """Return where an exporter is scraped, once it is."""
    return str(json.loads(child.line_with('"listening"'))["url"])


def scrape(url: str) -> dict[Series, float]:
    """Return every sample of a scrape."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        text = answer.read().decode()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in plain_text(text)
        for sample in family.samples
    }


def until(
    child: Child, url: str, true: Callable[[dict[Series, float]], bool]
) -> dict[Series, float]:
    """Return the first scrape of which something is true."""
    deadline = time.monotonic() + 20
    while not true(found := scrape(url)):
        assert time.monotonic() < deadline, child.said
        assert child.process.poll() is None, child.said
        time.sleep(0.05)
    return found


def value(found: dict[Series, float], metric: names.Metric, **labels: str) -> float | None:
    """Return one sample; None for no such series."""
    return found.get((metric.name, frozenset(labels.items())))


def runs(found: dict[Series, float]) -> str:
    """Return the digest of the plan that runs."""
    (labels,) = (dict(labels) for name, labels in found if name == names.PLAN_INFO.name)
    return labels["digest"]


def reloaded_well(found: dict[Series, float]) -> float | None:
    """Return whether the last reload went well."""
    return value(found, names.PLAN_RELOAD_SUCCESSFUL, component="exporter")


def ended_in_time(child: Child) -> None:
    """End a process with SIGTERM: code 0, in time."""
    begin = time.monotonic()
    assert child.end(signal.SIGTERM) == 0, child.said
    assert time.monotonic() - begin < BUDGET_SECONDS, child.said


@pytest.fixture
def sink() -> Iterator[Collector]:
    """A collector."""
    with collector() as found:
        yield found


def test_what_is_pushed_is_what_is_scraped(folder: Path, sink: Collector) -> None:
    """Every series and value of the same instant, with its start; and once more at the end."""
    env = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": sink.url,
        "OTEL_METRIC_EXPORT_INTERVAL": "100",
        "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment=test",
    }
    with running(exporter(folder, "--interval=1h"), env) as child:
        url = listening(child)
        rows = {"source": "survey-export"}
        until(child, url, lambda found: value(found, names.SOURCE_ROWS, **rows) == 3)
        sink.wait_for(pushed=len(sink.pushed) + 2)
        pushed, scraped = sink.pushed[-1], scrape(url)
        assert pushed.samples() == scraped
        assert any(name.startswith("process_") for name, _ in scraped)
        resource = pushed.resource()
        assert resource["service.name"] == "truegreen-exporter"
        assert resource["service.instance.id"].endswith(url.rpartition(":")[2].split("/")[0])
        assert resource["deployment.environment"] == "test"
        begun = value(scraped, names.Metric("process_start_time_seconds", "gauge", (), "", ""))
        ended_in_time(child)
    assert len(sink.pushed) > 1
    points = {
        metric.name: point.start_time_unix_nano / 1e9
        for metric in pushed.metrics()
        for point in metric.sum.data_points
    }
    # The process's own counts began with it; those of sources with the state file, a bit later.
    assert points["process_cpu_seconds_total"] == pytest.approx(begun)
    made = points[names.SOURCE_ROWS.name]
    assert begun is not None
    assert begun < made < time.time()
    with running(exporter(folder, "--interval=1h"), env) as child:
        listening(child)
        sink.wait_for(pushed=len(sink.pushed) + 1)
        (again,) = {
            point.start_time_unix_nano / 1e9
            for metric in sink.pushed[-1].metrics()
            if metric.name == names.SOURCE_ROWS.name
            for point in metric.sum.data_points
        }
    assert again == made


@pytest.mark.parametrize("fault", ["never answers", "not there", "refuses"])
def test_a_bad_collector_costs_a_counted_push(folder: Path, sink: Collector, fault: str) -> None:
    """Cycles and scrapes go on, failures are metrics, and the end is not held up."""
    url = sink.url
    if fault == "not there":
        with socket.create_server(("127.0.0.1", 0)) as nobody:
            url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    sink.usual = Reply(status=400)
    if fault == "never answers":
        sink.usual = Reply(hold=threading.Event())
    env = {"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_METRIC_EXPORT_INTERVAL": "100"}
    with running(exporter(folder, "--interval=50ms"), env) as child:
        scraped = listening(child)
        counted = {"component": "exporter", "outcome": "failed"}
        until(child, scraped, lambda now: (value(now, names.OTLP_PUSHES, **counted) or 0) >= 2)
        ended_in_time(child)
    if sink.usual.hold:
        sink.usual.hold.set()


def test_a_new_plan_is_taken_over(folder: Path) -> None:
    """Removed series vanish, records and counters go on, and the plan that runs is shown."""
    with running(exporter(folder, "--interval=1h")) as child:
        url = listening(child)
        rows = {"source": "survey-export"}
        before = until(child, url, lambda now: value(now, names.SOURCE_ROWS, **rows) == 3)
        assert runs(before) == digest(plans.PLAN)
        assert reloaded_well(before) == 1
        assert any(name == names.WINDOW_EVENTS.name for name, _ in before)
        less = replace(plans.PLAN, agreements=(plans.AVAILABILITY,))
        write(folder, less)
        after = until(child, url, lambda now: runs(now) == digest(less))
        assert not any(name == names.WINDOW_EVENTS.name for name, _ in after)
        assert value(after, names.SOURCE_ROWS, **rows) == 3
        write(folder, replace(plans.PLAN, sources=(), agreements=()))
        without = until(child, url, lambda now: runs(now) != digest(less))
        assert not any(name.startswith("truegreen_source") for name, _ in without)
        write(folder, plans.PLAN)
        back = until(child, url, lambda now: runs(now) == digest(plans.PLAN))
        assert value(back, names.SOURCE_ROWS, **rows) == 3
        same = names.WINDOW_EVENTS.name
        assert {k: v for k, v in back.items() if k[0] == same} == {
            k: v for k, v in before.items() if k[0] == same
        }
        ended_in_time(child)


def test_a_new_table_and_source_are_read(folder: Path) -> None:
    """A column that came with the new plan is filled from rows that come after it."""
    table = plans.SURVEYS
    wider = replace(table, columns=(*table.columns, Column(name="effort", type="integer")))
    more = replace(plans.SURVEY_EXPORT, columns=(*plans.SURVEY_EXPORT.columns, ("effort", "1")))
    with running(exporter(folder, "--interval=1h")) as child:
        url = listening(child)
        until(child, url, lambda now: value(now, names.SOURCE_ROWS, source=more.name) == 3)
        new = replace(plans.PLAN, tables=(wider,), sources=(more,))
        write(folder, new)
        # The source's definition changed, so its file is read again from the start.
        until(child, url, lambda now: value(now, names.SOURCE_ROWS, source=more.name) == 6)
        assert runs(scrape(url)) == digest(new)
        assert child.end(signal.SIGINT) == 130
    assert any('"source_read_again"' in line for line in child.said)


@pytest.mark.parametrize("broken", [b"{", b"\xff", None], ids=["cut", "bytes", "gone"])
def test_the_last_good_plan_is_kept(folder: Path, broken: bytes | None) -> None:
    """A file that is no plan changes nothing but the metric that says so, until it is mended."""
    path = folder / "plan.json"
    with running(exporter(folder, "--interval=100ms")) as child:
        url = listening(child)
        until(child, url, lambda now: reloaded_well(now) == 1)
        path.unlink() if broken is None else path.write_bytes(broken)
        kept = until(child, url, lambda now: reloaded_well(now) == 0)
        assert runs(kept) == digest(plans.PLAN)
        write(folder, plans.PLAN)
        until(child, url, lambda now: reloaded_well(now) == 1)
        ended_in_time(child)
    assert sum('"plan_kept"' in line for line in child.said) == 1


def test_a_plan_that_the_records_do_not_fit_is_refused(folder: Path) -> None:
    """A changed key is no reason to end: the old plan goes on, and the reason is logged."""
    other = replace(plans.SURVEYS, key=("survey_id", "service"))
    with running(exporter(folder, "--interval=100ms")) as child:
        url = listening(child)
        until(child, url, lambda now: reloaded_well(now) == 1)
        write(folder, replace(plans.PLAN, tables=(other,)))
        kept = until(child, url, lambda now: reloaded_well(now) == 0)
        assert runs(kept) == digest(plans.PLAN)
        said = json.loads(child.line_with('"plan_refused"'))
        assert "table surveys has changed: its key was survey_id" in said["reason"]
        write(folder, plans.PLAN)
        until(child, url, lambda now: reloaded_well(now) == 1)
        ended_in_time(child)


def test_sighup_asks_at_once(folder: Path) -> None:
    """A plan is taken over when asked, even one that was taken over already."""
    with running(exporter(folder, "--interval=1h")) as child:
        url = listening(child)
        until(child, url, lambda now: reloaded_well(now) == 1)
        write(folder, plans.PLAN, "def")
        child.process.send_signal(signal.SIGHUP)
        said = json.loads(child.line_with('"plan_taken_over"'))
        assert said["revision"] == "def"
        child.process.send_signal(signal.SIGHUP)
        assert json.loads(child.line_with('"plan_taken_over"'))["revision"] == "def"
        ended_in_time(child)


def test_sigterm_in_the_middle_of_a_file_loses_nothing(folder: Path) -> None:
    """It ends within a second while it reads and is scraped; the rest is read next time."""
    count = 150_000
    (folder / "surveys.csv").write_text(HEADER + "".join(ROW.format(i) for i in range(count)))
    with running(exporter(folder)) as child:
        url = listening(child)
        with socket.create_connection(("127.0.0.1", int(url.split(":")[2].split("/")[0]))) as half:
            half.sendall(b"GET /metrics HTTP/1.1\r\nHost:")  # a scrape that never comes to an end
            scrape(url)
            ended_in_time(child)
    first = len([line for line in child.said if '"cycle_interrupted"' in line])
    with running(exporter(folder, "--interval=1h")) as child:
        url = listening(child)
        rows = {"source": "survey-export"}
        found = until(child, url, lambda now: (value(now, names.SOURCE_ROWS, **rows) or 0) >= count)
        assert value(found, names.SOURCE_ROWS, **rows) == count
        ended_in_time(child)
    assert first <= 1


def test_without_a_word_nothing_of_opentelemetry_is_imported(folder: Path) -> None:
    """The push is off by default, and costs no import then."""
    code = (
        "import sys\n"
        "from truegreen_definitions.cli.app import main\n"
        "main(sys.argv[1:])\n"
        "print(sorted(m for m in sys.modules if m.startswith('opentelemetry')), file=sys.stderr)\n"
    )
    command = (sys.executable, "-c", code, *exporter(folder)[3:])
    with running(command) as child:
        listening(child)
        child.process.send_signal(signal.SIGTERM)
        child.wait()
    assert child.said[-1] == "[]\n"
