"""Writes a report as one HTML file that needs nothing beside it, on a screen and on paper.

Whatever comes from definitions or records is escaped by the templates; pictures escape their
texts themselves. There is no script and no address in it, so it opens anywhere, and for ever.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from truegreen_dashboards.catalogue.pages import style as catalogue_style
from truegreen_dashboards.drawing.charts.bars import Bars, draw_bars
from truegreen_dashboards.drawing.charts.columns import Columns, draw_columns
from truegreen_dashboards.drawing.charts.course import Course, draw_course
from truegreen_dashboards.drawing.charts.strip import Strip, draw_strip
from truegreen_dashboards.drawing.svg import style as drawn_style
from truegreen_dashboards.templates import templates

if TYPE_CHECKING:
    from jinja2 import Environment

    from truegreen_dashboards.drawing.svg import Picture
    from truegreen_dashboards.report.model import Block, Report

__all__ = ["drawn", "html"]


def html(report: Report) -> str:
    """Return the page."""
    made = _templates()
    footer = Markup(json.dumps(_of_css(f"{report.title}: {report.about}")))  # noqa: S704  quoted
    own = made.get_template("report.css").render(footer=footer)
    sheets = Markup(f"{catalogue_style()}\n{drawn_style()}\n{own}")  # noqa: S704  ours, and quoted above
    return made.get_template("report.html").render(report=report, style=sheets)


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
    made = templates("truegreen_dashboards.report")
    made.globals |= {"kind": _kind, "drawn": _markup}
    return made


def _kind(block: Block) -> str:
    return type(block).__name__.lower()


def _markup(chart: Strip | Bars | Course | Columns) -> Markup:
    return Markup(drawn(chart).svg())  # noqa: S704  escaped where it is drawn


def _of_css(text: str) -> str:
    """Return a text that cannot end the string or the style sheet it stands in."""
    return "".join(one if one.isalnum() or one in " ,.;:()-" else " " for one in text)
