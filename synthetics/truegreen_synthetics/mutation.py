"""Mutation test of a journey: how much of what can go wrong do its assertions see?

The journey runs once as it is, which has to go well, and then once for each mutant of each
step's answer, through a fault proxy. What it made each time it takes back. Steps that are no HTTP
requests are run, but not spoiled.
"""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.names import OutcomeValue
from truegreen_definitions.plan.codec import dumps
from truegreen_definitions.target import parse_target
from truegreen_synthetics.client import Session
from truegreen_synthetics.fault_proxy import FaultProxy
from truegreen_synthetics.mutants import mutants_of
from truegreen_synthetics.runs import Run
from truegreen_synthetics.selection import load, select

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan
    from truegreen_synthetics.journeys import CompiledJourney
    from truegreen_synthetics.mutants import Mutant
    from truegreen_synthetics.responses import Response
    from truegreen_synthetics.runs import CleanupResult, StepResult

__all__ = ["Verdict", "mutate", "mutate_and_tell", "told"]

GOOD = (OutcomeValue.SATISFIED, OutcomeValue.TOLERATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a mutant: `seen` when the journey did not stay green."""

    step: str
    what: str
    seen: bool


class _Watch:
    """Observes a run, and knows which step is under way."""

    def __init__(self) -> None:
        self.results: list[StepResult] = []

    def step(self, _journey: CompiledJourney, result: StepResult) -> None:
        self.results.append(result)

    def cleanup(self, _journey: CompiledJourney, _result: CleanupResult) -> None:
        """What is undone is not spoiled."""


class _Spoiler:
    """Spoils the answers of one step of the run that is watched."""

    def __init__(self) -> None:
        self.watch = _Watch()
        self.number = -1
        self.mutant: Mutant | None = None

    def __call__(self, answer: Response) -> Response:
        if self.mutant is None or len(self.watch.results) != self.number:
            return answer
        return self.mutant.spoil(answer)


def mutate(plan: Plan, name: str) -> tuple[Verdict, ...]:
    """Run a journey against all mutants of its answers.

    Raises:
        TerminalError: It does not go well as it is, or cannot be run.
    """
    (found,) = select(plan, _location(plan, name), name)[1]
    spoiler = _Spoiler()
    with FaultProxy(parse_target(found.target), spoiler) as proxy:
        aimed = replace(plan, journeys=(replace(found, target=proxy.url),))
        with tempfile.TemporaryDirectory(prefix="truegreen-mutate-") as folder:
            path = Path(folder) / "plan.json"
            path.write_text(dumps(aimed, ""), "utf-8")
            (journey,) = load(path, None, name, os.environ).journeys
        clean = _run(journey, spoiler)
        if not _green(journey, clean):
            why = next((one.detail for one in clean if one.reason), "it is slower than tolerated")
            raise TerminalError(f"journey {name} does not go well as it is: {why}")
        verdicts = []
        for number, result in enumerate(clean):
            answer = result.exchange.response
            if answer is None or result.exchange.request is None:
                continue
            for mutant in mutants_of(answer, journey.steps[number].tolerated_seconds):
                spoiler.number, spoiler.mutant = number, mutant
                seen = not _green(journey, _run(journey, spoiler))
                verdicts.append(Verdict(step=result.step, what=mutant.what, seen=seen))
    return tuple(verdicts)


def told(name: str, verdicts: tuple[Verdict, ...]) -> str:
    """Return verdicts in words: the gaps, and the share of mutants that were seen."""
    gaps = [one for one in verdicts if not one.seen]
    lines = [f"  {one.step}: nothing sees {one.what}" for one in gaps]
    seen = len(verdicts) - len(gaps)
    share = f"{100 * seen / len(verdicts):.0f} %" if verdicts else "none"
    head = f"{name}: {seen} of {len(verdicts)} mutants were seen ({share})"
    return "\n".join([head, *lines, ""])


def _location(plan: Plan, name: str) -> str | None:
    """Return one of the journey's locations; None where there is no such journey."""
    return next((one.locations[0] for one in plan.journeys if one.name == name), None)


def _run(journey: CompiledJourney, spoiler: _Spoiler) -> list[StepResult]:
    spoiler.watch = _Watch()
    session = Session(journey.target)
    row = journey.rows.of(0)
    Run(journey, session, spoiler.watch, time.perf_counter, row=row).go(time.perf_counter())
    return spoiler.watch.results


def _green(journey: CompiledJourney, results: list[StepResult]) -> bool:
    return len(results) == len(journey.steps) and all(one.outcome in GOOD for one in results)


def mutate_and_tell(plan: Plan, name: str) -> tuple[bool, str]:
    """Return whether no mutant went unseen, and all of it in words; `truegreen test` asks this."""
    verdicts = mutate(plan, name)
    return all(one.seen for one in verdicts), told(name, verdicts)
