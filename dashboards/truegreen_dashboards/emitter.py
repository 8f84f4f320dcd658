"""The emitter of boards, as Grafana's provisioning of files reads them, and their other forms.

`grafana/<uid>.json` is a board of the whole company, `grafana/<domain>/<uid>.json` one of a domain:
a provider with `foldersFromFilesStructure: true` makes a folder of each directory.
"""

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
        """Return one file per board, a domain's in its folder.

        The revision is not in them, the running plan tells it.

        Raises:
            InvariantError: A board has a fault in its shape.
        """
        # Every start of the command line finds this emitter; only a build pays for grafanalib.
        from truegreen_dashboards.lint import faults  # noqa: PLC0415

        made = _every(plan)
        if found := faults(tuple(board for _, board in made)):
            raise InvariantError("; ".join(map(str, found)))
        return tuple(file for folder, board in made for file in _files(plan, board, folder))


def _every(plan: Plan) -> tuple[tuple[str, Board], ...]:
    """Return every board with its folder, those of the whole company without one."""
    from truegreen_dashboards.boards import boards  # noqa: PLC0415  see above
    from truegreen_dashboards.boards.domains import folders  # noqa: PLC0415

    of_company = [("", board) for board in boards(plan)]
    return (*of_company, *((one.title, board) for one in folders(plan) for board in one.boards))


def _files(plan: Plan, board: Board, folder: str) -> Iterator[Artifact]:
    """Yield the file of a board, and the other forms that the Policy asks for."""
    from truegreen_dashboards.delivery import delivered  # noqa: PLC0415  see above

    text = _sound(board)
    path = f"{folder}/{board.uid}" if folder else board.uid
    yield Artifact(path=f"grafana/{path}.json", text=text)
    yield from delivered(plan.policy, board.uid, text, folder)


def lint_boards(plan: Plan) -> tuple[str, ...]:
    """Return what is wrong with the boards of a plan, by their model alone."""
    from truegreen_dashboards.lint import faults  # noqa: PLC0415  see above

    return tuple(map(str, faults(tuple(board for _, board in _every(plan)))))


def _sound(board: Board) -> str:
    from truegreen_dashboards import grafana  # noqa: PLC0415  see above
    from truegreen_dashboards.lint import grafana_json  # noqa: PLC0415

    made = grafana.dashboard(board)
    if found := grafana_json.faults(made):
        raise InvariantError(f"board {board.uid}: {'; '.join(found)}")
    return grafana.written(made)


BOARDS: Emitter = BoardEmitter()
