"""Words for every state."""

from __future__ import annotations

import pytest

from truegreen_dashboards.verdicts import INFORMATION, STATES, WATERMELONS, Verdict, mappings
from truegreen_definitions.names import InformationValue, StateValue, WatermelonValue


@pytest.mark.parametrize(
    ("verdicts", "values"),
    [(STATES, StateValue), (WATERMELONS, WatermelonValue), (INFORMATION, InformationValue)],
)
def test_every_state_has_one_code_and_one_word(
    verdicts: tuple[Verdict, ...], values: type[StateValue | WatermelonValue | InformationValue]
) -> None:
    """No state of the contract is without a word, and no two share a code or a word."""
    assert {one.state for one in verdicts} == set(values)
    assert len({one.code for one in verdicts}) == len({one.word for one in verdicts})
    assert len({one.code for one in verdicts}) == len(verdicts)
    assert all(one.code > 0 for one in verdicts)


def test_no_series_at_all_reads_no_data() -> None:
    """Code 0 has a word too, so silence is never shown as a number."""
    assert {one.value: one.text for one in mappings(STATES)}[0] == "NO DATA"
