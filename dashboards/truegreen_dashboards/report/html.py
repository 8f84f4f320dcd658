"""Writes a report as one HTML file that needs nothing beside it, on a screen and on paper.

Whatever comes from definitions or records is escaped by the templates; pictures escape their
texts themselves. There is no script and no address in it, so it opens anywhere, and for ever.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from truegreen_dashboards.catalogue.pages import STYLE as CATALOGUE_STYLE
from truegreen_dashboards.drawing.charts.bars import Bars, draw_bars
from truegreen_dashboards.drawing.charts.columns import Columns, draw_columns
from truegreen_dashboards.drawing.charts.course import Course, draw_course
from truegreen_dashboards.drawing.charts.strip import Strip, draw_strip
from truegreen_dashboards.drawing.svg import style

if TYPE_CHECKING:
    from truegreen_dashboards.display import Colour
    from truegreen_dashboards.drawing.svg import Picture
    from truegreen_dashboards.report.model import Block, Report

__all__ = ["drawn", "html"]


def html(report: Report) -> str:
    """Return the page."""
    templates = _templates()
    footer = Markup(json.dumps(_of_css(f"{report.title}: {report.about}")))  # noqa: S704  quoted
    own = templates.get_template("report/report.css").render(footer=footer)
    shared = templates.get_template(f"catalogue/{CATALOGUE_STYLE}").render()
    sheets = Markup(f"{shared}\n{style()}\n{own}")  # noqa: S704  ours, and quoted above
    return templates.get_template("report/report.html").render(report=report, style=sheets)


def drawn(chart: Strip | Bars | Course | Columns) -> Picture:
    """Return the picture of a chart."""
    if isinstance(chart, Strip):
        return draw_strip(chart)
    if isinstance(chart, Bars):
        return draw_bars(chart)
    if isinstance(chart, Course):
        return draw_course(chart)
    return draw_columns(chart)


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PrefixLoader(
            {
                "report": PackageLoader("truegreen_dashboards.report"),
                "catalogue": PackageLoader("truegreen_dashboards.catalogue"),
            }
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals |= {
        "kind": _kind,
        "role": _role,
        "drawn": lambda chart: Markup(drawn(chart).svg()),  # noqa: S704  escaped where it is drawn
    }
    return made


def _kind(block: Block) -> str:
    return f"report/{type(block).__name__.lower()}"


def _role(colour: Colour) -> str:
    return colour.name.lower()


def _of_css(text: str) -> str:
    """Return a text that cannot end the string or the style sheet it stands in."""
    return "".join(one if one.isalnum() or one in " ,.;:()-" else " " for one in text)
