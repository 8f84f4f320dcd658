"""A source's files are found below the data folder, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import plans
import pytest

from truegreen_definitions.plan import FileRead
from truegreen_exporters.sources.files import find_files
from truegreen_exporters.sources.rows import SourceError

if TYPE_CHECKING:
    from pathlib import Path


def test_files_are_found_sorted(tmp_path: Path) -> None:
    """A glob finds its files in one order, on any file system."""
    for name in ("surveys-b.csv", "surveys-a.csv", "other.csv"):
        (tmp_path / name).touch()
    assert find_files(plans.SURVEY_EXPORT, tmp_path) == ("surveys-a.csv", "surveys-b.csv")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/etc/passwd", "leaves the data folder"),
        ("../x.csv", "leaves the data folder"),
        ("a/../../x.csv", "leaves the data folder"),
        ("missing*.csv", "no file matches 'missing\\*.csv'"),
    ],
)
def test_what_cannot_be_found_is_a_fault(tmp_path: Path, path: str, message: str) -> None:
    """A path out of the folder and a glob without a match are named."""
    with pytest.raises(SourceError, match=message):
        find_files(
            replace(plans.SURVEY_EXPORT, read=FileRead(format="csv", location=path)), tmp_path
        )


def test_a_missing_folder_is_a_fault(tmp_path: Path) -> None:
    """A data folder that is not there is named with the option that sets it."""
    with pytest.raises(SourceError, match="does not exist: name it with --data"):
        find_files(plans.SURVEY_EXPORT, tmp_path / "none")
