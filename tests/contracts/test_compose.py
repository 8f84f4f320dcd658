"""docker-compose.yml and Dockerfile against what they name: files, flags, ports and the Policy."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from truegreen_definitions.units import duration_label

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
    for job in config["scrape_configs"]:
        assert set(job["static_configs"][0]["targets"]) <= listening


def test_the_dockerfile_copies_what_exists(root: Path) -> None:
    """Every path the Dockerfile copies from the checkout is there."""
    copies = re.findall(
        r"^COPY (?!--from)(.+) \S+$", (root / "Dockerfile").read_text(), re.MULTILINE
    )
    assert copies
    assert all((root / path).exists() for line in copies for path in line.split())
