"""`truegreen export` and `truegreen backfill` as a person runs them."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import replace
from typing import TYPE_CHECKING

import plans
import pytest
from api_server import Reply, api

from truegreen_definitions.plan import Column, PrometheusRead, Table
from truegreen_definitions.plan.codec import dumps

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXPORT = (sys.executable, "-m", "truegreen_definitions.cli.app")
AT = ("--at", "2016-03-20T00:00:00Z")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a plan and an export."""
    (tmp_path / "plan.json").write_text(dumps(plans.PLAN, "abc"))
    (tmp_path / "surveys.csv").write_text(
        "id,rating,answered,application,updated\na,5,01/03/2016 00:00,webshop,1\n"
    )
    return tmp_path


def test_what_is_kept_is_the_exporter_s_alone(folder: Path) -> None:
    """Whatever the umask, a state file is made for nobody else; who may read an older one stays."""
    keep = ("export", "--plan", "plan.json", "--state", "kept.duckdb", "--once", *AT)
    command = [*EXPORT, *keep]
    for mode in (0o600, 0o640):
        subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=60, umask=0o22)
        found = {path.name: path.stat().st_mode & 0o777 for path in folder.glob("kept*")}
        assert found.pop("kept.duckdb") == mode
        assert set(found.values()) <= {0o600}
        (folder / "kept.duckdb").chmod(0o640)


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder to its end."""
    return subprocess.run(
        [*EXPORT, *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )


def test_once_prints_the_metrics(folder: Path) -> None:
    """`--once` prints the exposition on stdout, talks JSON on stderr and ends with 0."""
    ran = run(folder, "export", "--plan", "plan.json", "--once", *AT)
    assert ran.returncode == 0, ran.stderr
    line = 'agreement="csat",kind="xla",part="good",window="month"} 1.0\n'
    assert line in ran.stdout
    assert [json.loads(said)["event"] for said in ran.stderr.splitlines()] == ["rows_read"]


def test_once_without_files_ends_with_one(folder: Path) -> None:
    """A source without files is said on stderr, shown as `up` 0, and makes the exit code 1."""
    (folder / "surveys.csv").unlink()
    ran = run(folder, "export", "--plan", "plan.json", "--once", *AT)
    assert ran.returncode == 1
    assert 'truegreen_source_up{source="survey-export"} 0.0' in ran.stdout
    assert "no file matches 'surveys*.csv'" in ran.stderr


def test_once_fails_where_every_row_is_refused(folder: Path) -> None:
    """Nothing usable is exit code 1, `up` 0, and one line with source, count, place and reason."""
    (folder / "surveys.csv").write_text(
        "id,rating,answered,application,updated\n"
        "a,5,01.03.2016 00:00,webshop,1\nb,4,02.03.2016 00:00,webshop,1\n"
    )
    ran = run(folder, "export", "--plan", "plan.json", "--once", *AT)
    assert ran.returncode == 1
    assert 'truegreen_source_up{source="survey-export"} 0.0' in ran.stdout
    told = [json.loads(line)["event"] for line in ran.stderr.splitlines()[:-1]]
    assert told == ["rows_refused"]
    assert "strptime(answered, '%d.%m.%Y %H:%M')" in ran.stderr.splitlines()[-1]
    assert "01.03.2016" not in ran.stderr, "a log holds no values of rows"
    assert (
        "source survey-export: each of its 2 rows was refused, the first at surveys.csv:2: "
        "answered_at: "
    ) in ran.stderr.splitlines()[-1]


@pytest.mark.parametrize("text", ["", "id,rating,answered,application,updated\n"])
def test_once_says_that_a_file_has_no_rows(folder: Path, text: str) -> None:
    """An empty file, or a header alone, is no failure, and is told in one line."""
    (folder / "surveys.csv").write_text(text)
    ran = run(folder, "export", "--plan", "plan.json", "--once", *AT)
    assert ran.returncode == 0, ran.stderr
    (said,) = map(json.loads, ran.stderr.splitlines())
    assert (said["event"], said["source"]) == ("source_has_no_rows", "survey-export")
    assert said["read"] == "surveys*.csv"


def test_once_without_its_prometheus_counts_the_others(folder: Path) -> None:
    """What other sources bring is printed whole; the last line names who lacks, and why."""
    with api(lambda _: Reply("no Prometheus", 404)) as server:
        hours = PrometheusRead(
            location=server.url,
            authentication=None,
            look_back_seconds=0,
            history_seconds=3600,
            every_seconds=300,
            timeout_seconds=30,
        )
        columns = (
            Column(name="id", type="text"),
            Column(name="hour", type="timestamp"),
            Column(name="good", type="decimal"),
            Column(name="total", type="decimal"),
        )
        table = Table(
            name="signals",
            key=("id", "hour"),
            columns=columns,
            origin=plans.HERE,
        )
        signals = replace(
            plans.SURVEY_EXPORT,
            name="signal-hours",
            table="signals",
            read=hours,
            columns=tuple((one.name, f"cast({one.name} as {one.type})") for one in columns),
            revision=(),
            service="",
        )
        plan = replace(
            plans.PLAN,
            tables=(*plans.PLAN.tables, table),
            sources=(signals, plans.SURVEY_EXPORT),
        )
        (folder / "plan.json").write_text(dumps(plan, "abc"))
        ran = run(folder, "export", "--plan", "plan.json", "--once", *AT)
    assert ran.returncode == 1
    assert 'agreement="csat",kind="xla",part="good",window="month"} 1.0\n' in ran.stdout
    assert 'truegreen_source_up{source="survey-export"} 1.0' in ran.stdout
    assert 'truegreen_source_up{source="signal-hours"} 0.0' in ran.stdout
    assert ran.stderr.splitlines()[-1] == (
        "truegreen: 1 of 2 sources were read whole, and what is printed is counted from what is "
        f"known. 1 failed: source signal-hours: {server.url} answers 404 Not Found"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("export",), 2, "required: --plan"),
        (
            ("export", "--plan", "none.json"),
            1,
            "truegreen: cannot read the plan none.json: No such",
        ),
        (
            ("export", "--plan", "surveys.csv"),
            1,
            "truegreen: surveys.csv is no plan of truegreen: no JSON (line 1, column 1)",
        ),
        (("export", "--plan", "."), 1, "cannot read the plan .: Is a directory"),
        (("export", "--plan", "plan.json", "--at", "2016-03-20T08:00"), 2, "is no instant"),
        (("export", "--plan", "plan.json", "--at", "never"), 2, "is no instant"),
        (("export", "--plan", "plan.json", "--interval", "0s"), 2, "is too short"),
        (("export", "--plan", "plan.json", "--interval", "soon"), 2, "is no duration"),
        (("export", "--plan", "plan.json", "--listen", "9464x"), 2, "write HOST:PORT"),
        (("export", "--plan", "plan.json", "--listen", "a:99999"), 2, "write HOST:PORT"),
        (
            ("export", "--plan", "plan.json", "--state", "surveys.csv"),
            1,
            "truegreen: cannot open state file surveys.csv",
        ),
        (
            ("export", "--plan", "plan.json", "--listen", "203.0.113.1:1"),
            1,
            "truegreen: cannot listen on 203.0.113.1:1",
        ),
    ],
)
def test_what_cannot_work_ends_with_a_clear_message(
    folder: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    """Usage errors end with 2, what fails outside with 1; neither shows a traceback."""
    ran = run(folder, *arguments)
    assert ran.returncode == code, ran.stderr
    assert message in ran.stderr
    assert "Traceback" not in ran.stderr


def test_backfill_writes_openmetrics(folder: Path) -> None:
    """`backfill` counts a state file over a grid and writes what promtool reads."""
    run(folder, "export", "--plan", "plan.json", "--state", "s.duckdb", "--once", *AT)
    span = ("--from", "2016-03-01T00:00:00Z", "--to", "2016-03-01T02:00:00Z", "--step", "1h")
    ran = run(folder, "backfill", "--plan", "plan.json", "--state", "s.duckdb", *span, "-o", "h.om")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    written = (folder / "h.om").read_text().splitlines()
    series = 'xla_window_events{service="order-to-cash",agreement="csat",kind="xla",'
    assert written[2:5] == [
        f'{series}part="good",window="month"}} 1.0 {1456790400.0 + 3600 * i}' for i in range(3)
    ]
    assert written[-1] == "# EOF"


@pytest.mark.parametrize(
    ("state", "to", "message"),
    [
        ("none.duckdb", "2016-03-02T00:00:00Z", "state file none.duckdb does not exist"),
        ("none.duckdb", "2016-02-01T00:00:00Z", "is before --from"),
    ],
)
def test_backfill_refuses_what_it_cannot_do(
    folder: Path, state: str, to: str, message: str
) -> None:
    """A missing state file and an empty span are clear errors."""
    span = ("--from", "2016-03-01T00:00:00Z", "--to", to)
    ran = run(folder, "backfill", "--plan", "plan.json", "--state", state, *span, "-o", "h.om")
    assert (ran.returncode, message in ran.stderr) == (1, True)


@contextlib.contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the exporter and yield it with its URL; it must end within the test."""
    log = (folder / "log").open("w+")
    command = [*EXPORT, "export", "--plan", "plan.json", "--listen", "127.0.0.1:0", *arguments]
    with subprocess.Popen(command, cwd=folder, stderr=log, text=True) as process:
        try:
            yield process, _listening(folder / "log", process)
        finally:
            process.kill()
            log.close()


