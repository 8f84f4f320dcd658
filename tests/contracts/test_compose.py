"""docker-compose.yml and Dockerfile against what they name: files, flags, ports and the Policy.

The images of others are not here to be run. What is checked of them is what can be: the flags of
Prometheus and Alertmanager against Debian's binaries, their configurations with their own tools,
Grafana's and the collector's by reading them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from truegreen_definitions.units import duration_label
from truegreen_telemetry.otlp.settings import push_settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from truegreen_definitions.plan import Plan


@pytest.fixture(scope="module")
def compose(root: Path) -> dict[str, Any]:
    """The compose file."""
    found: dict[str, Any] = yaml.safe_load((root / "docker-compose.yml").read_text())
    return found


def _help(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    return done.stdout + done.stderr


def _flags(command: list[str]) -> set[str]:
    return {word.split("=")[0] for word in command if word.startswith("--")}


def test_every_flag_of_our_commands_exists(compose: dict[str, Any]) -> None:
    """Each of our services passes only flags that its command's own help names."""
    for name, service in compose["services"].items():
        if service["image"] != "truegreen:0.1.0":
            continue
        module = service.get("entrypoint", ["python", "-m", "truegreen_definitions.cli.app"])[1:]
        verb = [] if "entrypoint" in service else [service["command"][0]]
        known = _help(sys.executable, *module, *verb, "--help")
        words = [word for word in service["command"] if word.startswith("-")]
        assert words
        assert [word for word in words if word not in known] == [], name


@pytest.mark.parametrize(
    ("service", "binary"),
    [("prometheus", "prometheus"), ("alertmanager", "prometheus-alertmanager")],
)
def test_every_flag_of_the_servers_exists(
    compose: dict[str, Any], tool: Callable[[str], str], service: str, binary: str
) -> None:
    """Prometheus and Alertmanager are started with flags that the real binaries know."""
    known = _help(tool(binary), "--help")
    assert all(flag in known for flag in _flags(compose["services"][service]["command"]))


def test_prometheus_accepts_its_configuration(
    compose: dict[str, Any], tool: Callable[[str], str], tmp_path: Path, acme_plan: Plan
) -> None:
    """The inline configuration is valid, keeps our labels and follows the Policy."""
    text = compose["configs"]["prometheus"]["content"]
    path = tmp_path / "prometheus.yml"
    path.write_text(text)
    check = (tool("promtool"), "check", "config", "--syntax-only", str(path))
    subprocess.run(check, check=True, capture_output=True, timeout=30)
    config = yaml.safe_load(text)
    assert all(job["honor_labels"] for job in config["scrape_configs"])
    assert config["global"]["scrape_interval"] == f"{acme_plan.policy.scrape_interval_seconds}s"
    kept = duration_label(acme_plan.policy.retention_seconds)
    assert f"--storage.tsdb.retention.time={kept}" in compose["services"]["prometheus"]["command"]


def test_what_is_named_exists(compose: dict[str, Any], root: Path) -> None:
    """Mounted files exist, volumes and configs are declared, images are pinned."""
    for service in compose["services"].values():
        for mount in service.get("volumes", ()):
            source = mount.split(":")[0]
            assert (
                (root / source).exists() if source.startswith(".") else source in compose["volumes"]
            )
        for config in service.get("configs", ()):
            assert config["source"] in compose["configs"]
        assert re.search(r":v?\d+\.\d+\.\d+$", service["image"])
        assert set(service.get("depends_on", ())) <= set(compose["services"])


def test_scrapes_reach_listeners(compose: dict[str, Any]) -> None:
    """Every scraped host and port is one that a service listens on."""
    listening = set()
    for name, service in compose["services"].items():
        host = str(service.get("network_mode", name)).removeprefix("service:")
        words = service.get("command", [])
        listening |= {
            f"{host}:{after.split(':')[1]}"
            for before, after in pairwise(words)
            if before == "--listen"
        }
    config = yaml.safe_load(compose["configs"]["prometheus"]["content"])
    ours = [job for job in config["scrape_configs"] if job["job_name"] != "collector"]
    for job in ours:
        assert set(job["static_configs"][0]["targets"]) <= listening


def _validated(path: Path) -> subprocess.CompletedProcess[str]:
    schema = ("--builtin-schema", "vendor.compose-spec")
    command = (sys.executable, "-m", "check_jsonschema", *schema, str(path))
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_compose_specification_s_schema_accepts_it(root: Path, tmp_path: Path) -> None:
    """The specification's own JSON Schema finds nothing wrong, and finds what is planted."""
    good = _validated(root / "docker-compose.yml")
    assert good.returncode == 0, good.stdout
    bad = tmp_path / "docker-compose.yml"
    text = (root / "docker-compose.yml").read_text()
    bad.write_text(text.replace("read_only: true", "read_only: [perhaps]"))
    assert _validated(bad).returncode == 1


