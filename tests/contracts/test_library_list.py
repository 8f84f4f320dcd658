"""The list of what there is to measure and the files of the library are equal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from truegreen_definitions.catalog import build_catalog
from truegreen_definitions.catalog.loader import read_library
from truegreen_definitions.cli.registry import commands
from truegreen_definitions.names import ALL_BY_NAME

if TYPE_CHECKING:
    from pathlib import Path

CATALOG, _ = build_catalog((), read_library())
ROW = re.compile(r"\| (?P<tick>✓ )?(?P<what>[^|]+) \| (?P<words>[^|]+) \| (?P<where>[^|]+) \|")
FILE = re.compile(r"\[`(?P<name>[a-z0-9-]+)`\]\((?P<path>[a-z0-9-]+)\.yaml\)")
ELSEWHERE = ("signals: ", "money: ", "boards: ", "contracts: ", "later: ", "`", "the ")


def _rows(root: Path) -> list[re.Match[str]]:
    text = (root / "definitions" / "library" / "README.md").read_text(encoding="utf-8")
    table = text.partition("| what | in words |")[2]
    return [found for line in table.splitlines()[2:] if (found := ROW.fullmatch(line))]


def test_every_file_is_listed_and_every_listed_file_is_there(root: Path) -> None:
    """The files that the list names are the indicators of the library, no more and no fewer."""
    listed = {one["name"] for row in _rows(root) for one in FILE.finditer(row["where"])}
    assert listed == set(CATALOG.indicators)


def test_what_has_no_file_says_where_it_is(root: Path) -> None:
    """A row has a tick and its files, or no tick and the place or the reason."""
    rows = _rows(root)
    assert len(rows) >= 80
    for row in rows:
        files = [*FILE.finditer(row["where"])]
        assert all(one["name"] == one["path"] for one in files)
        assert bool(row["tick"]) == bool(files)
        assert files or row["where"].startswith(ELSEWHERE), row["what"]
    assert len({row["what"] for row in rows}) == len(rows)


def test_what_is_elsewhere_is_there(root: Path) -> None:
    """Every metric that the list names is one of ours, and every command is a verb."""
    said = "".join(row["where"] for row in _rows(root))
    metrics = set(re.findall(r"`((?:xla|truegreen)[_:][a-z_:]+)`", said))
    assert len(metrics) > 15
    assert metrics <= set(ALL_BY_NAME)
    verbs = set(re.findall(r"`truegreen ([a-z]+)", said))
    assert verbs
    assert verbs <= {command.name for command in commands()}


def test_an_indicator_is_one_file_of_its_name(root: Path) -> None:
    """Each indicator stands alone in a file that is called as it is, with a whole manual."""
    folder = root / "definitions" / "library"
    assert {path.stem for path in folder.glob("*.yaml")} == set(CATALOG.indicators)
    for name, one in CATALOG.indicators.items():
        assert one.path == f"{name}.yaml"
        manual = one.model.spec.manual
        for part in ("Columns: ", "Traps: ", "Source: "):
            assert part in manual, f"{name} does not say its {part}"
