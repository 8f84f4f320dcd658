"""Installed distributions, against what `importlib.metadata` says of them."""

from __future__ import annotations

import sys
from importlib import metadata
from typing import TYPE_CHECKING

import pytest

from truegreen_definitions.cli.installed import distributions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _read_anew() -> Iterator[None]:
    distributions.cache_clear()
    yield
    distributions.cache_clear()


def test_names_versions_and_entry_points_are_those_of_importlib() -> None:
    """What is installed here is told as the standard library tells it."""
    found = {one.name: one for one in distributions()}
    assert {"truegreen", "pydantic", "pytest"} <= found.keys()
    for one in metadata.distributions():
        name = one.metadata["Name"].replace("-", "_").replace(".", "_").lower()
        if found[name].version != one.version:
            continue  # a second copy further down the path, which is not imported
        for group in {point.group for point in one.entry_points}:
            theirs = sorted(
                (point.name, point.value.partition("[")[0].strip())
                for point in one.entry_points
                if point.group == group
            )
            assert sorted(found[name].entry_points(group)) == theirs


def test_the_first_on_the_path_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two copies the one is told that would be imported; odd paths are passed over."""
    for folder, version in (("a", "2.0"), ("b", "1.0")):
        place = tmp_path / folder / f"odd_name-{version}.dist-info"
        place.mkdir(parents=True)
        (place / "entry_points.txt").write_text(
            "# words\n[other]\nx = no:NO\n[ours]\n; more\none = pkg.mod:ONE [extra]\n\ntwo=pkg\n"
        )
    (tmp_path / "archive.zip").write_text("")
    paths = [str(tmp_path / name) for name in ("nowhere", "archive.zip", "a", "b")]
    monkeypatch.setattr(sys, "path", paths)
    (found,) = distributions()
    assert (found.name, found.version) == ("odd_name", "2.0")
    assert list(found.entry_points("ours")) == [("one", "pkg.mod:ONE"), ("two", "pkg")]
    assert list(found.entry_points("nothing")) == []
