"""A case as text: its series in promtool's notation, its checks with the claim beside them."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_definitions.emitters.rule_tests.case import Case, Check, Layer, Sample, timeline
from truegreen_definitions.plan import Origin

_MISSING = st.none()
_VALUES = st.lists(st.integers(0, 3) | _MISSING, min_size=1, max_size=30)


def read_back(notation: str) -> list[int | None]:
    """Return what promtool makes of a notation: `5x3` is four fives, `_x3` three missing ones."""
    values: list[int | None] = []
    for word in notation.split():
        found = re.fullmatch(r"(stale|_|\d+)(?:x(\d+))?", word)
        assert found is not None, word
        what, times = found[1], int(found[2] or 0)
        if what == "stale":
            values.append(None)
        elif what == "_":
            values += [None] * (times or 1)
        else:
            values += [int(what)] * (times + 1)
    return values


@given(_VALUES)
def test_a_timeline_is_read_back(values: list[int | None]) -> None:
    """Whatever values stand where, promtool reads the same ones at the same steps."""
    assert read_back(timeline("up", values)[1]) == values


@given(_VALUES)
def test_what_goes_missing_is_marked(values: list[int | None]) -> None:
    """A series that was there is stale when it is not: no old sample is seen in its place."""
    notation = timeline("up", values)[1]
    ends = sum(a is not None and b is None for a, b in itertools.pairwise(values))
    assert notation.count("stale") == ends


def test_a_check_says_whose_it_is() -> None:
    """The expression carries place, subject, claim and situation, which is all promtool shows."""
    case = Case(
        about="shop/availability",
        origin=Origin(path="shop.yaml", line=7),
        claim="fires",
        layer=Layer.BURN,
        step_seconds=600,
        series=(),
        checks=(Check(600, "up", (Sample({"__name__": "up", "job": "a"}, 1),), "burning"),),
    )
    assert case.checks_to_yaml() == [
        {
            "expr": "up # shop.yaml:7 shop/availability: fires (burning)",
            "eval_time": "10m",
            "exp_samples": [{"labels": 'up{job="a"}', "value": 1}],
        }
    ]


@pytest.mark.parametrize("labels", [{}, {"job": "a"}])
def test_a_sample_without_a_name_has_its_labels(labels: dict[str, str]) -> None:
    """An answer without a name is a set of labels, if only an empty one."""
    expected = '{job="a"}' if labels else "{}"
    assert Sample(labels, 1).to_yaml() == {"labels": expected, "value": 1}
