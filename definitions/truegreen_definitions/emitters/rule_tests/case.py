"""A unit test of rules, before it is text: input series, and what must hold when.

Layers:
    A case gives the series of the layer below as its input and asks for what the rules of its
    own layer make of them. So a window of 30 days needs no 30 days of raw samples, and every
    layer is proven with a handful of evaluations. What one layer is given is what rules of
    another record, label by label; `slices` refuses anything else, so the layers meet.

Missing data:
    A case names every series that its rules read, the missing ones too (with the value `_`):
    cases that agree on their input are evaluated together.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from truegreen_definitions.expressions.promql import selector
from truegreen_definitions.units import duration_label, number_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from decimal import Decimal

    from truegreen_definitions.emitters.yaml_text import Value
    from truegreen_definitions.plan import Origin

__all__ = ["Case", "Check", "Layer", "Sample", "SeriesValues", "timeline"]

SeriesValues = tuple[str, str]
"""A series as a selector of equalities, and its values in promtool's notation."""


class Layer(enum.StrEnum):
    """What is proven together: the rules of a file of tests, from input to answer."""

    COUNTS = "counts"
    COMPOSITE = "composite"
    WINDOWS = "windows"
    DAYS = "days"
    BURN = "burn"
    VERDICT = "verdict"
    MONEY = "money"
    SERVICE = "service"
    ESCALATION = "escalation"

    @property
    def evaluation_seconds(self) -> int:
        """How often rules are evaluated; cases ask at multiples of it.

        Windows and days are asked now on the grid of five minutes and now off it: every fifth
        multiple of ten hours and two minutes, or of five days, five hours and two minutes, is on
        it. Days are asked for after weeks of input, so what is between is hardly evaluated.
        Where values stand for whole situations, one evaluation must not see the last one's, so
        they are ten minutes apart.
        """
        few = {Layer.WINDOWS: 36_120, Layer.DAYS: 450_120}
        every = {Layer.COUNTS: 300, Layer.COMPOSITE: 300, **few}
        return every.get(self, 600)


@dataclass(frozen=True, slots=True)
class Sample:
    """An expected series: labels (`__name__` where the answer has one), and its value."""

    labels: Mapping[str, str]
    value: Decimal | int

    def to_yaml(self) -> Value:
        """Return the sample as YAML data."""
        labels = dict(self.labels)
        name = labels.pop("__name__", "")
        return {"labels": selector(name, labels) or "{}", "value": self.value}


@dataclass(frozen=True, slots=True)
class Check:
    """What an expression must yield at a time in seconds: these samples and no others.

    Attributes:
        situation: What the input stands for then, in a word or two; empty when the claim says it.
    """

    at: int
    expr: str
    expected: tuple[Sample, ...] = ()
    situation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A claim about an agreement or a service, with the input that tests it.

    Attributes:
        about: Id of the agreement, or name of the service.
        origin: Where that is defined.
        claim: What must hold, in words.
        step_seconds: Interval of the input's values.
    """

    about: str
    origin: Origin
    claim: str
    layer: Layer
    step_seconds: int
    series: tuple[SeriesValues, ...]
    checks: tuple[Check, ...] = field(repr=False)

    def expressions(self) -> Iterator[str]:
        """Yield the expression of each check, with a comment that says whose it is.

        promtool shows the expression of a check that fails, and nothing else about it.
        """
        told = f"# {self.origin} {self.about}: {self.claim}"
        for check in self.checks:
            yield f"{check.expr} {told}" + (f" ({check.situation})" if check.situation else "")

    def checks_to_yaml(self) -> list[Value]:
        """Return the checks as YAML data."""
        return [
            {
                "expr": expr,
                "eval_time": duration_label(check.at),
                "exp_samples": [sample.to_yaml() for sample in check.expected],
            }
            for check, expr in zip(self.checks, self.expressions(), strict=True)
        ]


def timeline(series: str, values: Sequence[Decimal | int | None]) -> SeriesValues:
    """Return a series that has these values, one a step; None where it is missing.

    It is marked stale where it goes missing, as a series that is no longer recorded is: a sample
    of five minutes ago would be seen else.
    """
    out: list[str] = []
    place = 0
    while place < len(values):
        value, end = values[place], place + 1
        while end < len(values) and values[end] == value:
            end += 1
        text, same = "_" if value is None else number_text(value), end - place
        if value is None and place:
            out.append("stale")
            same -= 1
        # promtool reads `5x3` as four fives and `_x3` as three missing ones.
        repeated = same if value is None else same - 1
        out += [text if repeated < 1 + (value is None) else f"{text}x{repeated}"] if same else []
        place = end
    return series, " ".join(out)