def _listening(log: Path, process: subprocess.Popen[str]) -> str:
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        for line in log.read_text().splitlines():
            if '"listening"' in line:
                return str(json.loads(line)["url"]).removesuffix("/metrics")
        time.sleep(0.02)
    raise AssertionError(log.read_text())


def get(url: str) -> str:
    """Return a page."""
    with urllib.request.urlopen(url, timeout=5) as response:
        return str(response.read().decode())


def wait_for(url: str, text: str) -> str:
    """Return a page once it holds a text."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            page = get(url)
            if text in page:
                return page
        time.sleep(0.02)
    raise AssertionError(f"{text} never came")


ROWS = 'truegreen_source_rows_total{source="survey-export"}'


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)], ids=["term", "int"]
)
def test_a_running_exporter_follows_its_files_and_ends_when_told(
    folder: Path, number: signal.Signals, code: int
) -> None:
    """New rows show within a cycle, the process's own metrics too, and a signal ends it at once."""
    with serving(folder, "--interval", "100ms", "--state", "s.duckdb", *AT) as (process, url):
        wait_for(f"{url}/-/ready", "ok")
        assert "process_cpu_seconds_total" in wait_for(f"{url}/metrics", f"{ROWS} 1.0")
        with (folder / "surveys.csv").open("a") as file:
            file.write("b,1,02/03/2016 00:00,webshop,1\n")
        wait_for(f"{url}/metrics", f"{ROWS} 2.0")
        begin = time.monotonic()
        process.send_signal(number)
        assert process.wait(timeout=10) == code
        assert time.monotonic() - begin < 8  # a second at most, and room for a busy machine


