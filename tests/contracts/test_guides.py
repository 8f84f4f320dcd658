"""What the how-tos name exists: files, symbols, flags, endpoints and forms of YAML."""

from __future__ import annotations

import argparse
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from editors import documents
from walkthroughs import blocks

from truegreen_definitions.cli.command import ExitCode
from truegreen_definitions.cli.registry import commands
from truegreen_telemetry.endpoint import MetricsApp

if TYPE_CHECKING:
    from pathlib import Path


def _parsed(words: list[str]) -> argparse.Namespace:
    """Parse a command line as the CLI does; a wrong one fails the test."""
    (command,) = commands(words[0])
    parser = argparse.ArgumentParser(allow_abbrev=False)
    command.configure(parser)
    return parser.parse_args(words[1:])


def test_every_file_of_the_recipe_exists(root: Path) -> None:
    """The steps to a new kind name files and folders of this repository, and names in them."""
    text = (root / "definitions" / "INDICATOR_KINDS.md").read_text()
    rooms = "definitions|exporters|dashboards|tests"
    named = re.findall(rf"`((?:{rooms})/[\w/.-]+)`", text)
    assert len(named) >= 10
    assert [path for path in named if not (root / path).exists()] == []
    for path, names in {
        "kinds/__init__.py": ("KINDS: ",),
        "kinds/asked.py": ("class Asked", "class Lowered", "class IndicatorKind"),
        "kinds/asked.py ": ("def read(", "def report("),
        "models/indicator.py": ("IndicatorSpec: ",),
        "checks/__init__.py": ("CHECKS: ",),
        "plan/agreements.py": ("class Signal", "class Records"),
    }.items():
        code = (root / "definitions/truegreen_definitions" / path.strip()).read_text()
        assert [name for name in names if name not in code] == []
    assert "FAULTS" in (root / "tests/unit/definitions/kinds/test_manuals.py").read_text()


def test_the_manifests_run_our_commands(root: Path) -> None:
    """Each container's arguments are a command line of ours, and its ports are those it serves."""
    (manifest,) = blocks(root / "exporters" / "KUBERNETES.md", "yaml")
    found = documents(manifest)
    assert [one["kind"] for one in found] == [
        "PersistentVolumeClaim",
        "Deployment",
        "Service",
        "Deployment",
        "Service",
        "ServiceMonitor",
    ]
    deployments = [one for one in found if one["kind"] == "Deployment"]
    for deployment in deployments:
        pod = deployment["spec"]["template"]
        (container,) = pod["spec"]["containers"]
        parsed = _parsed(container["args"])
        assert parsed.listen == ("0.0.0.0", container["ports"][0]["containerPort"])
        assert deployment["spec"]["replicas"] == 1
        labels = pod["metadata"]["labels"]
        assert deployment["spec"]["selector"]["matchLabels"].items() <= labels.items()
        mounted = {mount["name"] for mount in container["volumeMounts"]}
        assert mounted == {volume["name"] for volume in pod["spec"]["volumes"]}
        for probe in ("readinessProbe", "livenessProbe"):
            _served(container[probe]["httpGet"]["path"])


def _served(path: str) -> None:
    """Assert that our endpoint knows a path."""
    answered: list[str] = []
    app = MetricsApp(lambda: None)  # type: ignore[arg-type,return-value]
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path}
    list(app(environ, lambda status, headers, exc_info=None: answered.append(status)))  # type: ignore[arg-type]
    assert answered == ["200 OK"]


def test_services_and_monitor_find_the_pods(root: Path) -> None:
    """Selectors and named ports match what they are about, and our `service` label survives."""
    (manifest,) = blocks(root / "exporters" / "KUBERNETES.md", "yaml")
    found = documents(manifest)
    pods = [one["spec"]["template"] for one in found if one["kind"] == "Deployment"]
    services = [one for one in found if one["kind"] == "Service"]
    for service in services:
        selector = service["spec"]["selector"]
        (pod,) = (p for p in pods if selector.items() <= p["metadata"]["labels"].items())
        ports = {port["name"] for c in pod["spec"]["containers"] for port in c["ports"]}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports
    (monitor,) = (one for one in found if one["kind"] == "ServiceMonitor")
    wanted = monitor["spec"]["selector"]["matchLabels"]
    assert all(wanted.items() <= service["metadata"]["labels"].items() for service in services)
    assert all(endpoint["honorLabels"] is True for endpoint in monitor["spec"]["endpoints"])


def test_a_rule_file_becomes_a_prometheus_rule(root: Path, tmp_path: Path) -> None:
    """The loop that wraps rule files gives one PrometheusRule each, with their groups as spec."""
    (loop,) = (b for b in blocks(root / "exporters" / "KUBERNETES.md", "sh") if "for file" in b)
    rules = tmp_path / "build" / "prometheus" / "rules"
    rules.mkdir(parents=True)
    source = root / "dashboards" / "generated" / "order-to-cash.yml"
    (rules / "order-to-cash.yml").write_text(source.read_text())
    (rules / "second.yml").write_text("groups: []\n")
    printed = loop.replace("kubectl --namespace truegreen apply -f -", "cat")
    done = subprocess.run(
        ("bash", "-c", printed), cwd=tmp_path, capture_output=True, text=True, check=True
    )
    first, second, *rest = documents(done.stdout)
    assert rest in ([], [None])
    assert first["kind"] == second["kind"] == "PrometheusRule"
    assert first["metadata"]["name"] == "truegreen-order-to-cash"
    assert first["spec"] == documents(source.read_text())[0]


def _runs(value: Any) -> list[str]:
    """Return every `truegreen` line of a CI configuration."""
    if isinstance(value, dict):
        return [line for one in value.values() for line in _runs(one)]
    if isinstance(value, list):
        return [line for one in value for line in _runs(one)]
    lines = str(value).splitlines()
    return [line for line in lines if line.startswith("truegreen ")]


def test_ci_configurations_run_our_commands(root: Path) -> None:
    """The YAML for CI systems is YAML, and each of its commands is one of ours."""
    found = [_runs(documents(text)) for text in blocks(root / "definitions" / "CI.md", "yaml")]
    assert [len(lines) for lines in found] == [1, 3]
    for line in (line for lines in found for line in lines):
        _parsed(line.split(" > ")[0].split()[1:])


@pytest.mark.parametrize("code", [ExitCode.CLEAN, ExitCode.PROBLEMS, ExitCode.USAGE])
def test_exit_codes_are_as_told(code: ExitCode, root: Path) -> None:
    """The page says the codes that the commands end with."""
    text = (root / "definitions" / "CI.md").read_text()
    told = {"CLEAN": "0 when all is well", "PROBLEMS": "1 for problems", "USAGE": "2 when it was"}
    assert told[code.name].startswith(str(int(code)))
    assert told[code.name] in text
