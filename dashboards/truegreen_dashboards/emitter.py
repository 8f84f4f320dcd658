"""The emitter of boards: `grafana/<uid>.json` for each board of the plan, and its other forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.artifacts import Artifact, BuildInfo, Emitter
from truegreen_definitions.errors import InvariantError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_dashboards.board import Board
    from truegreen_definitions.plan import Plan

__all__ = ["BOARDS", "BoardEmitter", "lint_boards"]


class BoardEmitter:
    """Writes every board as Grafana JSON."""

    name = "boards"

    def emit(self, plan: Plan, info: BuildInfo) -> tuple[Artifact, ...]:  # noqa: ARG002
        """Return one file per board; the revision is not in them, the running plan tells it.

        Raises:
            InvariantError: A board has a fault in its shape.
        """
        # Every start of the command line finds this emitter; only a build pays for grafanalib.
        from truegreen_dashboards.boards import boards  # noqa: PLC0415
        from truegreen_dashboards.lint import faults  # noqa: PLC0415

        made = boards(plan)
        if found := faults(made):
            raise InvariantError("; ".join(map(str, found)))
        return tuple(file for one in made for file in _files(plan, one))


def _files(plan: Plan, board: Board) -> Iterator[Artifact]:
    """Yield the file of a board, and the other forms that the Policy asks for."""
    from truegreen_dashboards.delivery import delivered  # noqa: PLC0415  see above

    text = _sound(board)
    yield Artifact(path=f"grafana/{board.uid}.json", text=text)
    yield from delivered(plan.policy, board.uid, text)


def lint_boards(plan: Plan) -> tuple[str, ...]:
    """Return what is wrong with the boards of a plan, by their model alone."""
    from truegreen_dashboards.boards import boards  # noqa: PLC0415  see above
    from truegreen_dashboards.lint import faults  # noqa: PLC0415

    return tuple(map(str, faults(boards(plan))))


def _sound(board: Board) -> str:
    from truegreen_dashboards import grafana  # noqa: PLC0415  see above
    from truegreen_dashboards.lint import grafana_json  # noqa: PLC0415

    made = grafana.dashboard(board)
    if found := grafana_json.faults(made):
        raise InvariantError(f"board {board.uid}: {'; '.join(found)}")
    return grafana.written(made)


BOARDS: Emitter = BoardEmitter()
