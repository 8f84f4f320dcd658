"""What is generated and committed is what the example company builds today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.cli.app import main

if TYPE_CHECKING:
    from pathlib import Path

GENERATED = ("grafana/*.json", "prometheus/rules/*.yml")


def test_the_committed_boards_and_rules_are_up_to_date(root: Path, tmp_path: Path) -> None:
    """Every board and rule file of a fresh build stands in `dashboards/generated`, and no other."""
    assert main(["build", str(root / "definitions" / "acme"), "-o", str(tmp_path)]) == 0
    built = {path.name: path.read_text() for form in GENERATED for path in tmp_path.glob(form)}
    folder = root / "dashboards" / "generated"
    committed = {
        path.name: path.read_text() for path in folder.iterdir() if path.suffix in {".json", ".yml"}
    }
    assert committed == built, "run `make build` and commit what it wrote"
