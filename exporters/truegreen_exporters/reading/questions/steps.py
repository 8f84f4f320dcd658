"""What a step of a process does: its cases, whose the overrun is, and the slowest."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from truegreen_definitions.errors import UsageError
from truegreen_definitions.suggestions import listed, suggestion
from truegreen_exporters.baseline import past_spans
from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.instants import text_of, text_of_microseconds
from truegreen_exporters.process.question import process_questions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from truegreen_exporters.accountability.overruns import Overruns
    from truegreen_exporters.process.question import ProcessQuestion
    from truegreen_exporters.reading.asked import Asked

__all__ = ["past_times", "step"]


def step(asked: Asked) -> dict[str, Any]:
    """`service`, `step`, `window`, `at`, `limit`: a step of a process, and its slowest cases."""
    question, name, at = _question(asked), asked.word("step"), asked.at
    spans = question.spans(at)
    window = asked.word("window", next(iter(spans)))
    if window not in spans:
        raise UsageError(f"cases are not counted over {window!r}: {suggestion(window, spans)}")
    view = asked.engine.process(question, at)
    tallies = view.steps({window: spans[window]})
    if name not in tallies:
        message = f"the process of {question.service} has no step {name!r}: {listed(tallies)}"
        raise UsageError(message)
    tally = tallies[name][window]
    return {
        "service": question.service,
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


def past_times(asked: Asked) -> dict[str, Any]:
    """`service`, `at`, `windows`, `satisfied`, `tolerated`: what past cases stayed within, by step.

    The two shares, of the cases of a window, give two times in seconds a window, the oldest first;
    null where no case was, "endless" where so many are open that none is known yet.
    """
    question = _question(asked)
    shares = [float(asked.word(one)) for one in ("satisfied", "tolerated")]
    for window in question.process.windows:
        if spans := past_spans(window, asked.at, question.zone, asked.windows):
            edges = [(microseconds(start), microseconds(end)) for start, end in spans]
            found = asked.engine.process(question, asked.at).within(edges, shares)
            return {"window": window.label, "steps": _told(found)}
    return {"window": "", "steps": {}}


def _question(asked: Asked) -> ProcessQuestion:
    service = asked.word("service")
    known = {one.service: one for one in process_questions(asked.loaded.plan)}
    if service not in known:
        raise UsageError(f"no rows tell of a process of {service!r}: {suggestion(service, known)}")
    return known[service]


def _told(found: Mapping[str, Sequence[tuple[float | None, ...]]]) -> dict[str, Any]:
    """Return times as JSON has them: it knows no infinity."""
    return {
        step: [["endless" if one == math.inf else one for one in of] for of in windows]
        for step, windows in found.items()
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
