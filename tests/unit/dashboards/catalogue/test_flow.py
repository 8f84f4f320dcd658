"""Where the steps of a process stand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import plans
from hypothesis import given
from hypothesis import strategies as st

from truegreen_dashboards.catalogue.flow import flow_of
from truegreen_dashboards.catalogue.flow_svg import svg

if TYPE_CHECKING:
    from truegreen_definitions.plan import Step


BOX = "{http://www.w3.org/2000/svg}rect"


@st.composite
def processes(draw: st.DrawFn) -> tuple[Step, ...]:
    """Up to eight steps, each after any of those before it, in any order of the definition."""
    count = draw(st.integers(1, 8))
    steps = [
        replace(
            plans.BROWSE,
            name=f"s{n}",
            title=f"Step <{n}>",
            after=tuple(f"s{m}" for m in range(n) if draw(st.booleans())),
        )
        for n in range(count)
    ]
    return tuple(draw(st.permutations(steps)))


@given(processes())
def test_every_step_stands_right_of_those_it_follows(steps: tuple[Step, ...]) -> None:
    """No two steps share a place, and every way leads to the right by as little as it can."""
    flow = flow_of(steps)
    assert [one.step for one in flow.placed] == list(steps)
    assert len({(one.column, one.lane) for one in flow.placed}) == len(steps)
    assert all(before.column < after.column for before, after in flow.follows)
    assert {(a.step.name, b.step.name) for a, b in flow.follows} == {
        (name, step.name) for step in steps for name in step.after
    }
    for one in flow.placed:
        before = [a.column for a, b in flow.follows if b == one]
        assert one.column == (max(before) + 1 if before else 0)


@given(processes())
def test_the_picture_is_well_formed_and_nothing_overlaps(steps: tuple[Step, ...]) -> None:
    """Titles are escaped, every box is inside the picture, and no two boxes touch."""
    tree = ET.fromstring(svg(flow_of(steps), {step.name: "R&D" for step in steps}))
    width, height = float(tree.get("width")), float(tree.get("height"))
    boxes = [
        tuple(float(box.get(name)) for name in ("x", "y", "width", "height"))
        for box in tree.iter(BOX)
    ]
    assert len(boxes) == len(steps)
    for n, (x, y, w, h) in enumerate(boxes):
        assert x >= 0
        assert y >= 0
        assert x + w <= width
        assert y + h <= height
        for other_x, other_y, other_w, other_h in boxes[:n]:
            apart = x >= other_x + other_w or other_x >= x + w
            assert apart or y >= other_y + other_h or other_y >= y + h


def test_long_titles_are_cut() -> None:
    """A title that would leave its box ends with an ellipsis; the whole one is in the heading."""
    step = replace(plans.BROWSE, title="The customer looks at everything there is")
    assert "The customer looks at e…" in svg(flow_of((step,)), {"browse": "x"})
