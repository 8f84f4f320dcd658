"""What a step of a process does: its cases, whose the overrun is, and the slowest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from truegreen_definitions.errors import UsageError
from truegreen_definitions.suggestions import listed, suggestion
from truegreen_exporters.instants import text_of, text_of_microseconds
from truegreen_exporters.process.question import process_questions

if TYPE_CHECKING:
    from truegreen_exporters.accountability.overruns import Overruns
    from truegreen_exporters.reading.asked import Asked

__all__ = ["step"]


def step(asked: Asked) -> dict[str, Any]:
    """`service`, `step`, `window`, `at`, `limit`: a step of a process, and its slowest cases."""
    service, name = asked.word("service"), asked.word("step")
    known = {one.service: one for one in process_questions(asked.loaded.plan)}
    if service not in known:
        raise UsageError(f"no rows tell of a process of {service!r}: {suggestion(service, known)}")
    question, at = known[service], asked.at
    spans = question.spans(at)
    window = asked.word("window", next(iter(spans)))
    if window not in spans:
        raise UsageError(f"cases are not counted over {window!r}: {suggestion(window, spans)}")
    view = asked.engine.process(question, at)
    tallies = view.steps({window: spans[window]})
    if name not in tallies:
        raise UsageError(f"the process of {service} has no step {name!r}: {listed(tallies)}")
    tally = tallies[name][window]
    return {
        "service": service,
        "step": name,
        "window": window,
        "at": text_of(at),
        "start": text_of_microseconds(spans[window][0]),
        "end": text_of_microseconds(spans[window][1]),
        "outcomes": {str(outcome): count for outcome, count in tally.outcomes.items()},
        "reworked": tally.reworked,
        "microseconds": {
            "overrun": tally.overrun,
            "worked": tally.worked,
            "waited": tally.waited,
        },
        "shares": [
            _shares(view.overruns({window: spans[window]}, method)[window])
            for method in question.process.methods
        ],
        "sql": view.sql,
        "slowest": [
            {
                **case,
                "begun": case["begun"] and text_of_microseconds(case["begun"]),
                "done": case["done"] and text_of_microseconds(case["done"]),
            }
            for case in view.slowest(name, spans[window], asked.limit)
        ],
    }


def _shares(found: Overruns) -> dict[str, Any]:
    return {
        "method": str(found.method),
        "origin": str(found.origin),
        "overrun": found.overrun,
        "cases": found.cases,
        "over": found.over,
        "open": found.open,
        "by_step": {share.step: share.microseconds for share in found.shares},
        "unattributed": found.unattributed,
    }
