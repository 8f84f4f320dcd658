"""What could be promised, to be read: a line an agreement or measure, or a document."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, TypeAlias

from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_definitions.plan import Agreement, Bound, Measurement
    from truegreen_exporters.baseline import Baseline

__all__ = ["Judged", "Target", "document", "text"]

Judged: TypeAlias = "tuple[Agreement, Baseline]"
Target: TypeAlias = "tuple[Measurement, Bound, Baseline]"

_PERCENT = 100.0


def document(found: Sequence[Judged], targets: Sequence[Target]) -> str:
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
    both = {"version": 1, "agreements": agreements, "measures": measures}
    return json.dumps(both, indent=2) + "\n"


def text(found: Sequence[Judged], targets: Sequence[Target], chance: float) -> str:
    """Return what was found, a line each."""
    lines = [_line(one, said, chance) for one, said in found]
    return "".join([*lines, *(_target_line(*one, chance) for one in targets)])


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
