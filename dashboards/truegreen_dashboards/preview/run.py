"""Run the preview: address, logging, start and end. The edge of this package."""

from __future__ import annotations

import signal
import sys
import threading
from typing import TYPE_CHECKING

import structlog

from truegreen_dashboards.preview.plan_file import PlanFile
from truegreen_dashboards.preview.server import PreviewServer, Site
from truegreen_dashboards.preview.upstream import ALERTMANAGER_PATHS, PROMETHEUS_PATHS, Upstream
from truegreen_definitions.cli.command import ExitCode
from truegreen_definitions.errors import TerminalError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["parse_address", "run"]

_HIGHEST_PORT = 65_535


def run(*, plan: Path, prometheus: str, alertmanager: str, listen: str) -> ExitCode:
    """Serve the page until SIGTERM or Ctrl-C; stdout gets its URL once it can be opened.

    Raises:
        TerminalError: The plan, a URL or the address cannot be used.
    """
    _log_to_stderr()
    server = _bind(
        parse_address(listen),
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


def parse_address(text: str) -> tuple[str, int]:
    """Return host and port of `HOST:PORT` or `[IPv6]:PORT`.

    Raises:
        TerminalError: It is neither.
    """
    host, colon, port = text.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and int(port) <= _HIGHEST_PORT):
        raise TerminalError(f"--listen {text!r} is no address: write HOST:PORT")
    return host.strip("[]"), int(port)


def _bind(address: tuple[str, int], site: Site) -> PreviewServer:
    try:
        return PreviewServer(address, site)
    except OSError as error:
        host, port = address
        raise TerminalError(f"cannot listen on {host}:{port}: {error.strerror}") from error


def _log_to_stderr() -> None:
    terminal = sys.stderr.isatty()
    renderer = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
