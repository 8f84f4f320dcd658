"""What must hold of an answer, compiled: a function that returns what is wrong with it.

Comparison is by JSON value and type: 1 equals 1.0, but neither `true` nor `"1"`. Order is
defined for two numbers and for two texts.
"""

from __future__ import annotations

import json
import operator
import re
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

from truegreen_synthetics.jsonpath import MissingValueError, getter

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_definitions.plan import Assertion
    from truegreen_synthetics.http.responses import Response

__all__ = ["Check", "Evidence", "acceptable_status", "compile_assertion"]

SHOWN_CHARACTERS = 80
FIRST_BAD_STATUS = 400

Compare: TypeAlias = "Callable[[Any, Any], bool]"

_ORDERS: dict[str, tuple[Compare, str]] = {
    "gt": (operator.gt, "more than"),
    "ge": (operator.ge, "at least"),
    "lt": (operator.lt, "less than"),
    "le": (operator.le, "at most"),
}


class Evidence(NamedTuple):
    """What is known of a step that was answered; a tuple, for there is one of every step.

    Attributes:
        seconds: What the step took, without what it waited before it began.
        certificate_seconds: How long the server's certificate is still valid; None without one.
    """

    response: Response
    seconds: float
    certificate_seconds: float | None = None


class Check(Protocol):
    """Looks at what is known."""

    def __call__(self, evidence: Evidence, /) -> str:
        """Return what is wrong, or nothing."""


def acceptable_status(evidence: Evidence) -> str:
    """Return what is wrong with the status of a step that asserts none: it is 400 or above."""
    status = evidence.response.status
    if status < FIRST_BAD_STATUS:
        return ""
    return f"status: expected less than {FIRST_BAD_STATUS}, found {status}"


def compile_assertion(assertion: Assertion) -> Check:
    """Return a function of evidence: empty when the assertion holds, else what was found.

    Raises:
        ValueError: A path, pattern or operand cannot be read.
    """
    operand = json.loads(assertion.operand)
    test, words = _test(assertion.operator, operand)
    subject, subject_of = _subject(assertion)
    expected = f"{subject}: expected {words}"
    wants_nothing = assertion.operator == "exists" and operand is False

    def check(evidence: Evidence) -> str:
        try:
            found = subject_of(evidence)
        except MissingValueError:
            return "" if wants_nothing else f"{expected}, found nothing"
        except ValueError as error:
            return f"{expected}, but {error}"
        return "" if test(found) else f"{expected}, found {_shown(found)}"

    return check


def _subject(assertion: Assertion) -> tuple[str, Callable[[Evidence], object]]:
    """Return (what it is called, what finds it)."""
    if assertion.subject == "json":
        get = getter(assertion.path)
        return assertion.path, lambda evidence: get(evidence.response.document())
    if assertion.subject == "header":
        name = assertion.path
        return f"header {name}", lambda evidence: _header(evidence.response, name)
    return _SUBJECTS[assertion.subject]


def _header(response: Response, name: str) -> object:
    found = response.headers.get(name)
    if found is None:
        raise MissingValueError(name)
    # A header is text; where it looks like a number it is compared as one.
    return float(found) if _NUMBER.fullmatch(found) else found


def _certificate(evidence: Evidence) -> float:
    if evidence.certificate_seconds is None:
        raise ValueError("no certificate was shown")
    return round(evidence.certificate_seconds)


_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_SUBJECTS: dict[str, tuple[str, Callable[[Evidence], object]]] = {
    "status": ("status", lambda evidence: evidence.response.status),
    "text": ("text", lambda evidence: evidence.response.text()),
    "regex": ("text", lambda evidence: evidence.response.text()),
    "size": ("bytes", lambda evidence: len(evidence.response.body)),
    "certificate": ("seconds the certificate is still valid", _certificate),
    "latency": ("seconds the step took", lambda evidence: round(evidence.seconds, 6)),
}


def _test(name: str, operand: object) -> tuple[Callable[[object], bool], str]:
    """Return (whether a found value passes, what is expected in words)."""
    if name == "eq":
        return lambda found: _equal(found, operand), _shown(operand)
    if name == "ne":
        return lambda found: not _equal(found, operand), f"anything but {_shown(operand)}"
    if name in _ORDERS:
        compare, word = _ORDERS[name]
        return lambda found: _ordered(compare, found, operand), f"{word} {_shown(operand)}"
    if name == "contains":
        return lambda found: _contains(found, operand), f"to contain {_shown(operand)}"
    if name == "matches":
        pattern = _pattern(str(operand))
        words = f"to match {_shown(operand)}"
        return lambda found: pattern.search(_text(found)) is not None, words
    return lambda _found: operand is True, "a value" if operand is True else "nothing"


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from error


def _equal(found: object, operand: object) -> bool:
    if isinstance(found, dict) and isinstance(operand, dict):
        return found.keys() == operand.keys() and all(_equal(found[k], operand[k]) for k in found)
    if isinstance(found, list) and isinstance(operand, list):
        return len(found) == len(operand) and all(map(_equal, found, operand))
    return isinstance(found, bool) == isinstance(operand, bool) and found == operand


def _ordered(compare: Compare, found: object, operand: object) -> bool:
    same = (_is_number(found) and _is_number(operand)) or (
        isinstance(found, str) and isinstance(operand, str)
    )
    return same and compare(found, operand)


def _contains(found: object, operand: object) -> bool:
    if isinstance(found, str):
        return isinstance(operand, str) and operand in found
    if isinstance(found, list):
        return any(_equal(item, operand) for item in found)
    return isinstance(found, dict) and isinstance(operand, str) and operand in found


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=True)
    if len(text) <= SHOWN_CHARACTERS:
        return text
    return f"{text[:SHOWN_CHARACTERS]}… ({len(text)} characters)"
