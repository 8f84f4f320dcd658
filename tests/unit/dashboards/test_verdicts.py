"""Words for every state."""

from __future__ import annotations

from pathlib import Path

import pytest

from truegreen_dashboards.verdicts import (
    INFORMATION,
    LIVE_STATES,
    STATES,
    WATERMELONS,
    Verdict,
    mappings,
)
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


def test_the_manual_says_every_state_and_its_word() -> None:
    """Who reads a word on a board finds it beside the state's own name, in one place."""
    root = Path(__file__).parents[3]
    manual = (root / "definitions" / "README.md").read_text(encoding="utf-8")
    lines = manual.partition("## States\n")[2].partition("\n## ")[0].splitlines()
    told = {tuple(line.split("|")[1:3]) for line in lines if line.startswith("| `")}
    assert told == {(f" `{one.state}` ", f" {one.word} ") for one in (*STATES, *LIVE_STATES)}


def test_no_series_at_all_reads_no_data() -> None:
    """Code 0 has a word too, so silence is never shown as a number."""
    assert {one.value: one.text for one in mappings(STATES)}[0] == "NO DATA"
