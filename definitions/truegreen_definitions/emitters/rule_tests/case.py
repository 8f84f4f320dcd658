"""A unit test of rules, before it is text: input series, and what must hold when.

Time is counted in steps of the test's interval. A check holds when its expression, summed to
one series without labels, has the expected value, or yields nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from truegreen_definitions.emitters.rule_tests.counters import Counter
    from truegreen_definitions.emitters.yaml_text import Value

__all__ = ["Case", "Check", "Phase", "count_up"]


RUNNING_STEPS = 100


@dataclass(frozen=True, slots=True)
class Check:
    """What must hold after so many steps; `value` None means that nothing is returned."""

    steps: int
    expr: str
    value: Decimal | int | None


@dataclass(frozen=True, slots=True)
class Phase:
    """So many steps with so many events each; None where the counter itself is missing."""

    steps: int
    good: int | None
    bad: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A test: input series as (selector, values in promtool's notation), and its checks."""

    name: str
    series: tuple[tuple[str, str], ...]
    checks: tuple[Check, ...]

    def to_yaml(self, step_seconds: int) -> Value:
        """Return the test as YAML data."""
        return {
            "name": self.name,
            "interval": f"{step_seconds}s",
            "input_series": [{"series": name, "values": values} for name, values in self.series],
            "promql_expr_test": [_check(check, step_seconds) for check in self.checks],
        }


def count_up(counters: Iterable[Counter], *phases: Phase) -> tuple[tuple[str, str], ...]:
    """Return the input series of counters that live through phases."""
    return tuple((counter.series, _values(counter, phases)) for counter in counters)


def _values(counter: Counter, phases: tuple[Phase, ...]) -> str:
    first = _rate(counter, phases[0])
    # A counter that starts at 0 is taken for newborn, and increase() reaches back no further.
    value = RUNNING_STEPS * max(_rate(counter, phase) or 0 for phase in phases)
    out = ["_" if first is None else str(value)]
    for phase in phases:
        rate = _rate(counter, phase)
        if rate is None:
            out.append(f"_x{phase.steps}")
            continue
        out.append(f"{value + rate}+{rate}x{phase.steps - 1}")
        value += rate * phase.steps
    return " ".join(out)


def _rate(counter: Counter, phase: Phase) -> int | None:
    counted = [phase.good] * counter.good + [phase.bad] * counter.bad
    there = [events for events in counted if events is not None]
    return sum(there) if there else None


def _check(check: Check, step_seconds: int) -> Value:
    expected = [] if check.value is None else [{"labels": "{}", "value": check.value}]
    return {
        "expr": check.expr,
        "eval_time": duration_label(check.steps * step_seconds),
        "exp_samples": expected,
    }
