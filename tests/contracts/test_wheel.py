"""What users install: the wheel, in an empty folder, away from the checkout."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PACKAGES = {
    "truegreen_dashboards",
    "truegreen_definitions",
    "truegreen_demo",
    "truegreen_exporters",
    "truegreen_synthetics",
    "truegreen_telemetry",
}
USES_CSAT = """\
apiVersion: truegreen/v1
kind: Policy
metadata: {name: default}
spec: {}
---
apiVersion: truegreen/v1
kind: Team
metadata: {name: desk}
spec: {contact: desk@example.com, ticket: {webhook: 'https://tickets.example.com/desk'}}
---
apiVersion: truegreen/v1
kind: Table
metadata: {name: surveys}
spec: {key: [id], columns: {id: text, service: text, score: integer, answered_at: timestamp}}
---
apiVersion: truegreen/v1
kind: Service
metadata: {name: help, title: Help}
spec:
  owner: desk
  steps: [{name: ask}]
  xlas: [{name: csat, use: csat, objective: 85%, window: 30d}]
"""


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel once."""
    out = tmp_path_factory.mktemp("dist")
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    command = (sys.executable, "-c", build, str(out))
    subprocess.run(command, cwd=root, check=True, capture_output=True, timeout=120)
    (found,) = out.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel alone beside this environment's packages; return its `truegreen`.

    The new environment sees the dependencies through a path file, and the checkout not at all.
    """
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False, symlinks=True)
    site = next((home / "lib").glob("python*/site-packages"))
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    subprocess.run((*pip, "--no-deps", "--target", str(site), str(wheel)), check=True, timeout=120)
    ours = next(path for path in map(str, sys.path) if path.endswith("site-packages"))
    # A plain entry is read without the checkout's own .pth files behind it.
    (site / "dependencies.pth").write_text(ours + "\n")
    script = home / "bin" / "truegreen"
    body = "import sys\nfrom truegreen_definitions.cli.app import main\nsys.exit(main())\n"
    script.write_text(f"#!{home}/bin/python\n{body}")
    script.chmod(0o755)
    return script


def test_the_wheel_holds_our_packages_and_their_content_alone(wheel: Path) -> None:
    """Only prefixed packages reach the top level, and the YAML that commands need is inside."""
    names = zipfile.ZipFile(wheel).namelist()
    top = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert top == PACKAGES
    for inside in (
        "truegreen_definitions/content/library/csat.yaml",
        "truegreen_definitions/content/acme/policy.yaml",
        "truegreen_definitions/content/offers/deskworks-2027.yaml",
        "truegreen_definitions/content/truegreen.schema.json",
        "truegreen_definitions/starter/files/gitignore",
        "truegreen_synthetics/content/locustfile.py",
        "truegreen_dashboards/page/vendor/echarts.min.js",
        *(f"{package}/py.typed" for package in PACKAGES),
    ):
        assert inside in names


def test_a_definition_can_use_the_library_outside_the_checkout(
    installed: Path, tmp_path: Path
) -> None:
    """`use: csat` compiles from the installed wheel in an empty folder."""
    (tmp_path / "definitions").mkdir()
    (tmp_path / "definitions" / "help.yaml").write_text(USES_CSAT)
    for verb in (("check",), ("build", "-o", "out")):
        done = subprocess.run(
            (installed, *verb),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
    assert "csat" in (tmp_path / "out" / "plan.json").read_text()
    assert (tmp_path / "out" / "grafana" / "xla-service.json").is_file()


@pytest.mark.e2e
def test_the_demo_runs_from_the_wheel(
    installed: Path, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """`truegreen demo --for 1m` ends by itself, finds the watermelon and leaves no file behind."""
    tool("prometheus")
    tool("prometheus-alertmanager")
    done = subprocess.run(
        (installed, "demo", "--for", "1m"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    told = done.stdout.splitlines()
    start = next(place for place, line in enumerate(told) if line.startswith("SERVICE"))
    header, *services = told[start:]
    assert header.split() == ["SERVICE", "SLA", "XLA", "ALERT", "WATERMELON", "SINCE", "OWNER"]
    (shop,) = (line for line in services if line.startswith("Order to cash"))
    assert "met" in shop
    assert "breached: pay-felt" in shop
    assert "page: pay-felt" in shop
    assert "WATERMELON" in shop
    assert "checkout-team" in shop
    assert list(tmp_path.iterdir()) == []
