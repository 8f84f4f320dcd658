"""Example series for a signal: which counters a good and a bad event would count up.

Two shapes are understood: `sum(increase(selector[$window]))` for good and for total, and a total
of that shape less the bad events of it; of the runs of a journey those that reach its end. An
example must match every matcher of the total, and match or break those of the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from truegreen_definitions.expressions.promql import plain_counter, selector

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from truegreen_definitions.expressions.promql import Matcher
    from truegreen_definitions.plan import Signal

__all__ = ["Counter", "counters_of", "example", "matches", "split"]

_Selector = tuple[str, tuple["Matcher", ...]]

_ANYTHING = ("", "other", "0", "200", "500", "true")

# From a regular expression to a text that it may match, piece by piece; the result is tried.
_SIMPLER = (
    (r"\([^()]*\)\?", ""),
    (r"[()^$]|\?:", ""),
    (r"\[\^[^\]]*\]", "x"),
    (r"\[(\\?.)[^\]]*\]", r"\1"),
    (r"\\d", "0"),
    (r"\\w", "x"),
    (r"\\(.)", r"\1"),
    (r"\{[^}]*\}|[*+?]", ""),
    (r"\.", "0"),
)


@dataclass(frozen=True, slots=True)
class Counter:
    """A series, and whether a good and a bad event count it up."""

    series: str
    good: bool
    bad: bool


def counters_of(signal: Signal) -> tuple[Counter, ...]:
    """Return example series of a signal; none when its shape is not understood."""
    bad = _bad_of(signal)
    part = plain_counter(bad or signal.good)
    total = plain_counter(_first(signal.total))
    if part is None or total is None:
        return ()
    found = _of_two(part, total)
    return tuple(replace(one, good=one.bad, bad=one.good) for one in found) if bad else found


def _first(text: str) -> str:
    """Return a count, or the first of several joined by `or`."""
    first, joined, _ = text.partition(" or increase(")
    return f"{first})" if joined else text


def _bad_of(signal: Signal) -> str:
    """Return the count of bad events that good is the total less of; empty for another shape."""
    before, after = f"{signal.total} - (", " or vector(0))"
    if not (signal.good.startswith(before) and signal.good.endswith(after)):
        return ""
    return signal.good.removeprefix(before).removesuffix(after)


def _of_two(part: _Selector, total: _Selector) -> tuple[Counter, ...]:
    """Return examples as if the part of the total were the good one."""
    (part_name, part_matchers), (total_name, total_matchers) = part, total
    if part_name == total_name:
        found = split(part_matchers, total_matchers)
        if found is None:
            return ()
        good, bad = (selector(part_name, labels) for labels in found)
        return Counter(good, good=True, bad=False), Counter(bad, good=False, bad=True)
    pairs = ((total_name, total_matchers, True), (part_name, part_matchers, False))
    examples = tuple(
        Counter(selector(name, labels), good=True, bad=bad)
        for name, matchers, bad in pairs
        if (labels := example(matchers)) is not None
    )
    return examples if len(examples) == len(pairs) else ()


def split(
    good: tuple[Matcher, ...], total: tuple[Matcher, ...]
) -> tuple[dict[str, str], dict[str, str]] | None:
    """Return labels that both match, and labels that only the total's do; None if not found."""
    labels = example((*good, *total))
    if labels is None:
        return None
    for label in sorted({matcher.label for matcher in good}):
        for value in _candidates(label, (*good, *total)):
            changed = {**labels, label: value}
            if matches(changed, total) and not matches(changed, good):
                return labels, _filled(changed)
    return None


def example(matchers: tuple[Matcher, ...]) -> dict[str, str] | None:
    """Return labels that all of these match; None when none are found."""
    labels = {}
    for label in sorted({matcher.label for matcher in matchers}):
        about = [matcher for matcher in matchers if matcher.label == label]
        fitting = (v for v in _candidates(label, about) if matches({label: v}, about))
        value = next(fitting, None)
        if value is None:
            return None
        labels[label] = value
    return _filled(labels)


def _filled(labels: dict[str, str]) -> dict[str, str]:
    return {label: value for label, value in labels.items() if value}


def _candidates(label: str, matchers: Iterable[Matcher]) -> Iterator[str]:
    for matcher in matchers:
        if matcher.label == label:
            yield from _examples(matcher)
    yield from _ANYTHING


def _examples(matcher: Matcher) -> Iterator[str]:
    if matcher.operator in ("=", "!="):
        yield matcher.value
        return
    for branch in matcher.value.split("|"):
        text = branch
        for pattern, simpler in _SIMPLER:
            text = re.sub(pattern, simpler, text)
        yield text


def matches(labels: Mapping[str, str], matchers: Iterable[Matcher]) -> bool:
    """Return whether all matchers hold of these labels."""
    return all(_holds(labels.get(matcher.label, ""), matcher) for matcher in matchers)


def _holds(value: str, matcher: Matcher) -> bool:
    if matcher.operator in ("=", "!="):
        return (value == matcher.value) == (matcher.operator == "=")
    try:
        found = re.fullmatch(matcher.value, value, re.DOTALL) is not None
    except re.error:  # Go's expressions are not quite Python's
        return False
    return found == (matcher.operator == "=~")
