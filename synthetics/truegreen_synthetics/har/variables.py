"""Variables of a recording: what an answer gave and a later request repeats, wherever it stood."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from truegreen_synthetics.har.step import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from truegreen_synthetics.har.recording import Entry
    from truegreen_synthetics.har.step import DraftStep

__all__ = ["linked"]

KEPT_HEADERS = frozenset({"accept", "accept-language", "x-requested-with"})


def linked(entries: Sequence[Entry]) -> list[DraftStep]:
    """Return the steps with what answers gave and later requests repeat as variables."""
    steps = [one.step for one in entries]
    taken: set[str] = set()
    for number, entry in enumerate(entries):
        seen: set[str] = set()
        for offer in entry.offers:
            text = offer.value
            users = [later for later in range(number + 1, len(steps)) if steps[later].uses(text)]
            if text in seen or not users:
                continue
            seen.add(text)
            if any(steps[earlier].uses(text) for earlier in range(number + 1)):
                continue  # it was known before, such as a language or a currency
            name = _variable(offer.words, taken)
            here = steps[number]
            steps[number] = replace(here, extract={**here.extract, name: offer.place})
            for later in users:
                steps[later] = steps[later].saying(text, f"${{{name}}}")
    return [replace(one, headers=_kept(one.headers)) for one in steps]


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name in KEPT_HEADERS or "${" in value}


def _variable(told: tuple[str, ...], taken: set[str]) -> str:
    """Return a name of some words: the last one, with the one before it if that is taken."""
    words = ["_".join(words_of(word)) for word in told]
    names = ["_".join(words[-length:]) for length in range(1, len(words) + 1)] or ["value"]
    names += [f"{names[-1] or 'value'}_{number}" for number in range(2, 3 + len(taken))]
    name = next(one for one in names if one and one not in taken and one[0].isalpha())
    taken.add(name)
    return name
