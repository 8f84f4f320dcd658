"""A draft of a journey from a recording of a browser (HAR 1.2).

Kept is what the application was asked for, with bodies that are JSON or a form: pictures, styles,
scripts and other hosts are left out, and so are cookies, credentials and what only a browser sends.
A value that an answer gave and a later request repeats becomes a variable, wherever it stood: in
JSON, in a hidden field or meta tag of a page, in a cookie. One that looks like a secret and was not
given becomes `${secret:NAME}`, and its value appears nowhere.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from truegreen_synthetics.har.recording import HarError, entries_of
from truegreen_synthetics.har.secrets import without_secrets
from truegreen_synthetics.har.step import words_of
from truegreen_synthetics.har.variables import linked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_synthetics.har.step import DraftStep

__all__ = ["Draft", "draft_of"]

MOST_STEPS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A journey to be looked over.

    Attributes:
        secrets: Names of environment variables that its secrets come from.
        notes: What was left out or has to be looked at.
    """

    target: str
    steps: tuple[DraftStep, ...]
    secrets: tuple[str, ...]
    notes: tuple[str, ...]


def draft_of(text: str) -> Draft:
    """Return a draft of what a recording did at its main host.

    Raises:
        HarError: It is no HAR, or holds nothing a journey could be made of.
    """
    entries = list(entries_of(text))
    if not entries:
        raise HarError("the recording holds no request a journey could make")
    origin = Counter(one.origin for one in entries).most_common(1)[0][0]
    here = [one for one in entries if one.origin == origin]
    taken = here[:MOST_STEPS]
    clean, secrets = without_secrets(taken)
    steps = tuple(_named(linked(clean)))
    bodiless = [step.name for one, step in zip(taken, steps, strict=True) if one.bodiless]
    notes = tuple(_notes(len(entries) - len(here), len(here), bodiless))
    return Draft(target=origin, steps=steps, secrets=secrets, notes=notes)


def _notes(elsewhere: int, here: int, bodiless: Sequence[str]) -> Iterator[str]:
    if elsewhere:
        yield f"{elsewhere} requests to other hosts were left out"
    if here > MOST_STEPS:
        yield f"only the first {MOST_STEPS} of {here} requests were taken"
    if bodiless:
        yield f"bodies that are neither JSON nor a form were left out, of {', '.join(bodiless)}"


def _named(steps: list[DraftStep]) -> Iterator[DraftStep]:
    """Yield the steps with names from what they ask for, each once."""
    taken: set[str] = set()
    for step in steps:
        path = re.sub(r"\$\{[^}]*\}|\?.*", "", step.path)
        words = [word for word in words_of(path) if not word.isdecimal()]
        base = "-".join([step.method.lower(), *words[-2:]])[:40].strip("-")
        name, number = base, 1
        while name in taken:
            number += 1
            name = f"{base}-{number}"
        taken.add(name)
        yield replace(step, name=name)
