"""The last row of every board: how to read it, and which plan runs against the one it shows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from truegreen_dashboards.board import Row
from truegreen_dashboards.display import Unit
from truegreen_dashboards.panels import Column, Panel, Table, Text
from truegreen_dashboards.targets import Target
from truegreen_definitions import names

if TYPE_CHECKING:
    from truegreen_dashboards.board import Board

__all__ = ["built_from", "reading"]

_KEY = "reading"
_DIGITS = 12  # as many of a plan's digest are shown
_SHORT_PLANS = (
    f'label_replace({names.PLAN_INFO.name}, "{names.DIGEST}", "$1", '
    f'"{names.DIGEST}", "(.{{{_DIGITS}}}).*")'
)


def reading(words: str, *, height: int = 7) -> Row:
    """Return the row.

    Args:
        words: What the words and numbers of the board mean, in Markdown.
        height: In grid rows; as high as the words need.
    """
    text = Text(
        key=_KEY,
        title="How to read this",
        description="What the words and numbers of this board mean, and from which plan it is.",
        width=15,
        height=height,
        body=words,
    )
    return Row(
        key=_KEY,
        title="How to read this",
        panels=(text, _running_plan(height)),
        whole="a process runs one plan for all",
    )


def _running_plan(height: int) -> Panel:
    by = f"{names.COMPONENT}, {names.DIGEST}, {names.REVISION}"
    return Table(
        key="running-plan",
        title="The plan that runs",
        description=(
            "Digest and git revision of the plan of each process; one of each is right. A build "
            "without `--revision` has none."
        ),
        width=9,
        height=height,
        targets=(
            Target(
                ref="A",
                expr=f"count by ({by}) ({_SHORT_PLANS})",
                legend="Processes",
                instant=True,
            ),
        ),
        columns=(
            Column(source=names.COMPONENT, title="Process", width=110),
            Column(source=names.DIGEST, title="Plan"),
            Column(source=names.REVISION, title="Revision"),
            Column(source="A", title="Processes", unit=Unit.COUNT, width=100),
        ),
        sort_by="Process",
    )


def built_from(board: Board, digest: str) -> Board:
    """Return a board whose last row says from which plan it was built."""
    told = (
        f"\nThis board was built from plan `{digest[:_DIGITS]}`. Where a process runs another "
        "one, build again or wait for its next reload.\n"
    )

    def telling(panel: Panel) -> Panel:
        if isinstance(panel, Text) and panel.key == _KEY:
            return replace(panel, body=panel.body + told)
        return panel

    rows = tuple(replace(row, panels=tuple(map(telling, row.panels))) for row in board.rows)
    return replace(board, rows=rows)
