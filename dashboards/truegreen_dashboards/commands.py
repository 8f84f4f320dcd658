"""`truegreen preview`: the boards as a live page, without Grafana."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.cli.arguments import add_listen, add_plan
from truegreen_definitions.cli.command import Command, ExitCode

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

__all__ = ["PREVIEW"]

DEFAULT_PORT = 8099


def _configure(parser: ArgumentParser) -> None:
    add_plan(parser)
    parser.add_argument(
        "--prometheus", required=True, metavar="URL", help="Prometheus with the recorded series"
    )
    parser.add_argument(
        "--alertmanager",
        default="",
        metavar="URL",
        help="where alerts are read, silenced ones told apart; default: from Prometheus",
    )
    add_listen(parser, DEFAULT_PORT)


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
