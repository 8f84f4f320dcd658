"""A pass over files ends, whatever is written to them meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plans

from truegreen_exporters.mapping import Mapping
from truegreen_exporters.sources.csv_file import read_csv
from truegreen_exporters.sources.file_pages import FilePages
from truegreen_exporters.sources.pages import Page, Reading, Surroundings

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_that_grows_faster_than_it_is_read_ends_its_pass(tmp_path: Path) -> None:
    """What is written while a page is read waits for the next pass, and none of it is lost."""
    path = tmp_path / "surveys.csv"
    path.write_text("id,rating,answered,application,updated\n1,5,20/03/2016 12:00,webshop,1\n")
    reading = Reading(
        mapping=Mapping.of(plans.SURVEY_EXPORT, plans.SURVEYS),
        around=Surroundings(folder=tmp_path),
        cursors={},
        marks={},
        seen=frozenset(),
        stopped=lambda: False,
    )
    taken = []
    for number in range(2, 5):
        for page in FilePages(read_csv)(reading):
            assert isinstance(page, Page)
            taken.append(len(page.rows.lines))
            assert len(taken) < 20
            with path.open("a") as file:
                file.write(f"{number},5,20/03/2016 12:00,webshop,1\n")
    assert taken == [1, 1, 1]
