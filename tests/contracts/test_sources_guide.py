"""Every definition in the guide to sources compiles, without a warning."""

from __future__ import annotations

import re
from pathlib import Path

from truegreen_definitions.compiler import compile_folder
from truegreen_definitions.models.reads import FORMATS

ROOT = Path(__file__).parents[2]
COMPANY = ROOT / "tests" / "golden" / "definitions" / "broken" / "source-unknown-way" / "input"


def test_the_guide_compiles(tmp_path: Path) -> None:
    """Beside a company whose own source is left out; every way to read is shown or linked to."""
    company = (COMPANY / "company.yaml").read_text()
    parts = [part for part in company.split("---\n") if "kind: Source" not in part]
    (tmp_path / "company.yaml").write_text("---\n".join(parts))
    guide = (ROOT / "exporters" / "SOURCES.md").read_text()
    blocks = re.findall(r"^```yaml\n(.*?)^```", guide, re.DOTALL | re.MULTILINE)
    (tmp_path / "guide.yaml").write_text("---\n".join(blocks))
    compiled = compile_folder(tmp_path)
    told = [
        f"{one.id} {one.message}" for one in compiled.problems if one.place.path == "guide.yaml"
    ]
    assert told == []
    assert compiled.plan is not None, compiled.problems
    assert len(compiled.plan.sources) == 8
    assert all(f"`{form}`" in guide for form in FORMATS)
