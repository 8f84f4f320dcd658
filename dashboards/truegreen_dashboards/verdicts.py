"""Verdicts as numbers and words: what a state's series draws and what a person reads.

The recorded states are 0/1 series, one per state (`names.StateValue`). A panel that shows a
word needs one number, so each state has a code; codes grow with how bad the state is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from truegreen_dashboards.display import Colour, ValueMapping
from truegreen_definitions.names import InformationValue, StateValue, WatermelonValue

__all__ = ["INFORMATION", "LIVE_STATES", "STATES", "WATERMELONS", "Verdict", "mappings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A state with its code, word and colour."""

    state: StateValue | WatermelonValue | InformationValue
    code: int
    word: str
    colour: Colour


STATES = (
    Verdict(state=StateValue.OK, code=1, word="OK", colour=Colour.GOOD),
    Verdict(state=StateValue.INSUFFICIENT, code=2, word="TOO FEW", colour=Colour.NO_DATA),
    Verdict(state=StateValue.STALE, code=3, word="STALE", colour=Colour.NO_DATA),
    Verdict(state=StateValue.NO_DATA, code=4, word="NO DATA", colour=Colour.NO_DATA),
    Verdict(state=StateValue.AT_RISK, code=5, word="AT RISK", colour=Colour.AT_RISK),
    Verdict(state=StateValue.BREACHED, code=6, word="BREACHED", colour=Colour.BAD),
)
"""Every `names.StateValue`: the state of an agreement."""

LIVE_STATES = tuple(
    replace(verdict, word="UNDECIDED", colour=Colour.FAIR)
    if verdict.state is StateValue.AT_RISK
    else verdict
    for verdict in STATES
)
"""The same over the live window: so few events fit into it that undecided is no alarm."""

WATERMELONS = (
    Verdict(state=WatermelonValue.GREEN, code=1, word="GREEN", colour=Colour.GOOD),
    Verdict(state=WatermelonValue.UNKNOWN, code=2, word="UNKNOWN", colour=Colour.NO_DATA),
    Verdict(state=WatermelonValue.INVERSE, code=3, word="INVERSE", colour=Colour.AT_RISK),
    Verdict(state=WatermelonValue.WATERMELON, code=4, word="WATERMELON", colour=Colour.BAD),
    Verdict(state=WatermelonValue.RED, code=5, word="RED", colour=Colour.BAD),
)
"""Every `names.WatermelonValue`: what the SLAs of a service say against its XLAs."""

INFORMATION = (
    Verdict(state=InformationValue.INFORMATIVE, code=1, word="TELLS", colour=Colour.GOOD),
    Verdict(
        state=InformationValue.UNDETECTABLE, code=2, word="TOO FEW TO TELL", colour=Colour.NO_DATA
    ),
    Verdict(state=InformationValue.NOTHING, code=3, word="SAYS NOTHING", colour=Colour.AT_RISK),
    Verdict(state=InformationValue.CONTRARY, code=4, word="TELLS THE CONTRARY", colour=Colour.BAD),
)
"""Every `names.InformationValue`: what an SLA tells of experience."""


def mappings(verdicts: tuple[Verdict, ...]) -> tuple[ValueMapping, ...]:
    """Return the words of the codes; code 0, of no series at all, reads NO DATA."""
    nothing = ValueMapping(value=0, text="NO DATA", colour=Colour.NO_DATA)
    return (
        nothing,
        *(ValueMapping(value=one.code, text=one.word, colour=one.colour) for one in verdicts),
    )