@pytest.mark.e2e
def test_a_second_exporter_is_told_that_the_state_is_in_use(folder: Path) -> None:
    """A state file is held by one process, and the other one says so."""
    with serving(folder, "--state", "s.duckdb", *AT):
        ran = run(folder, "export", "--plan", "plan.json", "--state", "s.duckdb", "--once")
        assert ran.returncode == 1
        assert "state file s.duckdb is in use by another process" in ran.stderr


@pytest.mark.e2e
def test_a_taken_port_is_a_clear_error(folder: Path) -> None:
    """Two exporters cannot share a port, and the second one says which."""
    with serving(folder, *AT) as (_, url):
        ran = run(folder, "export", "--plan", "plan.json", "--listen", url.removeprefix("http://"))
        assert ran.returncode == 1
        assert "is taken: choose another with --listen" in ran.stderr


@pytest.mark.e2e
def test_a_restart_shows_what_was_committed(folder: Path) -> None:
    """After SIGKILL the next process shows the same counter before it has read anything."""
    state = ("--state", "s.duckdb", *AT)
    with serving(folder, *state) as (process, url):
        wait_for(f"{url}/metrics", f"{ROWS} 1.0")
        process.send_signal(signal.SIGKILL)
        assert process.wait(timeout=10) == -signal.SIGKILL
    (folder / "surveys.csv").unlink()
    with serving(folder, *state) as (_, url):
        assert f"{ROWS} 1.0" in get(f"{url}/metrics")


def test_help_loads_no_database() -> None:
    """`truegreen export --help` imports neither DuckDB nor SQL parsers nor servers."""
    code = (
        "import sys; from truegreen_exporters import commands; "
        "print({'duckdb', 'sqlglot', 'asyncio', 'structlog', 'pydantic'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "set()\n"


def test_a_plan_without_records_is_exported(tmp_path: Path) -> None:
    """A company with signals alone has an exporter that shows its plan."""
    plan = replace(plans.PLAN, sources=(), tables=(), agreements=(plans.AVAILABILITY,))
    (tmp_path / "plan.json").write_text(dumps(plan))
    ran = run(tmp_path, "export", "--plan", "plan.json", "--once")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "truegreen_plan_info" in ran.stdout
