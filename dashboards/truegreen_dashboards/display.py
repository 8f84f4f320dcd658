"""How values look: colours, units, thresholds and the words that stand beside every colour.

The colours are of the Okabe-Ito palette, which colour-blind people can tell apart. A colour
never stands alone: a threshold and a mapping carry a word.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

__all__ = ["BUDGET_BANDS", "Colour", "Threshold", "Unit", "ValueMapping"]


class Colour(enum.Enum):
    """A role and the hex code in which Grafana draws it; the preview has its own shades."""

    GOOD = "#0072B2"
    FAIR = "#56B4E9"
    AT_RISK = "#E69F00"
    BAD = "#D55E00"
    NO_DATA = "#8E8E8E"
    FAINT = "rgba(142, 142, 142, 0.28)"
    NONE = "transparent"

    @property
    def role(self) -> str:
        """Its name in small letters: the class of what is drawn in it, here and on the page."""
        return self.name.lower()


class Unit(enum.StrEnum):
    """Unit of a value, by its id in Grafana; an amount of money says its currency beside it.

    `DAY` and `MINUTE` are of Unix time in milliseconds, shown in the reader's own time zone.
    """

    RATIO = "percentunit"
    SECONDS = "s"
    COUNT = "short"
    MONEY = "locale"
    PER_SECOND = "cps"
    NUMBER = "none"
    DAY = "time:YYYY-MM-DD"
    MINUTE = "time:YYYY-MM-DD HH:mm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """From this value upwards, this colour and this word.

    Attributes:
        value: Lower bound in the panel's unit; None for the lowest band.
        word: In capitals, as a person reads it; empty where the value speaks for itself.
    """

    value: float | None
    colour: Colour
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueMapping:
    """A value shown as a word."""

    value: float
    text: str
    colour: Colour


BUDGET_BANDS = (
    Threshold(value=None, colour=Colour.BAD, word="OVERSPENT"),
    Threshold(value=0.0, colour=Colour.AT_RISK, word="LOW"),
    Threshold(value=0.25, colour=Colour.GOOD, word="HEALTHY"),
)
"""Bands of the error budget that is left."""
