"""Run the preview: address, logging, start and end. The edge of this package."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from truegreen_dashboards.boards import boards
from truegreen_dashboards.preview.pictures import take_pdf, take_pngs
from truegreen_dashboards.preview.records import Rows
from truegreen_dashboards.preview.server import PreviewServer, Site
from truegreen_dashboards.preview.upstream import ALERTMANAGER_PATHS, PROMETHEUS_PATHS, Upstream
from truegreen_dashboards.stills.answers import View
from truegreen_dashboards.stills.asking import Round
from truegreen_dashboards.stills.board import draw_board
from truegreen_dashboards.titles import titles_of
from truegreen_definitions.cli.command import ExitCode
from truegreen_definitions.cli.registry import found_receipt
from truegreen_definitions.errors import TerminalError
from truegreen_definitions.files import write_atomically
from truegreen_definitions.logs import configure_logs
from truegreen_definitions.plan.file import PlanFile
from truegreen_definitions.units import parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from truegreen_dashboards.board import Board
    from truegreen_definitions.plan import Plan

__all__ = ["Pictures", "picture", "run", "site_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """Where pictures of every board go, and of what time; None for a form that is not wanted.

    Attributes:
        span: Time range that is shown, one the page offers.
        at: The moment that SVG is seen from; None: now.
    """

    png: Path | None
    pdf: Path | None
    svg: Path | None
    span: str
    at: datetime | None

    @property
    def any(self) -> bool:
        """Whether there are any."""
        return (self.png, self.pdf, self.svg) != (None, None, None)


def site_of(*, plan: Path, prometheus: str, alertmanager: str, state: Path | None = None) -> Site:
    """Return what the page is about; with a state file it shows the records behind figures.

    Raises:
        TerminalError: The plan or a URL cannot be used.
    """
    return Site(
        plan=PlanFile(plan),
        prometheus=Upstream(name="prometheus", url=prometheus, paths=PROMETHEUS_PATHS),
        alertmanager=Upstream(name="alertmanager", url=alertmanager, paths=ALERTMANAGER_PATHS)
        if alertmanager
        else None,
        rows=Rows(receipts=found_receipt(), state=state) if state else None,
    )


def run(site: Site, listen: tuple[str, int]) -> ExitCode:
    """Serve the page until SIGTERM or Ctrl-C; stdout gets its URL once it can be opened.

    Raises:
        TerminalError: The address cannot be used.
    """
    configure_logs(sys.stderr)
    with _bind(listen, site) as server:
        # `shutdown` waits for the loop that the handler interrupts: it needs a thread of its own.
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
        sys.stdout.write(f"{server.url}/\n")
        sys.stdout.flush()
        server.serve_forever(poll_interval=0.2)
    return ExitCode.CLEAN


def picture(site: Site, listen: tuple[str, int], wanted: Pictures) -> ExitCode:
    """Serve the page for as long as its pictures are taken; stdout gets the path of each.

    Raises:
        TerminalError: The address cannot be used, or a picture cannot be taken.
    """
    configure_logs(sys.stderr)
    plan = site.plan.current().plan
    every = boards(plan)
    uids = [board.uid for board in every]
    if wanted.svg is not None:
        for path in _stills(plan, every, site.prometheus, wanted, wanted.svg):
            sys.stdout.write(f"{path}\n")
            sys.stdout.flush()
    if wanted.png is None and wanted.pdf is None:
        return ExitCode.CLEAN
    with _bind(listen, site) as server, _serving(server):
        for form, folder in ((take_pngs, wanted.png), (take_pdf, wanted.pdf)):
            for path in form(server.url, uids, wanted.span, folder) if folder else ():
                sys.stdout.write(f"{path}\n")
                sys.stdout.flush()
    return ExitCode.CLEAN


def _stills(
    plan: Plan, every: Iterable[Board], prometheus: Upstream, wanted: Pictures, folder: Path
) -> Iterator[Path]:
    at, titles = wanted.at or datetime.now(UTC), titles_of(plan)
    for board in every:
        view = View(
            end=int(at.timestamp()),
            span=int(parse_duration(wanted.span)),
            scrape_seconds=int(plan.policy.scrape_interval_seconds),
            variables={one.name: one.default for one in board.variables},
            titles=titles,
        )
        still = draw_board(board, Round(prometheus, view), view)
        path = folder / f"{board.uid}.svg"
        try:
            write_atomically(path, still.svg(alone=True).encode())
        except OSError as error:
            raise TerminalError(f"cannot write {path}: {error.strerror}") from error
        yield path


@contextmanager
def _serving(server: PreviewServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


def _bind(address: tuple[str, int], site: Site) -> PreviewServer:
    try:
        return PreviewServer(address, site)
    except OSError as error:
        host, port = address
        raise TerminalError(f"cannot listen on {host}:{port}: {error.strerror}") from error
