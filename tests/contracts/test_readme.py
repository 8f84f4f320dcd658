"""The READMEs say what is true."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING

import pytest

from truegreen_definitions.compiler import compile_folder
from truegreen_definitions.problems import has_errors, render

if TYPE_CHECKING:
    from pathlib import Path

READMES = (
    "README.md",
    *(f"{room}/README.md" for room in ("definitions", "exporters", "synthetics", "dashboards")),
    *(f"definitions/{page}.md" for page in ("TUTORIAL", "CI", "INDICATOR_KINDS")),
    *(f"exporters/{page}.md" for page in ("TICKETS", "KUBERNETES")),
)
REST_OF_THE_COMPANY = """\
---
apiVersion: truegreen/v1
kind: Policy
metadata: {name: default}
spec: {}
---
apiVersion: truegreen/v1
kind: Team
metadata: {name: checkout-team}
spec: {contact: checkout@acme.example, page: {webhook: 'https://pages.acme.example/shop'}}
---
apiVersion: truegreen/v1
kind: Vendor
metadata: {name: paygate, title: PayGate}
spec: {contact: noc@paygate.example}
---
apiVersion: truegreen/v1
kind: Vendor
metadata: {name: shopfast, title: ShopFast}
spec: {contact: desk@shopfast.example}
---
apiVersion: truegreen/v1
kind: Table
metadata: {name: surveys}
spec: {key: [id], columns: {id: text, service: text, score: integer, answered_at: timestamp}}
---
apiVersion: truegreen/v1
kind: Journey
metadata: {name: buy}
spec:
  service: order-to-cash
  every: 30s
  locations: [fra]
  target: http://127.0.0.1:8080
  steps:
    - {step: pay, request: {get: /pay}, assert: [{status: 200}]}
"""


def _blocks(path: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text(), re.MULTILINE | re.DOTALL)


def test_the_yaml_of_the_first_screen_compiles(root: Path, tmp_path: Path) -> None:
    """The service in the README is a definition that compiles, once its company is there."""
    (service,) = _blocks(root / "README.md", "yaml")
    text = f"apiVersion: truegreen/v1\n{service}{REST_OF_THE_COMPANY}"
    (tmp_path / "company.yaml").write_text(text)
    compiled = compile_folder(tmp_path)
    assert not has_errors(compiled.problems), render(compiled.problems, compiled.texts)
    assert compiled.plan is not None
    assert [one.name for one in compiled.plan.agreements] == ["availability", "csat", "pay-felt"]


@cache
def _help(*deeds: str) -> str:
    command = (sys.executable, "-m", "truegreen_definitions.cli.app", *deeds, "--help")
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


@pytest.mark.parametrize("readme", READMES)
def test_every_flag_in_a_readme_exists(readme: str, root: Path) -> None:
    """Each `truegreen VERB …` of a README uses a verb and flags that its help names."""
    for block in _blocks(root / readme, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            words = line.split("#")[0].split(" | ")[0].split()
            if words[:1] != ["truegreen"]:
                continue
            deeds = words[1:3] if words[1] == "contract" else words[1:2]
            told = _help(*deeds)
            assert [w for w in words if w.startswith("-") and w not in told] == [], line


@pytest.mark.parametrize("readme", READMES)
def test_every_link_of_a_readme_leads_somewhere(readme: str, root: Path) -> None:
    """Relative links and pictures exist in the checkout."""
    home = (root / readme).parent
    links = re.findall(r"\]\(([^)#:]+)\)", (root / readme).read_text())
    assert [link for link in links if not (home / link).exists()] == []
