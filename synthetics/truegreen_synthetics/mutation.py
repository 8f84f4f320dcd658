"""Mutation test of a journey: how much of what can go wrong do its assertions see?

The journey runs once as it is, which has to go well, and then once for each mutant of each
step's answer, through a fault proxy. What it made each time it takes back; where the mutant hid
what was made, it is taken back by the answer that the target really gave. A journey that makes
something is run only where that is allowed.

A browser goes through the proxy as well: the pages that a step opens there are spoiled, unless it
makes something, for what a page shows is not in one answer. Steps of other types are run, and not
spoiled.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.expressions.templates import RUN_VARIABLE
from truegreen_definitions.names import OutcomeValue
from truegreen_definitions.plan.codec import dumps
from truegreen_definitions.target import parse_target
from truegreen_synthetics.browsing.browsers import Browsers, BrowserSettings
from truegreen_synthetics.equipment import Equipment
from truegreen_synthetics.fault_proxy import FaultProxy
from truegreen_synthetics.http.client import Session
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.http.exchanges import Exchange
from truegreen_synthetics.mutants import is_page, mutants_of, page_mutants
from truegreen_synthetics.runs import Run
from truegreen_synthetics.selection import load, select
from truegreen_synthetics.steps.step_type import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import Plan
    from truegreen_synthetics.browsing.visits import Seen, Visit
    from truegreen_synthetics.http.exchanges import Request
    from truegreen_synthetics.http.responses import Response
    from truegreen_synthetics.journeys import CompiledJourney, CompiledStep
    from truegreen_synthetics.mutants import Mutant
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
        self.truth: Response | None = None
        self.pages: set[int] = set()

    @property
    def due(self) -> Mutant | None:
        """What the answer of the step that is under way is spoiled by, if it is."""
        return self.mutant if len(self.watch.results) == self.number else None

    def __call__(self, answer: Response) -> Response:
        if is_page(answer):
            self.pages.add(len(self.watch.results))
        due = self.due
        if due is None:
            return answer
        self.truth = answer
        return due.spoil(answer)

    def expiry(self, seen: float | None) -> float | None:
        """Return when the certificate is said to end that was seen by the last request."""
        due = self.due
        seconds = None if due is None else due.certificate_seconds
        return seen if seen is None or seconds is None else time.time() + seconds


class _Browsing(Browsers):
    """Browsers that go through the proxy, to which the target's own certificate is shown."""

    def __init__(self, settings: BrowserSettings, proxy: FaultProxy, spoiler: _Spoiler) -> None:
        super().__init__(settings, time.perf_counter)
        self._proxy = proxy
        self._spoiler = spoiler

    def visit(self, asked: Visit) -> Seen:
        """Do a visit; raises ExchangeError."""
        seen, expiry = super().visit(asked), self._proxy.certificate_expiry
        return replace(seen, certificate_expiry=self._spoiler.expiry(expiry))


class _Through:
    """A connection through the proxy, on which the target's own certificate is shown."""

    def __init__(self, session: Session, proxy: FaultProxy, spoiler: _Spoiler) -> None:
        self._session = session
        self._proxy = proxy
        self._spoiler = spoiler

    def send(self, request: Request, timeout_seconds: float, exchange: Exchange) -> Response:
        """Return the response; raises ExchangeError."""
        response = self._session.send(request, timeout_seconds, exchange)
        exchange.certificate_expiry = self._spoiler.expiry(self._proxy.certificate_expiry)
        return response

    def close(self) -> None:
        """Close it."""
        self._session.close()


def mutate(
    plan: Plan, name: str, *, writes: bool = False, sandbox: bool = True
) -> tuple[Verdict, ...]:
    """Run a journey against all mutants of its answers.

    Args:
        plan: The plan.
        name: Of the journey.
        writes: Whether it may make something, once for each mutant.
        sandbox: Whether pages of browser steps are shut in by the system's sandbox.

    Raises:
        TerminalError: It does not go well as it is, cannot be run, or makes something.
    """
    (found,) = select(plan, _location(plan, name), name)[1]
    spoiler = _Spoiler()
    with FaultProxy(parse_target(found.target), spoiler) as proxy:
        aimed = replace(plan, journeys=(replace(found, target=proxy.url),))
        with tempfile.TemporaryDirectory(prefix="truegreen-mutate-") as folder:
            path = Path(folder) / "plan.json"
            path.write_text(dumps(aimed, ""), "utf-8")
            (journey,) = load(path, None, name, os.environ).journeys
        if journey.writes and not writes:
            raise TerminalError(
                f"journey {name} makes something in every run, and there is a run for every "
                "mutant: add --writes where that is allowed, such as on a test system"
            )
        browsers = _Browsing(BrowserSettings(sandbox=sandbox), proxy, spoiler)
        with contextlib.closing(browsers):
            return _verdicts(journey, spoiler, proxy, browsers)


