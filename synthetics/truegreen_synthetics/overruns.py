"""Whose the overrun of a run is: its steps' shares of the time above the end-to-end target.

A run is a case whose every step was timed by the robot itself, so its split is exact:

    excess       what a step took less what is tolerated of it, below 0 where it was quicker
    waited       what a customer had to wait before a step, because the runs before it took too
                 long: time that no step explains, and nobody's
    failed       a step that failed has no excess below 0: an error at once is no merit. What would
                 have come behind it was neither taken nor tolerated
    gave up      a customer who was never served waited for nobody's step

A run with a step that the prober itself held up is left out, as its outcome is: how long it would
have taken is not known. Sums are whole microseconds, so shares and what is nobody's are the
overrun to the last one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from truegreen_definitions.names import OutcomeValue, TaintValue
from truegreen_definitions.vendor_share import overrun, shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_definitions.names import MethodValue
    from truegreen_synthetics.journeys import CompiledJourney
    from truegreen_synthetics.runs import StepResult

__all__ = ["NOBODY", "RunOverruns", "Tally"]

NOBODY = ""
_UNTAINTED = frozenset({TaintValue.NONE})
MICROSECONDS = 1_000_000


@dataclass(slots=True)
class Tally:
    """What runs came to so far; times in whole microseconds.

    Attributes:
        runs: Runs that are over.
        over: Of these, above the end-to-end target.
        late: Grows whenever one of the times below does.
        whole: Their time above it.
        steps: Time above what is tolerated, by step.
        shares: Of `whole`, by method and step; `NOBODY` for what no step explains.
        credits: What quick steps took off the shares of others, by method and step.
    """

    runs: int = 0
    over: int = 0
    late: int = 0
    whole: int = 0
    steps: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    shares: dict[tuple[MethodValue, str], int] = field(default_factory=lambda: defaultdict(int))
    credits: dict[tuple[MethodValue, str], int] = field(default_factory=lambda: defaultdict(int))


class RunOverruns:
    """Follows the runs of a journey step by step; one is under way at a time.

    Args:
        journey: Its steps, target and methods.

    Attributes:
        tally: What they came to.
    """

    def __init__(self, journey: CompiledJourney) -> None:
        self._journey = journey
        names = [step.name for step in journey.steps]
        self._ways = [[*names[:count], NOBODY] for count in range(len(names) + 1)]
        self._tolerated = [_whole(step.tolerated_seconds) for step in journey.steps]
        needed = sum(self._tolerated)
        within = needed if journey.within_seconds is None else _whole(journey.within_seconds)
        self._slack = max(0, within - needed)
        self._results: list[StepResult] = []
        self.tally = Tally()

    def step(self, result: StepResult) -> bool:
        """Take over a step that ended; return whether its run is over, and told."""
        steps, results = self._journey.steps, self._results
        if not results or results[0].trace_id != result.trace_id or len(results) == len(steps):
            # A run that was broken off leaves results behind, and a journey that was changed
            # is told of the rest of a run that began before.
            results.clear()
        if result.step != steps[len(results)].name:
            results.clear()
            return False
        results.append(result)
        if result.outcome is not OutcomeValue.FAILED and len(results) < len(steps):
            return False
        whole = _UNTAINTED.issuperset([one.tainted for one in results])
        if whole:
            excess = self._excess(results)
            self._count(self._ways[len(results)][: len(excess)], excess)
        results.clear()
        return whole

    def gave_up(self, seconds: float) -> None:
        """Take over a customer who waited for so long and was never served."""
        self._count([NOBODY], [_whole(seconds) - self._tolerated[0]])

    def _excess(self, results: Sequence[StepResult]) -> list[int]:
        """Return the excess of each step, and what was waited, if anything was, at the end."""
        excess, waited = [], 0
        for one, tolerated in zip(results, self._tolerated, strict=False):
            took = _whole(one.service_seconds)
            waited += max(0, _whole(one.intended_seconds) - took)
            above = took - tolerated
            excess.append(max(0, above) if one.outcome is OutcomeValue.FAILED else above)
        if waited:  # nobody is one more to be shared among, and only then
            excess.append(waited)
        return excess

    def _count(self, names: Sequence[str], excess: Sequence[int]) -> None:
        tally = self.tally
        tally.runs += 1
        if max(excess) <= 0:
            return  # most runs: no step was slow, and so none of the sums grows
        late = overrun(excess, self._slack)
        for name, above in zip(names, excess, strict=True):
            if above > 0 and name:
                tally.steps[name] += above
                tally.late += above
        if not late:
            return
        tally.late += late
        tally.over += 1
        tally.whole += late
        for method in self._journey.methods:
            for name, part in zip(names, shares(excess, self._slack, method), strict=True):
                if part > 0:
                    tally.shares[method, name] += part
                elif part:
                    tally.credits[method, name] -= part


def _whole(seconds: float) -> int:
    return round(seconds * MICROSECONDS)
