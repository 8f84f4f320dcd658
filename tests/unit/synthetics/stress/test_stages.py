"""Stages of a stress run, and their bounds."""

from __future__ import annotations

import itertools

import pytest

from truegreen_definitions.errors import UsageError
from truegreen_synthetics.stress.stages import stages_of


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("5:20:5", [0, 5, 10, 15, 20]),
        ("20,5,5", [0, 5, 20]),
        ("3", [0, 3]),
        ("1:2:0.5", [0, 1, 1.5, 2]),
        ("5:9:5", [0, 5]),
    ],
)
def test_rates_rise_behind_a_baseline(text: str, rates: list[float]) -> None:
    """The first stage is without load; the others follow without a gap, lowest first."""
    stages = stages_of(text, 10)
    assert [stage.rate for stage in stages] == rates
    assert [stage.start for stage in stages] == [10 * n for n in range(len(rates))]
    assert all(one.end == two.start for one, two in itertools.pairwise(stages))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 10),
        ("fast", 10),
        ("5:1:1", 10),
        ("1:5:0", 10),
        ("1:5:nan", 10),
        ("-1", 10),
        ("0", 10),
        ("inf", 10),
        ("1001", 10),
        ("1:900:1", 2),
        ("1:20:1", 3600),
        ("1", 1),
        ("1", 1e9),
        ("1:1e300:1e-300", 10),
    ],
)
def test_what_is_no_run_or_too_much_is_refused(text: str, seconds: float) -> None:
    """Rates, number and time are bounded, and the message says by what."""
    with pytest.raises(UsageError):
        stages_of(text, seconds)
