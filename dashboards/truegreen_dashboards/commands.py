"""`truegreen preview`: the boards as a live page, without Grafana."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.cli.command import Command, ExitCode

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

__all__ = ["PREVIEW"]


def _configure(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--plan", type=Path, required=True, metavar="FILE", help="plan.json of a build"
    )
    parser.add_argument(
        "--prometheus", required=True, metavar="URL", help="Prometheus with the recorded series"
    )
    parser.add_argument(
        "--alertmanager",
        default="",
        metavar="URL",
        help="where alerts are read, silenced ones told apart; default: from Prometheus",
    )
    parser.add_argument(
        "--listen",
        default="127.0.0.1:8099",
        metavar="HOST:PORT",
        help="address of the page; port 0 takes a free one (default: %(default)s)",
    )


def _run(arguments: Namespace) -> ExitCode:
    # Every start of the command line finds this verb; only its run pays for the server.
    from truegreen_dashboards.preview.run import run

    return run(
        plan=arguments.plan,
        prometheus=arguments.prometheus,
        alertmanager=arguments.alertmanager,
        listen=arguments.listen,
    )


PREVIEW = Command(
    name="preview",
    summary="Show the boards as a live page, without Grafana.",
    configure=_configure,
    run=_run,
)
