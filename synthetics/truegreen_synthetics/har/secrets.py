"""Secrets of a recording: what looks like one and was not given becomes `${secret:NAME}`.

What an answer gave is none of them: it becomes a variable, and is asked for anew in every run.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from truegreen_synthetics.har.step import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from truegreen_synthetics.har.recording import Entry
    from truegreen_synthetics.har.step import DraftStep

__all__ = ["without_secrets"]

SECRET = re.compile(
    r"pass|pwd|secret|token|api_?key|authorization|signature|session|card|cvv|cvc|iban"
    r"|^(?:code|sig|sid|otp)$|pin$",
    re.IGNORECASE,
)
SHORTEST_REPEATED = 6  # what is shorter is found under other names by chance
SHORTEST_GIVEN = 8  # what is shorter and looks like a secret is one, whoever else says it


def without_secrets(entries: Sequence[Entry]) -> tuple[list[Entry], tuple[str, ...]]:
    """Return what a recording holds without its secrets, and the names that they got."""
    secrets: set[str] = set()
    given = _given(entries)
    known = {
        text: name
        for one, before in zip(entries, given, strict=True)
        for name, text in _secret_values(one.step)
        if text not in before
    }
    hidden = [
        _without_secrets(one, secrets, before) for one, before in zip(entries, given, strict=True)
    ]
    clean = [_without_repeats(one, known, secrets) for one in hidden]
    return clean, tuple(sorted(secrets))


def _given(entries: Sequence[Entry]) -> list[frozenset[str]]:
    """Return for each request what answers before it gave and nobody had sent before."""
    known: frozenset[str] = frozenset()
    found = []
    for number, entry in enumerate(entries):
        found.append(known)
        offered = {one.value for one in entry.offers if len(one.value) >= SHORTEST_GIVEN}
        sent = [one.step for one in entries[: number + 1]]
        known |= {text for text in offered - known if not any(one.uses(text) for one in sent)}
    return found


def _without_secrets(entry: Entry, secrets: set[str], given: frozenset[str]) -> Entry:
    step = entry.step
    path, mark, query = step.path.partition("?")
    pairs = []
    for pair in query.split("&") if mark else ():
        name, equals, value = pair.partition("=")
        hidden = equals and value and value not in given and SECRET.search(name)
        pairs.append(f"{name}={_secret(name, secrets)}" if hidden else pair)
    body = _hidden(step.body, "", secrets, given)
    return replace(entry, step=replace(step, path=path + mark + "&".join(pairs), body=body))


def _secret_values(step: DraftStep) -> Iterator[tuple[str, str]]:
    """Yield (name, value) of what looks like a secret and is long enough to be told again."""
    for pair in step.path.partition("?")[2].split("&"):
        name, _, value = pair.partition("=")
        if SECRET.search(name) and len(value) >= SHORTEST_REPEATED:
            yield name, value
    waiting: list[tuple[str, Any]] = [("", step.body)]
    while waiting:
        name, node = waiting.pop()
        if isinstance(node, dict):
            waiting += [(str(key), value) for key, value in node.items()]
        elif isinstance(node, list):
            waiting += [(name, value) for value in node]
        elif isinstance(node, str) and SECRET.search(name) and len(node) >= SHORTEST_REPEATED:
            yield name, node


def _without_repeats(entry: Entry, known: Mapping[str, str], secrets: set[str]) -> Entry:
    """Return an exchange without secrets that stand under another name too."""
    step = entry.step
    for text, name in known.items():
        if step.uses(text):
            step = step.saying(text, _secret(name, secrets))
    return replace(entry, step=step)


def _hidden(node: Any, name: str, secrets: set[str], given: frozenset[str]) -> Any:  # noqa: ANN401  JSON
    if isinstance(node, dict):
        return {key: _hidden(value, str(key), secrets, given) for key, value in node.items()}
    if isinstance(node, list):
        return [_hidden(value, name, secrets, given) for value in node]
    if str(node) in given:
        return node
    if node not in {None, ""} and not isinstance(node, bool) and SECRET.search(name):
        return _secret(name, secrets)
    return node


def _secret(name: str, secrets: set[str]) -> str:
    variable = "_".join(words_of(name)).upper() or "SECRET"
    variable = variable if variable[0].isalpha() else f"SECRET_{variable}"
    secrets.add(variable)
    return f"${{secret:{variable}}}"
