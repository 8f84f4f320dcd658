"""What could be promised, to be read: a line an agreement or measure, or a document."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, TypeAlias

from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_definitions.plan import Agreement, Bound, Measurement
    from truegreen_exporters.baseline import Baseline
    from truegreen_exporters.baseline_past import StepPast, ThresholdLevel

__all__ = ["Judged", "Target", "Threshold", "document", "text"]

Judged: TypeAlias = "tuple[Agreement, Baseline]"
Target: TypeAlias = "tuple[Measurement, Bound, Baseline]"
Threshold: TypeAlias = "tuple[StepPast, ThresholdLevel, float, Baseline]"
"""A step, which of its thresholds, the share of cases it is for, and what the past says of it."""

_PERCENT = 100.0


def document(
    found: Sequence[Judged], targets: Sequence[Target], thresholds: Sequence[Threshold] = ()
) -> str:
    """Return what was found as JSON."""
    agreements = [
        {
            "agreement": one.id,
            "window": one.window.label,
            "objective": float(one.objective),
            **asdict(said),
        }
        for one, said in found
    ]
    measures = [
        {
            "measure": one.id,
            "window": one.window.label,
            "unit": one.parts.unit,
            bound.direction: float(bound.target),
            **asdict(said),
        }
        for one, bound, said in targets
    ]
    steps = [
        {
            "step": one.id,
            "window": one.window,
            "threshold": level,
            "share": share,
            "seconds": _present(one, level),
            **{
                key: "endless" if value == math.inf else value
                for key, value in asdict(said).items()
            },
        }
        for one, level, share, said in thresholds
    ]
    every = {"version": 1, "agreements": agreements, "measures": measures, "steps": steps}
    return json.dumps(every, indent=2) + "\n"


def text(
    found: Sequence[Judged],
    targets: Sequence[Target],
    thresholds: Sequence[Threshold] = (),
    *,
    chance: float,
) -> str:
    """Return what was found, a line each."""
    lines = [_line(one, said, chance) for one, said in found]
    lines += [_target_line(*one, chance) for one in targets]
    return "".join([*lines, *(_threshold_line(*one, chance) for one in thresholds)])


def _present(one: StepPast, level: ThresholdLevel) -> float | None:
    found: float | None = getattr(one.step, f"{level}_seconds")
    return found


def _threshold_line(
    one: StepPast, level: ThresholdLevel, share: float, said: Baseline, chance: float
) -> str:
    def told(value: float | None) -> str:
        if value is None:
            return "unknown"
        return "endless" if value == math.inf else duration_label(value)

    cases = f"{_PERCENT * share:g} % of cases"
    head = f"{one.id}: {level} up to {told(_present(one, level))}"
    if not said.windows:
        return f"{head}; there is no past window of {one.window or 'any length'} with cases\n"
    past = (
        f"{cases} stayed within in {said.met} of {said.windows} past windows of {one.window} "
        f"(took {told(said.lowest)} to {told(said.highest)}, median {told(said.median)})"
    )
    if said.suggested is None:
        return f"{head}; {past}; too few to suggest a threshold: {said.needed} are needed\n"
    ends = f"{told(said.lower)} to {told(said.upper)}"
    return (
        f"{head}; {past}; {cases} of the next window stay within {told(said.suggested)} "
        f"with a chance of {_PERCENT * chance:g} % (95 % interval: {ends})\n"
    )


def _target_line(one: Measurement, bound: Bound, said: Baseline, chance: float) -> str:
    side = bound.direction.replace("_", " ")

    def told(value: float | None) -> str:
        if value is None:
            return "unknown"
        if one.parts.unit == "seconds":
            return duration_label(round(value))
        return f"{value:.4g} {one.parts.unit}"

    head = f"{one.id}: promised {side} {told(float(bound.target))} over {one.window.label}"
    if not said.windows:
        return f"{head}; there is no past window with a value\n"
    past = (
        f"kept in {said.met} of {said.windows} past windows "
        f"({told(said.lowest)} to {told(said.highest)}, median {told(said.median)})"
    )
    if said.suggested is None:
        return f"{head}; {past}; too few to suggest a target: {said.needed} are needed\n"
    ends = f"{told(said.lower)} to {told(said.upper)}"
    return (
        f"{head}; {past}; the next window keeps {side} {told(said.suggested)} "
        f"with a chance of {_PERCENT * chance:g} % (95 % interval: {ends})\n"
    )


def _line(one: Agreement, said: Baseline, chance: float) -> str:
    head = f"{one.id}: promised {_ratio(float(one.objective))} over {one.window.label}"
    if not said.windows:
        return f"{head}; there is no past window with events\n"
    past = (
        f"met in {said.met} of {said.windows} past windows "
        f"({_ratio(said.lowest)} to {_ratio(said.highest)}, median {_ratio(said.median)})"
    )
    if said.suggested is None:
        return f"{head}; {past}; too few to suggest an objective: {said.needed} are needed\n"
    ends = f"{_ratio(said.lower)} to {_ratio(said.upper)}"
    return (
        f"{head}; {past}; the next window reaches {_ratio(said.suggested)} "
        f"with a chance of {_PERCENT * chance:g} % (95 % interval: {ends})\n"
    )


def _ratio(value: float | None) -> str:
    return "unknown" if value is None else f"{_PERCENT * value:.4g} %"
