"""`truegreen preview`: the boards as a live page, without Grafana."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.cli.arguments import INSTANT_FORM, add_listen, add_plan, as_path, instant
from truegreen_definitions.cli.command import Command, ExitCode

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

__all__ = ["PREVIEW"]

DEFAULT_PORT = 8099
SPANS = ("15m", "1h", "24h", "7d", "30d", "90d")


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
    parser.add_argument(
        "--state",
        type=as_path,
        metavar="FILE",
        help="the exporter's records: figures lead to the rows behind them (default: they do not)",
    )
    add_listen(parser, DEFAULT_PORT)
    pictures = parser.add_argument_group("pictures, in place of a page that goes on")
    pictures.add_argument(
        "--png",
        type=as_path,
        metavar="DIR",
        help="write every board as PNG, light and dark, wide and narrow (needs Chromium)",
    )
    pictures.add_argument(
        "--pdf", type=as_path, metavar="DIR", help="write every board as PDF, for paper"
    )
    pictures.add_argument(
        "--svg",
        type=as_path,
        metavar="DIR",
        help="write every board as SVG: the same bytes for the same data, without a browser",
    )
    pictures.add_argument(
        "--at",
        type=instant,
        metavar="INSTANT",
        help=f"with --svg: as seen from then, not now: {INSTANT_FORM}",
    )
    pictures.add_argument(
        "--range",
        choices=SPANS,
        default="1h",
        help="time range that the pictures show (default: 1h)",
    )


def _run(arguments: Namespace) -> ExitCode:
    # Every start of the command line finds this verb; only its run pays for the server.
    from truegreen_dashboards.preview.run import Pictures, picture, run, site_of

    site = site_of(
        plan=arguments.plan,
        prometheus=arguments.prometheus,
        alertmanager=arguments.alertmanager,
        state=arguments.state,
    )
    wanted = Pictures(
        png=arguments.png,
        pdf=arguments.pdf,
        svg=arguments.svg,
        span=arguments.range,
        at=arguments.at,
    )
    if not wanted.any:
        return run(site, arguments.listen)
    return picture(site, _any_port(arguments.listen), wanted)


def _any_port(listen: tuple[str, int]) -> tuple[str, int]:
    """Return an address with a free port where nobody asked for one: a page may be open already."""
    return (listen[0], 0) if listen[1] == DEFAULT_PORT else listen


PREVIEW = Command(
    name="preview",
    summary="Show the boards as a live page, without Grafana.",
    configure=_configure,
    run=_run,
)
