"""The page's files."""

from __future__ import annotations

import hashlib
import re
from importlib.resources import files
from pathlib import Path

import pytest

from truegreen_dashboards import panels

PAGE = Path(str(files("truegreen_dashboards") / "page"))
OURS = sorted(
    path for path in PAGE.rglob("*") if path.suffix in {".js", ".css", ".html"}
    and "vendor" not in path.parts
)  # fmt: skip


def test_the_vendored_files_are_unchanged() -> None:
    """ECharts and its licence are byte for byte what its package holds."""
    sums = (PAGE / "vendor/SHA256SUMS").read_text(encoding="utf-8").split("\n")
    listed = dict(reversed(line.split("  ")) for line in sums if line)
    assert set(listed) == {"echarts.min.js", "echarts.LICENSE", "echarts.NOTICE"}
    for name, expected in listed.items():
        assert hashlib.sha256((PAGE / "vendor" / name).read_bytes()).hexdigest() == expected


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_nothing_comes_from_elsewhere(path: Path) -> None:
    """No file of ours names another origin, builds markup from text, or runs text as code."""
    text = path.read_text(encoding="utf-8")
    assert set(re.findall(r"https?://[^\"' ]+", text)) <= {"http://www.w3.org/2000/svg"}
    assert not re.search(
        r"innerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text
    )


def test_every_import_is_there() -> None:
    """Every module that a module imports exists."""
    for path in OURS:
        for name in re.findall(r'from "(\.[^"]+)"', path.read_text(encoding="utf-8")):
            assert (path.parent / name).resolve().is_file(), f"{path.name} imports {name}"


def test_every_kind_of_panel_can_be_drawn() -> None:
    """The page has a way to draw every kind of panel of the model."""
    board = (PAGE / "board.js").read_text(encoding="utf-8")
    drawn = set(re.findall(r"(\w+): \w+[,\n ]", board.split("const KINDS = {")[1].split("}")[0]))
    kinds = {one.__name__ for one in panels.Panel.__subclasses__()}
    assert kinds <= drawn
