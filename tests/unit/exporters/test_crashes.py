"""Killed at any moment, an exporter loses nothing and counts nothing twice, whatever it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from crashing import Campaign, Files, Hooks, Tables

if TYPE_CHECKING:
    from pathlib import Path

KILLS = 20


@pytest.mark.parametrize("what", ["files", "tables", "hooks"])
def test_kills_at_seeded_moments(what: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """After 20 kills all that was written is kept and counted once; no counter ever fell."""
    source: Files | Tables | Hooks
    if what == "files":
        source = Files(tmp_path)
    elif what == "tables":
        source = Tables(request.getfixturevalue("postgres"))
    else:
        source = Hooks()
    found = Campaign(folder=tmp_path, source=source, kills=KILLS, seed=2026).fought()
    assert found.written > KILLS
    assert found.whole, (found.written, found.kept, found.counted, found.said[-3000:])
    assert len(set(found.scraped)) > 1, "scrapes in between have seen it grow"
