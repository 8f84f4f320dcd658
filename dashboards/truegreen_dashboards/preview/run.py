"""Run the preview: address, logging, start and end. The edge of this package."""

from __future__ import annotations

import signal
import sys
import threading
from typing import TYPE_CHECKING

from truegreen_dashboards.preview.server import PreviewServer, Site
from truegreen_dashboards.preview.upstream import ALERTMANAGER_PATHS, PROMETHEUS_PATHS, Upstream
from truegreen_definitions.cli.command import ExitCode
from truegreen_definitions.errors import TerminalError
from truegreen_definitions.logs import configure_logs
from truegreen_definitions.plan.file import PlanFile

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["run"]


def run(*, plan: Path, prometheus: str, alertmanager: str, listen: tuple[str, int]) -> ExitCode:
    """Serve the page until SIGTERM or Ctrl-C; stdout gets its URL once it can be opened.

    Raises:
        TerminalError: The plan, a URL or the address cannot be used.
    """
    configure_logs(sys.stderr)
    server = _bind(
        listen,
        Site(
            plan=PlanFile(plan),
            prometheus=Upstream(name="prometheus", url=prometheus, paths=PROMETHEUS_PATHS),
            alertmanager=Upstream(name="alertmanager", url=alertmanager, paths=ALERTMANAGER_PATHS)
            if alertmanager
            else None,
        ),
    )
    with server:
        # `shutdown` waits for the loop that the handler interrupts: it needs a thread of its own.
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
        sys.stdout.write(f"{server.url}/\n")
        sys.stdout.flush()
        server.serve_forever(poll_interval=0.2)
    return ExitCode.CLEAN


def _bind(address: tuple[str, int], site: Site) -> PreviewServer:
    try:
        return PreviewServer(address, site)
    except OSError as error:
        host, port = address
        raise TerminalError(f"cannot listen on {host}:{port}: {error.strerror}") from error
