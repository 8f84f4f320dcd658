"""Queries that keep to the contract."""

from __future__ import annotations

import promql_parser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_dashboards.promql import coded, equal, like, of_own_window, select, unequal, unlike
from truegreen_dashboards.verdicts import STATES
from truegreen_definitions import names
from truegreen_definitions.errors import InvariantError


def test_a_selector_is_written_in_order() -> None:
    """Matchers stand in the order given, with part and range."""
    found = select(
        names.STEP_DURATION,
        equal("service", "$service"),
        like("step", "browse", "pay"),
        unequal("clock", "service"),
        unlike("location", "here", "there"),
        part="_bucket",
        over="5m",
    )
    assert found == (
        "xla_step_duration_seconds_bucket"
        '{service="$service",step=~"browse|pay",clock!="service",location!~"here|there"}[5m]'
    )


def test_a_label_the_metric_lacks_is_refused() -> None:
    """A query cannot name a label that nothing emits."""
    with pytest.raises(InvariantError, match="xla:state has no label step"):
        select(names.STATE_OF, equal("step", "pay"))


@pytest.mark.parametrize(
    ("metric", "part"), [(names.STATE_OF, "_sum"), (names.STEP_DURATION, "")], ids=["gauge", "none"]
)
def test_parts_belong_to_histograms(metric: names.Metric, part: str) -> None:
    """Only a histogram has parts, and it has nothing else."""
    with pytest.raises(InvariantError, match="does not fit"):
        select(metric, part=part)


@given(st.text())
def test_any_value_survives_quoting(value: str) -> None:
    """What a matcher says is read back by a parser as the same value."""
    parsed = promql_parser.parse(select(names.STATE_OF, equal("service", value)))
    assert parsed.matchers.matchers[0].value == value


def test_own_windows_and_codes_parse() -> None:
    """The building blocks of the boards are PromQL."""
    expr = of_own_window(coded(names.STATE_OF, STATES, equal("service", "shop")))
    assert promql_parser.parse(expr).prettify()
    assert expr.count(" or ") == len(STATES) - 1