def test_every_container_is_confined(compose: dict[str, Any], root: Path) -> None:
    """No container may write outside its volumes, has capabilities, or runs our code as root."""
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:"), name
    stage = (root / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    assert re.search(r"^USER truegreen$", stage, re.MULTILINE)


def test_health_checks_ask_where_somebody_listens(compose: dict[str, Any]) -> None:
    """Long-running services are asked at their own port; who waits for health has a check."""
    for name, service in compose["services"].items():
        if "healthcheck" in service:
            (port,) = re.findall(r"127\.0\.0\.1:(\d+)/", " ".join(service["healthcheck"]["test"]))
            own = str(service.get("command")) + str(service.get("ports"))
            assert f":{port}" in own, name
        for other, wanted in dict(service.get("depends_on", {})).items():
            if wanted["condition"] == "service_healthy":
                assert "healthcheck" in compose["services"][other], (name, other)


def test_exporter_and_probe_push_to_the_collector(compose: dict[str, Any]) -> None:
    """What they are told is a push as they read it, and the collector listens just there."""
    collector = yaml.safe_load(compose["configs"]["collector"]["content"])
    listening = collector["receivers"]["otlp"]["protocols"]["http"]["endpoint"]
    for name in ("exporter", "probe"):
        settings = push_settings(compose["services"][name]["environment"])
        assert settings is not None
        assert settings.target.host == "collector"
        assert listening == f"0.0.0.0:{settings.target.port}"


def test_the_collector_s_pipelines_name_what_is_declared(compose: dict[str, Any]) -> None:
    """Pipelines use what is declared; Prometheus scrapes the collector itself, no second copy."""
    config = yaml.safe_load(compose["configs"]["collector"]["content"])
    for kind in ("receivers", "processors", "exporters"):
        used = {one for line in config["service"]["pipelines"].values() for one in line[kind]}
        assert used == set(config[kind]), kind
    (reader,) = config["service"]["telemetry"]["metrics"]["readers"]
    own = reader["pull"]["exporter"]["prometheus"]["port"]
    jobs = yaml.safe_load(compose["configs"]["prometheus"]["content"])["scrape_configs"]
    (job,) = (one for one in jobs if one["job_name"] == "collector")
    assert job["static_configs"] == [{"targets": [f"collector:{own}"]}]
    assert set(config["exporters"]) == {"debug"}
    (mounted,) = compose["services"]["collector"]["configs"]
    assert compose["services"]["collector"]["command"] == [f"--config={mounted['target']}"]


def test_grafana_finds_the_data_source_and_boards_it_is_given(
    compose: dict[str, Any], root: Path
) -> None:
    """The boards ask for a data source of the kind that is provisioned as the default one."""
    provisioned = yaml.safe_load(compose["configs"]["grafana-datasource"]["content"])
    assert provisioned["apiVersion"] == 1
    (source,) = provisioned["datasources"]
    assert source["isDefault"]
    assert source["url"] == "http://prometheus:9090"
    (provider,) = yaml.safe_load(compose["configs"]["grafana-boards"]["content"])["providers"]
    home = compose["services"]["grafana"]["environment"][
        "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"
    ]
    assert home.startswith(f"{provider['options']['path']}/")
    # With a folder of its own, or with one provider more, domains would have none.
    assert provider["options"]["foldersFromFilesStructure"]
    assert "folder" not in provider
    boards = {path.name: json.loads(path.read_text()) for path in _boards(root)}
    assert home.rpartition("/")[2] in boards
    for board in boards.values():
        (asked,) = (one for one in board["templating"]["list"] if one["type"] == "datasource")
        assert asked["query"] == source["type"]
        uids = set(re.findall(r'"uid": "([^"]+)"', json.dumps(board)))
        assert uids <= {f"${{{asked['name']}}}", "-- Grafana --", board["uid"], source["uid"]}


def _boards(root: Path) -> list[Path]:
    return sorted((root / "dashboards" / "generated").glob("*.json"))


def _replayed(dockerfile: str) -> list[tuple[str, str]]:
    """Return the first stage's COPY and RUN instructions, in order, lines joined."""
    stage = re.split(r"^FROM ", dockerfile.replace("\\\n", " "), flags=re.MULTILINE)[1]
    return re.findall(r"^(COPY|RUN) (.+)$", stage, re.MULTILINE)


def test_the_dockerfile_s_steps_make_a_working_tool(root: Path, tmp_path: Path) -> None:
    """Its COPY and RUN steps, replayed in an empty folder, give a tool that builds a company."""
    source, opt = tmp_path / "source", tmp_path / "opt"
    source.mkdir()
    for verb, words in _replayed((root / "Dockerfile").read_text()):
        if verb == "RUN":
            script = words.replace("/opt/truegreen", str(opt)).replace(
                "python -m", f"{sys.executable} -m"
            )
            done = subprocess.run(
                ["sh", "-euc", script],
                cwd=source,
                capture_output=True,
                text=True,
                check=False,
                env={**os.environ, "PIP_NO_COMPILE": "1"},  # the image's bytecode proves nothing
            )
            assert done.returncode == 0, done.stderr[-2000:]
            continue
        *paths, target = words.split()
        for path in paths:
            copy = shutil.copytree if (root / path).is_dir() else shutil.copy
            copy(root / path, source / (target if (root / path).is_dir() else path))
    shutil.rmtree(source)  # the image's second stage has the environment alone
    tool = opt / "bin" / "truegreen"
    build = (str(tool), "build", str(root / "definitions" / "acme"), "-o", str(tmp_path / "build"))
    subprocess.run(build, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    assert (tmp_path / "build" / "plan.json").is_file()
    probe = (
        str(opt / "bin" / "python"),
        "-c",
        "import duckdb, locust, truegreen_telemetry.otlp.pusher",
    )
    subprocess.run(probe, cwd=tmp_path, check=True, capture_output=True, timeout=120)


def test_the_dockerfile_copies_what_exists(root: Path) -> None:
    """Every path the Dockerfile copies from the checkout is there."""
    copies = re.findall(
        r"^COPY (?!--from)(.+) \S+$", (root / "Dockerfile").read_text(), re.MULTILINE
    )
    assert copies
    assert all((root / path).exists() for line in copies for path in line.split())
