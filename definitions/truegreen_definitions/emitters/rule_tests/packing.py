"""Cases together in as few tests as can be: what does not touch may be evaluated at once.

promtool makes a database for every test, and evaluates all rules of a file for each. So cases
share a test unless one's input says something else about a series than the other's, or, where
raw counters are given, names the same metric: a selector of one may then match the other's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from truegreen_definitions.emitters.rule_tests.case import Layer
from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_definitions.emitters.rule_tests.case import Case
    from truegreen_definitions.emitters.yaml_text import Value

__all__ = ["packed"]


@dataclass(slots=True)
class _Pack:
    step_seconds: int
    cases: list[Case] = field(default_factory=list)
    series: dict[str, str] = field(default_factory=dict)

    def takes(self, case: Case) -> bool:
        """Take a case if it fits; return whether it did."""
        if case.step_seconds != self.step_seconds:
            return False
        if any(self.series.get(name, values) != values for name, values in case.series):
            return False
        if case.layer is Layer.COUNTS and self._metrics() & {_metric(n) for n, _ in case.series}:
            return False
        self.cases.append(case)
        self.series.update(case.series)
        return True

    def _metrics(self) -> set[str]:
        return {_metric(name) for name in self.series}

    def to_yaml(self) -> Value:
        checks = [check for case in self.cases for check in case.checks_to_yaml()]
        first, more = self.cases[0], len(self.cases) - 1
        return {
            "name": f"{first.about}: {first.claim}" + (f", and {more} more" if more else ""),
            "interval": duration_label(self.step_seconds),
            "input_series": [{"series": n, "values": v} for n, v in self.series.items()],
            "promql_expr_test": checks,
        }


def packed(cases: Iterable[Case]) -> list[Value]:
    """Return tests of promtool that hold all cases of one layer, in order of their first."""
    packs: list[_Pack] = []
    for case in cases:
        if not any(pack.takes(case) for pack in packs):
            pack = _Pack(case.step_seconds)
            pack.takes(case)
            packs.append(pack)
    return [pack.to_yaml() for pack in packs]


def _metric(series: str) -> str:
    return series.partition("{")[0]
