"""An expected and a found answer in words that show how they differ, and nothing else."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.emitters.rule_tests.slices import selectors
from truegreen_definitions.units import number_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from truegreen_definitions.emitters.rule_tests.case import Check

__all__ = ["in_words"]

NOTHING = "nothing"
_SAMPLE = re.compile(r'(\{(?:[^{}"]|"(?:\\.|[^"\\])*")*\}) (\S+?)(?=,|$)')
_LABEL = re.compile(r'(\w+)="((?:\\.|[^"\\])*)"')

_Answer = tuple[dict[str, str], str]


def in_words(check: Check, got: str) -> tuple[str, str]:
    """Return what was expected and what was found, each as one line.

    Labels are told where the two differ in them, and not where the question names them.

    Args:
        check: What was asked.
        got: What promtool says it got: samples, `nil`, or an error.
    """
    expected = [(dict(one.labels), number_text(one.value)) for one in check.expected]
    asked = {
        label: text
        for name, matchers in selectors(check.expr)
        for label, text in (("__name__", name), *((m[0], m[2]) for m in matchers if m[1] == "="))
    }
    if got != "nil" and not _SAMPLE.search(got):
        return _told(expected, asked), got
    found = [
        (dict(_LABEL.findall(labels)), _number(value)) for labels, value in _SAMPLE.findall(got)
    ]
    everywhere = [labels.items() for labels, _ in (*expected, *found)]
    same = dict(set.intersection(*map(set, everywhere))) if expected and found else asked
    return _told(expected, same), _told(found, same)


def _told(answers: list[_Answer], without: Mapping[str, str]) -> str:
    told = []
    for labels, value in answers:
        left = {label: text for label, text in labels.items() if label not in without}
        inside = ", ".join(f'{label}="{text}"' for label, text in sorted(left.items()))
        told.append(f"{value} with {inside}" if inside else value)
    return "; ".join(told) or NOTHING


def _number(text: str) -> str:
    try:
        value = Decimal(text)
    except ArithmeticError:
        return text
    return number_text(value) if value.is_finite() else text
