"""`truegreen doctor` beside real servers, with nothing wrong and with faults that were planted."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from collectors import Reply, collector
from shopping import running

from truegreen_definitions.doctor.rules import built_rules, loaded_rules
from truegreen_definitions.files import write_atomically
from truegreen_definitions.plan.codec import dumps, loads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from shopping import Child

TRUEGREEN = (sys.executable, "-m", "truegreen_definitions.cli.app")
QUIET = {"OTEL_EXPORTER_OTLP_ENDPOINT": "", "PROMETHEUS_URL": "", "ALERTMANAGER_URL": ""}


def doctor(*words: str, **env: str) -> tuple[int, list[dict[str, str]]]:
    """Return the exit code and the findings."""
    done = subprocess.run(
        [*TRUEGREEN, "doctor", *words, "--format=json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, **QUIET, **env},
    )
    assert done.stderr == ""
    document = json.loads(done.stdout)
    findings = document["findings"]
    wrong = [one for one in findings if one["state"] == "problem"]
    assert document["problems"] == len(wrong)
    assert all(one["fix"] for one in wrong)
    return done.returncode, findings


def wrong(findings: list[dict[str, str]]) -> set[tuple[str, str]]:
    """Return topic and subject of what is to be mended."""
    return {(one["topic"], one["subject"]) for one in findings if one["state"] == "problem"}


def said(findings: list[dict[str, str]], subject: str) -> str:
    """Return all that is said of a subject."""
    return "; ".join(one["message"] for one in findings if one["subject"] == subject)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def wait_for(child: Child, url: str, true: Callable[[Any], bool] = bool) -> None:
    """Return once a URL's JSON or text makes something true."""
    deadline = time.monotonic() + 40
    while True:
        assert time.monotonic() < deadline, child.said
        assert child.process.poll() is None, child.said
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                text = answer.read().decode()
            if true(json.loads(text) if text.startswith("{") else text):
                return
        except OSError:
            pass
        time.sleep(0.1)


