"""What the page gets: the boards with every panel in its place, and titles for names."""

from __future__ import annotations

import enum
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from truegreen_dashboards.board import PlacedRow, arrange
from truegreen_dashboards.boards import boards
from truegreen_dashboards.display import Colour
from truegreen_dashboards.preview.records import behind
from truegreen_dashboards.titles import titles_of
from truegreen_definitions.names import BoardUid

if TYPE_CHECKING:
    from truegreen_dashboards.board import Board
    from truegreen_definitions.plan.codec import LoadedPlan

__all__ = ["Sources", "payload"]

Json = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where the page's data comes from, as shown to people: URLs without any password.

    Attributes:
        alertmanager: Empty when none was named; then Prometheus tells the alerts.
    """

    prometheus: str
    alertmanager: str


def payload(loaded: LoadedPlan, sources: Sources, *, records: bool = False) -> str:
    """Return the JSON text from which the page draws everything.

    Args:
        loaded: The plan.
        sources: Where data comes from.
        records: Whether the server shows the records behind figures.
    """
    every = boards(loaded.plan)
    document = {
        "boards": [_board(one) for one in every],
        "digest": loaded.digest,
        "records": behind(loaded.plan) if records else {},
        "revision": loaded.revision,
        "scrape_seconds": loaded.plan.policy.scrape_interval_seconds,
        "sources": asdict(sources),
        "titles": titles_of(loaded.plan),
        "traces": loaded.plan.policy.traces_url,
        "values": [one.id for one in loaded.plan.measurements],
        "uids": {BoardUid(one.uid).name.lower(): one.uid for one in every},
    }
    return json.dumps(document, default=_word, sort_keys=True, ensure_ascii=False)


def _board(board: Board) -> Json:
    return {
        "uid": board.uid,
        "title": board.title,
        "description": board.description,
        "span": board.span,
        "annotations": [asdict(one) for one in board.annotations],
        "variables": [asdict(one) for one in board.variables],
        "rows": [_row(placed) for placed in arrange(board)],
    }


def _row(placed: PlacedRow) -> Json:
    top = placed.heading.bottom
    panels = [
        asdict(panel) | {"kind": type(panel).__name__, "cell": asdict(cell) | {"y": cell.y - top}}
        for panel, cell in zip(placed.row.panels, placed.cells, strict=True)
    ]
    return {"key": placed.row.key, "title": placed.row.title, "panels": panels}


def _word(value: object) -> str:
    """Return a colour as its role: the page has a shade of its own for light and for dark."""
    if isinstance(value, Colour):
        return value.role
    if isinstance(value, enum.StrEnum):
        return value.value
    raise TypeError(f"{type(value).__name__} cannot stand in the page's JSON")