def _verdicts(
    journey: CompiledJourney, spoiler: _Spoiler, proxy: FaultProxy, browsers: _Browsing
) -> tuple[Verdict, ...]:
    clean = _run(journey, spoiler, proxy, browsers)
    if not _green(journey, clean):
        why = next((one.detail for one in clean if one.reason), "it is slower than tolerated")
        raise TerminalError(f"journey {journey.name} does not go well as it is: {why}")
    verdicts, opened = [], frozenset(spoiler.pages)
    for number, result in enumerate(clean):
        for mutant in _mutants(journey.steps[number], result, page=number in opened):
            spoiler.number, spoiler.mutant = number, mutant
            found_out = _run(journey, spoiler, proxy, browsers)
            _take_back(journey, number, found_out, spoiler.truth)
            fault = next((one for one in found_out if one.reason == Reason.BROWSER), None)
            if fault is not None:
                raise TerminalError(f"journey {journey.name} cannot be judged: {fault.detail}")
            seen = not _green(journey, found_out)
            verdicts.append(Verdict(step=result.step, what=mutant.what, seen=seen))
    return tuple(verdicts)


def _mutants(step: CompiledStep, result: StepResult, *, page: bool) -> Iterator[Mutant]:
    """Yield the mutants of a step that went well; `page`: whether a page was opened."""
    tls = result.exchange.certificate_expiry is not None
    if step.browses:
        if page and not step.creates:
            yield from page_mutants(step.tolerated_seconds, tls=tls)
        return
    answer = result.exchange.response
    if answer is not None and result.exchange.request is not None:
        yield from mutants_of(answer, step.tolerated_seconds, tls=tls)


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


def _run(
    journey: CompiledJourney, spoiler: _Spoiler, proxy: FaultProxy, browsers: Browsers
) -> list[StepResult]:
    spoiler.watch, spoiler.truth = _Watch(), None
    through = _Through(Session(journey.target), proxy, spoiler)
    run = Run(
        *(journey, through, spoiler.watch, time.perf_counter),
        equipment=Equipment(browsers=browsers),
        row=journey.rows.of(0),
    )
    run.go(time.perf_counter())
    return spoiler.watch.results


def _take_back(
    journey: CompiledJourney, number: int, results: list[StepResult], truth: Response | None
) -> None:
    """Take back what a run made whose answer a mutant hid; what is gone already stays gone.

    Raises:
        TerminalError: Something is left behind.
    """
    step = journey.steps[number]
    if truth is None or not step.creates:
        return
    known: dict[str, object] = {**journey.rows.of(0), RUN_VARIABLE: results[0].trace_id}
    answers = (*(one.exchange.response for one in results[:number]), truth)
    for one, answer in zip(journey.steps, answers, strict=False):
        for variable, get in one.extract:
            with contextlib.suppress(ValueError):
                known[variable] = None if answer is None else get(answer)
    session = Session(journey.target)
    scope = Scope(variables=known, connection=session, trace_headers=tuple, equipment=Equipment())
    try:
        for cleanup in journey.cleanup:
            if cleanup.when not in step.creates or not cleanup.needs <= known.keys():
                continue
            response = cleanup.action.run(scope, journey.cleanup_seconds, Exchange())
            if left := cleanup.action.left_behind(scope, response):
                raise TerminalError(f"journey {journey.name} left something behind: {left}")
    except ExchangeError as error:
        raise TerminalError(f"journey {journey.name} left something behind: {error}") from error
    finally:
        session.close()


def _green(journey: CompiledJourney, results: list[StepResult]) -> bool:
    return len(results) == len(journey.steps) and all(one.outcome in GOOD for one in results)


def mutate_and_tell(
    plan: Plan, name: str, *, writes: bool = False, sandbox: bool = True
) -> tuple[bool, str]:
    """Return whether no mutant went unseen, and all of it in words; `truegreen test` asks this."""
    verdicts = mutate(plan, name, writes=writes, sandbox=sandbox)
    return all(one.seen for one in verdicts), told(name, verdicts)