@pytest.fixture(scope="module")
def built(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example company, built."""
    out = tmp_path_factory.mktemp("doctor") / "build"
    command = (*TRUEGREEN, "build", str(root / "definitions" / "acme"), "-o", str(out))
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return out


@dataclass(frozen=True, slots=True)
class Town:
    """Running servers."""

    prometheus: str
    alertmanager: str
    exporter: str
    words: tuple[str, ...]


CONFIG = """
global: {{scrape_interval: 500ms, evaluation_interval: 1s}}
rule_files: ['{build}/prometheus/rules/*.yml']
{alerting}
scrape_configs:
  - job_name: exporter
    {honour}
    static_configs: [{{targets: ['{exporter}']}}]
"""


@contextmanager
def town(
    tool: Callable[[str], str], build: Path, folder: Path, *, honour: str, alerts: bool, keep: str
) -> Iterator[Town]:
    """Run an exporter, Prometheus and Alertmanager for the length of the block."""
    ports = [free_port() for _ in range(3)]
    exporter, server, pager = (f"127.0.0.1:{port}" for port in ports)
    to = f"alerting: {{alertmanagers: [{{static_configs: [{{targets: ['{pager}']}}]}}]}}"
    text = CONFIG.format(
        build=build, exporter=exporter, honour=honour, alerting=to if alerts else ""
    )
    (folder / "prometheus.yml").write_text(text)
    plan = (f"--plan={build / 'plan.json'}", f"--data={folder}", f"--listen={exporter}")
    exporting = (*TRUEGREEN, "export", *plan, f"--state={folder / 'state'}", "--interval=500ms")
    prometheus = (
        tool("prometheus"),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'tsdb'}",
        f"--web.listen-address={server}",
        "--log.level=error",
        *([f"--storage.tsdb.retention.time={keep}"] if keep else []),
    )
    alertmanager = (
        tool("prometheus-alertmanager"),
        f"--config.file={build / 'alertmanager' / 'alertmanager.yml'}",
        f"--storage.path={folder / 'am'}",
        f"--web.listen-address={pager}",
        "--cluster.listen-address=",
        "--log.level=error",
    )
    with running(exporting) as first, running(alertmanager) as third:
        wait_for(first, f"http://{exporter}/-/ready")
        with running(prometheus) as second:
            asked = f"http://{server}/api/v1/query?query=truegreen_plan_info"
            wait_for(second, asked, lambda found: bool(found["data"]["result"]))
            wait_for(third, f"http://{pager}/-/ready")
            words = (
                *(str(build), f"--prometheus=http://{server}", f"--alertmanager=http://{pager}"),
                *(f"--exporter=http://{exporter}", f"--state={folder / 'state'}"),
            )
            yield Town(f"http://{server}", f"http://{pager}", f"http://{exporter}", words)


def write_exports(folder: Path, build: Path) -> None:
    """Write a file for each source of the plan, each without rows."""
    sources = json.loads((build / "plan.json").read_text())["plan"]["sources"]
    for source in sources:
        columns = re.findall(r"[a-z_]+", " ".join(text for _, text in source["columns"]))
        head = ",".join(dict.fromkeys(columns)) + "\n" if source["read"]["format"] == "csv" else ""
        path = folder / source["read"]["location"].replace("*", "x")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(head)


def test_a_company_in_good_health_and_then_not(
    tool: Callable[[str], str], built: Path, tmp_path: Path
) -> None:
    """Loaded rules equal the built ones, nothing is to be mended; then each change is found."""
    write_exports(tmp_path, built)
    with town(tool, built, tmp_path, honour="honor_labels: true", alerts=True, keep="90d") as one:
        (tmp_path / "state").chmod(0o600)
        _, findings = doctor(*one.words, f"--data={tmp_path}", TEST_CARD="4")
        # The probe alone is not run here, and the exports' columns are not the real ones.
        left = {pair for pair in wrong(findings) if not pair[1].startswith("source ")}
        assert left == {("configured", "prometheus")}, findings
        assert "scrapes no probe" in said(findings, "prometheus")
        groups = len(built_rules(built))
        assert f"all {groups} built groups are loaded" in said(findings, "rules")
        assert "runs the plan that was built" in said(findings, "exporter")
        assert "knows every receiver" in said(findings, "alertmanager")
        assert "honours our labels" in said(findings, "prometheus")
        # Somebody builds other definitions, and tells nobody; the state file is opened to all.
        other = tmp_path / "other"
        (other / "prometheus" / "rules").mkdir(parents=True)
        for path in (built / "prometheus" / "rules").glob("*.yml"):
            text = path.read_text()
            (other / "prometheus" / "rules" / path.name).write_text(text.replace("14.4", "13.4"))
        plan = json.loads((built / "plan.json").read_text())
        write_atomically(other / "plan.json", json.dumps(plan).encode())
        (other / "alertmanager").mkdir()
        (other / "alertmanager" / "alertmanager.yml").write_text("receivers: [{name: nobody}]")
        (tmp_path / "state").chmod(0o644)
        code, findings = doctor(str(other), *one.words[1:])
        assert code == 1
        assert "are loaded in another version than built" in said(findings, "rules")
        assert "nobody" in said(findings, "alertmanager")
        assert "can be read by others" in said(findings, "state file")
        assert ("configured", "secret TEST_CARD") in wrong(findings)


def test_planted_faults_of_a_server(
    tool: Callable[[str], str], built: Path, tmp_path: Path
) -> None:
    """No honor_labels, no Alertmanager, fifteen days kept, and an exporter of an older plan."""
    folder = tmp_path / "town"
    folder.mkdir()
    with town(tool, built, folder, honour="scheme: http", alerts=False, keep="") as one:
        code, findings = doctor(*one.words, f"--data={folder}", TEST_CARD="4")
        told = said(findings, "prometheus")
        assert code == 1
        assert "job exporter renames our labels" in told
        assert "sends its alerts to no Alertmanager" in told
        assert "keeps 15d, the Policy counts on 90d" in told
        sources = {subject for _, subject in wrong(findings) if subject.startswith("source ")}
        # Their globs match nothing, and their last reading failed; two sources read no files.
        pulled = {"source signal-hours", "source overrun-hours"}
        assert sources > pulled
        read = sources - pulled
        assert all("matches no file" in said(findings, source) for source in read)
        plan = _another_plan(built)
        _, findings = doctor(*one.words, f"--plan={plan}")
        assert "runs the plan" in said(findings, "exporter")
        assert ("stale", "exporter") in wrong(findings)


def _another_plan(built: Path) -> Path:
    """Return the path of a plan that was built later, of the same company."""
    loaded = loads((built / "plan.json").read_text())
    folder = built.parent / "later"
    folder.mkdir(exist_ok=True)
    (folder / "plan.json").write_text(dumps(replace(loaded.plan, journeys=())))
    return folder / "plan.json"


def test_nothing_runs_and_nothing_is_built(tmp_path: Path) -> None:
    """It looks at what there is, says how to begin, and takes no time over who is not there."""
    ports = [free_port() for _ in range(2)]
    words = [f"--{name}=http://127.0.0.1:{ports[0]}" for name in ("prometheus", "exporter")]
    begin = time.monotonic()
    code, findings = doctor(str(tmp_path / "build"), *words)
    assert time.monotonic() - begin < 30
    assert code == 1
    assert wrong(findings) == {
        ("configured", "plan"),
        ("reachable", "prometheus"),
        ("reachable", "exporter"),
    }
    assert "truegreen build" in next(one["fix"] for one in findings if one["subject"] == "plan")


def test_a_port_that_somebody_else_has(tmp_path: Path) -> None:
    """Something that answers and is no exporter, and something that does not speak HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        _, findings = doctor(str(tmp_path), f"--exporter={url}")
        assert "is taken by something that is no exporter" in said(findings, "exporter")


def test_a_collector_that_takes_pushes_and_one_that_does_not(tmp_path: Path) -> None:
    """An empty push is taken, or the answer is told."""
    with collector() as server:
        _, findings = doctor(str(tmp_path), OTEL_EXPORTER_OTLP_ENDPOINT=server.url)
        assert "takes pushes" in said(findings, "collector")
        assert server.pushed[0].path == "/v1/metrics"
        server.usual = Reply(status=403)
        _, findings = doctor(str(tmp_path), f"--collector={server.url}")
        assert "answers 403 to an empty push" in said(findings, "collector")


def test_text_says_the_fix_under_each_problem(tmp_path: Path) -> None:
    """By topics of which something is said, the fix below; the number to mend comes last."""
    done = subprocess.run(
        [*TRUEGREEN, "doctor", str(tmp_path / "none"), "--data", "my data"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, **QUIET},
    )
    start = f"start it with `truegreen export --plan {tmp_path}/none/plan.json --data 'my data'`"
    assert start in done.stdout
    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert [line for line in lines if not line.startswith(" ")] == [
        "installed",
        "reachable",
        "configured",
        "1 to mend",
    ]
    place = next(n for n, line in enumerate(lines) if line.startswith("  BAD   plan: cannot read"))
    assert lines[place + 1].startswith("        fix: truegreen build definitions -o ")


def test_rules_are_compared_by_meaning() -> None:
    """A server writes an expression in its own way; another number or label is another rule."""
    mine = {"record": "a", "query": "sum(rate(x[5m]))  >  1", "labels": {"k": 1}, "name": "a"}
    theirs = {"name": "a", "query": "sum(rate(x[5m])) > 1", "labels": {"k": "1"}}
    groups = [loaded_rules([{"name": "g", "rules": [one]}])["g"].rules for one in (mine, theirs)]
    assert groups[0] == groups[1]
    other = loaded_rules([{"name": "g", "rules": [{**theirs, "query": "sum(rate(x[5m])) > 2"}]}])
    assert other["g"].rules != groups[0]
