"""The emitter of boards."""

from __future__ import annotations

import json

import plans
import pytest

from truegreen_dashboards import board, emitter, grafana
from truegreen_dashboards.boards import boards
from truegreen_dashboards.boards.domains import folders
from truegreen_dashboards.layout import Cell
from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.cli.registry import found_emitters, found_linters
from truegreen_definitions.errors import InvariantError


def test_one_file_per_board() -> None:
    """Every board of the plan is one file named by its uid, a domain's in the domain's folder."""
    found = {one.path: one.text for one in emitter.BOARDS.emit(plans.PLAN, BuildInfo())}
    every = {f"grafana/{one.uid}.json": grafana.text(one) for one in boards(plans.PLAN)}
    for folder in folders(plans.PLAN):
        every |= {
            f"grafana/{folder.title}/{one.uid}.json": grafana.text(one) for one in folder.boards
        }
    assert found == every
    assert all(json.loads(text) for text in found.values())


def test_a_commit_changes_no_board() -> None:
    """Boards do not hold the revision, so that a commit alone changes no file."""
    assert emitter.BOARDS.emit(plans.PLAN, BuildInfo()) == emitter.BOARDS.emit(
        plans.PLAN, BuildInfo(revision="4f2c9e1")
    )


def test_the_command_line_finds_it() -> None:
    """It is announced as an entry point."""
    assert "boards" in {one.name for one in found_emitters()}
    assert emitter.lint_boards in found_linters()


def test_a_faulty_board_never_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """A board whose panels overlap is our fault, and raises before it is written."""
    monkeypatch.setattr(board, "pack", lambda sizes, top: [Cell(x=0, y=9, w=9, h=9) for _ in sizes])
    with pytest.raises(InvariantError, match="overlap"):
        emitter.BOARDS.emit(plans.PLAN, BuildInfo())


def test_a_faulty_board_is_found_without_writing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The linter says of the model what the emitter would refuse, and nothing of sound boards."""
    assert emitter.lint_boards(plans.PLAN) == ()
    monkeypatch.setattr(board, "pack", lambda sizes, top: [Cell(x=0, y=9, w=9, h=9) for _ in sizes])
    assert "panel/place" in "; ".join(emitter.lint_boards(plans.PLAN))
