"""Problems: bad input as data, collected and shown all at once.

A problem says what is wrong (message), where (`path:line:col`), how much it matters
(severity) and what to do (hint). Its id (`group/name`) is stable: users suppress, search
and discuss by it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "Allowed",
    "Edit",
    "Fix",
    "Place",
    "Problem",
    "Severity",
    "has_errors",
    "in_order",
    "render",
    "summary",
]

TAB_WIDTH = 4
QUOTE_WIDTH = 120


class Severity(enum.StrEnum):
    """How much a problem matters; only an `error` stops the compiler."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Place(NamedTuple):
    """A place in a definition file.

    A reader makes one for every key and value, and a tuple is made four times as fast as a
    frozen dataclass.

    Attributes:
        path: File, as the user named it, with forward slashes.
        line: Line, from 1.
        column: Column in characters, from 1.
        width: How many characters the caret underlines, at least 1; 0 for an insertion.
    """

    path: str
    line: int
    column: int
    width: int = 1

    @property
    def end_column(self) -> int:
        """The column right after it."""
        return self.column + self.width

    def __str__(self) -> str:
        """Return `path:line:column`."""
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """A span of a file and the text to put in its place.

    Attributes:
        place: Where the span begins; `place.width` characters of that line are taken out.
        text: What comes instead; an edit of no width inserts it.
    """

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """What mends a problem for certain, so that a machine may do it.

    Attributes:
        title: What it does, in lower case, without a full stop.
        edits: In order of place; none overlaps another.
    """

    title: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the input.

    Attributes:
        id: Stable name, `group/name`.
        message: What was found, in lower case, without a full stop.
        place: Where.
        hint: What is allowed or what to do; empty where the message says it all.
        severity: `error` stops the compiler, `warning` and `info` do not.
        fix: What mends it, only where that is certain.
    """

    id: str
    message: str
    place: Place
    hint: str = ""
    severity: Severity = Severity.ERROR
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Allowed:
    """A problem that a comment in the file allows, for a while and for a reason.

    Attributes:
        until: The last day it is allowed, as an ISO date.
    """

    problem: Problem
    until: str
    reason: str


def has_errors(problems: Iterable[Problem]) -> bool:
    """Return whether any problem stops the compiler."""
    return any(problem.severity is Severity.ERROR for problem in problems)


def render(problems: Iterable[Problem], texts: Mapping[str, str]) -> str:
    """Return problems as text, each with its quoted line and a caret, in order of place.

    Args:
        problems: What was found.
        texts: Text of each file by path; a place in an unknown file is shown without a quote.
    """
    lines = {path: text.splitlines() for path, text in texts.items()}
    return "".join(
        _block(problem, lines.get(problem.place.path, [])) for problem in in_order(problems)
    )


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems in order of place, then of id and message."""
    return tuple(sorted(problems, key=lambda problem: (problem.place, problem.id, problem.message)))


def summary(problems: Iterable[Problem]) -> str:
    """Return the count of each severity in words, such as `2 errors, 1 warning`."""
    found = [problem.severity for problem in problems]
    counts = [(severity.value, found.count(severity)) for severity in Severity]
    words = [f"{n} {word}{'s' if n != 1 else ''}" for word, n in counts if n]
    return ", ".join(words) or "no problems"


def _block(problem: Problem, lines: list[str]) -> str:
    place = problem.place
    out = [f"{place}: {problem.severity}: {problem.message} [{problem.id}]"]
    if 1 <= place.line <= len(lines):
        before, quoted, caret = _quote(lines[place.line - 1], place.column - 1, place.width)
        number = str(place.line)
        out.append(f"  {number} | {before}{quoted}")
        out.append(f"  {' ' * len(number)} | {caret}")
    if problem.hint and (problem.fix is None or problem.fix.title != problem.hint):
        out.append(f"  help: {problem.hint}")
    if problem.fix:
        out.append(f"  fix: {problem.fix.title} (`truegreen check --fix`)")
    return "\n".join(out) + "\n"


def _quote(line: str, start: int, width: int) -> tuple[str, str, str]:
    """Return (ellipsis, visible part, caret line); long lines are cut around the caret."""
    cut = max(0, start - QUOTE_WIDTH // 2) if len(line) > QUOTE_WIDTH else 0
    before = "…" if cut else ""
    visible = "".join(c if c.isprintable() or c == "\t" else "�" for c in line[cut:])
    visible = visible[:QUOTE_WIDTH]
    lead = visible[: start - cut].expandtabs(TAB_WIDTH)
    under = max(1, min(width, len(visible) - (start - cut)))
    return before, visible.expandtabs(TAB_WIDTH), " " * (len(before) + len(lead)) + "^" * under
