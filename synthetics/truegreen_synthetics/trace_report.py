"""The result of `probe --once --trace`: one run, step by step, to write and debug a journey.

For each step: what was asked, the phases as bars on one scale, what was extracted, each check
that failed and the part of the answer it looked at. Secrets are masked everywhere, and so is what
a response repeats of them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

from truegreen_synthetics.bars import bar, milliseconds
from truegreen_synthetics.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from truegreen_synthetics.journeys import CompiledJourney, CompiledStep
    from truegreen_synthetics.runs import StepResult

__all__ = ["TraceReport"]

Mask: TypeAlias = "Callable[[str], str]"

EXCERPT_CHARACTERS = 300
VALUE_CHARACTERS = 60


class TraceReport(Report):
    """Observes one run of each journey and tells it step by step."""

    def text(self) -> str:
        """Return the whole result: every step in detail, then the summary."""
        details = (self._details(journey) for journey in self._journeys)
        return "\n".join([*details, super().text()])

    def _details(self, journey: CompiledJourney) -> str:
        steps = {step.name: step for step in journey.steps}
        lines: list[str] = []
        for number, result in enumerate(self._steps[journey.name], 1):
            title = f"{number}. {result.step}: {result.outcome} in"
            lines.append(f"{title} {milliseconds(result.service_seconds)}")
            lines += _step_lines(steps[result.step], result, journey.mask)
        return journey.mask("\n".join(lines) + "\n")


def _step_lines(step: CompiledStep, result: StepResult, mask: Mask) -> Iterator[str]:
    exchange = result.exchange
    if exchange.request is not None:
        answered = f" → {exchange.status}" if exchange.status else ""
        hops = f" after {exchange.redirects} redirects" if exchange.redirects else ""
        yield f"   {exchange.request.method} {exchange.request.path}{answered}{hops}"
    yield from _phases(step, result)
    if exchange.page_load_seconds is not None:
        yield f"   page loaded in {milliseconds(exchange.page_load_seconds)}"
    if exchange.largest_paint_seconds is not None:
        painted = milliseconds(exchange.largest_paint_seconds)
        yield f"   largest contentful paint after {painted}"
    if exchange.received_bytes:
        yield f"   {exchange.received_bytes} bytes received"
    yield from _extracted(step, result, mask)
    if result.reason:
        yield f"   ✗ {result.reason}: {result.detail}"
        yield from _excerpt(result, mask)
    yield f"   trace {result.trace_id}"


def _phases(step: CompiledStep, result: StepResult) -> Iterator[str]:
    whole = max(result.service_seconds, step.satisfied_seconds)
    start = 0.0
    for phase, seconds in result.phases.items():
        yield f"   {phase:<10} {milliseconds(seconds):>8} {bar(start, seconds, whole)}"
        start += seconds
    levels = (("satisfied", step.satisfied_seconds), ("tolerated", step.tolerated_seconds))
    said = ", ".join(f"{name} up to {milliseconds(seconds)}" for name, seconds in levels)
    yield f"   {said}, given up after {milliseconds(step.timeout_seconds)}"


def _extracted(step: CompiledStep, result: StepResult, mask: Mask) -> Iterator[str]:
    response = result.exchange.response
    if response is None:
        return
    for name, get in step.extract:
        try:
            value = mask(json.dumps(get(response), ensure_ascii=False))
        except (LookupError, ValueError) as error:
            yield f"   {name} = nothing: {error}"
        else:
            cut = "…" if len(value) > VALUE_CHARACTERS else ""
            yield f"   {name} = {value[:VALUE_CHARACTERS]}{cut}"


def _excerpt(result: StepResult, mask: Mask) -> Iterator[str]:
    """Yield the beginning of the answer that the checks looked at; cut, no secret is known."""
    response = result.exchange.response
    if response is None:
        return
    text = mask(response.text())
    shown = "".join(char if char.isprintable() else " " for char in text[:EXCERPT_CHARACTERS])
    cut = f"… ({len(text)} characters)" if len(text) > EXCERPT_CHARACTERS else ""
    yield f"   looked at: {shown}{cut}" if text else "   looked at: an empty body"
