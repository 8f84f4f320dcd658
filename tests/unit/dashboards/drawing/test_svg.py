"""The SVG writer: escaped, rounded, and never wider than it says."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_dashboards.display import Colour
from truegreen_dashboards.drawing.charts.bars import Bar, Bars, draw_bars
from truegreen_dashboards.drawing.charts.columns import Column, Columns, draw_columns
from truegreen_dashboards.drawing.charts.course import Course, Point, draw_course
from truegreen_dashboards.drawing.charts.strip import Cell, Strip, draw_strip
from truegreen_dashboards.drawing.scale import Scale, round_ticks
from truegreen_dashboards.drawing.svg import Picture, number, shortened, text, width_of


@given(st.text(), st.text())
def test_any_words_are_only_words(title: str, words: str) -> None:
    """Whatever a text holds, the picture parses and has the elements that were asked for."""
    found = ET.fromstring(Picture(10, 10, title, (text(0, 0, words),)).svg())
    assert [one.tag.rpartition("}")[2] for one in found] == ["title", "text"]


@given(st.text(max_size=80), st.floats(0, 300))
def test_what_is_shortened_fits(words: str, width: float) -> None:
    """A text that does not fit is cut; what is left fits, or is an ellipsis alone."""
    found = shortened(words, width)
    assert found in {words, "…"} or width_of(found) <= width
    assert found == words or found.endswith("…")


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0, "0"), (-0.001, "0"), (1.005, "1"), (2.5, "2.5"), (1e6, "1000000")]
)
def test_numbers_have_two_digits_and_no_exponent(value: float, shown: str) -> None:
    """The same number has the same text on every machine."""
    assert number(value) == shown


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9))
def test_ticks_are_round_and_within(low: float, size: float) -> None:
    """There are a few of them, ascending, none outside of the range."""
    ticks = round_ticks(low, low + size)
    assert len(ticks) <= 6
    assert list(ticks) == sorted(set(ticks))
    spare = size * 1e-6 + abs(low) * 1e-9
    assert all(low - spare <= one <= low + size + spare for one in ticks)


def test_a_scale_stays_within_its_ends() -> None:
    """What is beyond an end stands at it; a range of nothing stands at its start."""
    assert [Scale(0, 10, 100, 200).at(one) for one in (-5, 0, 5, 50)] == [100, 100, 150, 200]
    assert Scale(3, 3, 7, 9).at(3) == 7


def test_charts_say_what_nobody_knows() -> None:
    """A period without a figure is a question mark, never a zero."""
    none = Point("Oct", None, None, None, Colour.NO_DATA)
    course = Course(title="T", points=(none,), figure="?", target=None, promised="nothing")
    columns = Columns(title="T", columns=(Column("Oct", None, "", Colour.NO_DATA),))
    bars = Bars(title="T", bars=(Bar("a", None, "? NOT KNOWN", Colour.NO_DATA),), high=1)
    strip = Strip(title="T", periods=("Oct",), rows=(("a", (Cell("NOT KNOWN", Colour.NO_DATA),)),))
    drawn = [draw_course(course), draw_columns(columns), draw_bars(bars), draw_strip(strip)]
    assert all("?" in one.svg() for one in drawn[:3])
    assert "NOT KNOWN" in drawn[3].svg()
    assert "no_data" not in drawn[2].svg()


def test_money_below_zero_hangs() -> None:
    """A column below zero begins at the line of zero, and its figure stands under it."""
    columns = tuple(
        Column(label, value, f"{value:g}", Colour.GOOD)
        for label, value in (("Sep", 10.0), ("Oct", -10.0))
    )
    svg = draw_columns(Columns(title="T", columns=columns)).svg()
    up, down = (one for one in ET.fromstring(svg).iter() if one.tag.endswith("rect"))
    assert float(up.attrib["y"]) + float(up.attrib["height"]) == float(down.attrib["y"])
