"""Problems that a comment in the file allows, for a while and for a reason.

    window: 30d  # truegreen: allow agreement/undecidable until 2026-12-31 because probes double

The comment stands on the line of the problem, or alone on the line above it. It names one id or
several with commas between them, the last day, and the reason. Errors cannot be allowed: nothing
is compiled until they are mended. An allowance that has ended, or that allows nothing, is itself
a problem; never more than a warning, so that no comment decides whether a plan is made.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from truegreen_definitions.manual import page, problem_ids
from truegreen_definitions.problems import Allowed, Edit, Fix, Problem, Severity, has_errors
from truegreen_definitions.suggestions import near_word, slip
from truegreen_definitions.yaml_tree.comments import comments

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from truegreen_definitions.problems import Place
    from truegreen_definitions.yaml_tree.comments import Comment

__all__ = ["allowance_turns", "with_allowances"]

_FORM = re.compile(
    r"allow\s+(?P<ids>[^\s,]+(?:\s*,\s*[^\s,]+)*)"
    r"(?:\s+until\s+(?P<until>\S+))?(?:\s+because(?:\s+(?P<reason>.*))?)?"
)
_WRITE = "write `# truegreen: allow ID until YEAR-MONTH-DAY because REASON`"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Allowance:
    """One id that a comment allows, on one line."""

    id: str
    until: dt.date
    reason: str
    place: Place
    line: int


def with_allowances(
    problems: tuple[Problem, ...], texts: Mapping[str, str], today: dt.date | None
) -> tuple[tuple[Problem, ...], tuple[Allowed, ...]]:
    """Return the problems that are left, and those that are allowed.

    Args:
        problems: What was found.
        texts: Text of each of the company's own files, by path.
        today: The day it is; None when nobody asks whether an allowance has ended.
    """
    faults: list[Problem] = []
    found = _found(texts, faults)
    if not found and not faults:
        return problems, ()
    ended = [one for one in found if today is not None and today > one.until]
    faults += (_ended(one) for one in ended)
    holding = {(one.place.path, one.line, one.id): one for one in found if one not in ended}
    allowed = {problem: holding[key] for problem in problems if (key := _key(problem)) in holding}
    # What a broken file hides may be what is allowed.
    hidden = has_errors(problems)
    unused = [one for one in holding.values() if not hidden and one not in allowed.values()]
    faults += (_unused(one) for one in unused)
    left = tuple(problem for problem in problems if problem not in allowed)
    return (*left, *faults), tuple(
        Allowed(problem, one.until.isoformat(), one.reason) for problem, one in allowed.items()
    )


def allowance_turns(texts: Mapping[str, str]) -> Iterator[dt.date]:
    """Yield the day after each one until which a comment allows something."""
    for one in _found(texts, []):
        if one.until < dt.date.max:
            yield one.until + dt.timedelta(days=1)


def _found(texts: Mapping[str, str], faults: list[Problem]) -> list[_Allowance]:
    return [
        allowance
        for path, text in texts.items()
        if "truegreen:" in text
        for comment in comments(path, text)
        for allowance in _read(comment, faults)
    ]


def _key(problem: Problem) -> tuple[str, int, str]:
    return problem.place.path, problem.place.line, problem.id


def _read(comment: Comment, faults: list[Problem]) -> Iterator[_Allowance]:
    """Yield what a comment allows; what is wrong with it is added to the faults."""
    form = _FORM.fullmatch(comment.words)
    until = _day(form["until"] or "") if form else None
    reason = (form["reason"] or "").strip() if form else ""
    if form is None or until is None or not reason:
        faults.append(_incomplete(comment, form, until))
        return
    for found in re.finditer(r"[^\s,]+", form["ids"]):
        column = comment.words_column + form.start("ids") + found.start()
        place = comment.place._replace(column=column, width=len(found[0]))
        known = page(found[0])
        if known is None:
            faults.append(_unknown(found[0], place))
        elif not known.suppressible:
            faults.append(
                _warning("allow/error", f"`{found[0]}` {_WHY_NOT[known.severity]}", place)
            )
        else:
            yield _Allowance(
                id=found[0], until=until, reason=reason, place=place, line=comment.line
            )


_WHY_NOT = {
    Severity.ERROR: "is an error and cannot be allowed: nothing is compiled until it is mended",
    Severity.WARNING: "is about what allows others and cannot be allowed itself",
    Severity.INFO: "is about what allows others and cannot be allowed itself",
}


def _day(text: str) -> dt.date | None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _incomplete(comment: Comment, form: re.Match[str] | None, until: dt.date | None) -> Problem:
    if form is None:
        message = "the comment cannot be read"
    elif not form["until"]:
        message = "it does not say until which day"
    elif until is None:
        message = f"{form['until']!r} is no day"
    else:
        message = "it gives no reason"
    return _warning("allow/incomplete", f"{message}, so it allows nothing", comment.place, _WRITE)


def _unknown(problem_id: str, place: Place) -> Problem:
    meant = slip(problem_id, problem_ids())
    hint = near_word(problem_id, problem_ids()) or "`truegreen check --manual` lists them all"
    fix = Fix(f"write `{meant}`", (Edit(place, meant),)) if meant else None
    message = f"there is no problem `{problem_id}`"
    return replace(_warning("allow/unknown-problem", message, place, hint), fix=fix)


def _ended(one: _Allowance) -> Problem:
    hint = f"mend what it allowed, or give it another day; the reason was: {one.reason}"
    message = f"it allowed `{one.id}` until {one.until}, which is over"
    return _warning("allow/ended", message, one.place, hint)


def _unused(one: _Allowance) -> Problem:
    hint = "take the comment out, or move it to the line of the problem or right above it"
    message = f"there is no `{one.id}` on line {one.line} to allow"
    return _warning("allow/unused", message, one.place, hint)


def _warning(problem_id: str, message: str, place: Place, hint: str = "") -> Problem:
    return Problem(problem_id, message, place, hint, Severity.WARNING)
