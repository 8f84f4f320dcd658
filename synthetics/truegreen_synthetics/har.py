"""A draft of a journey from a recording of a browser (HAR 1.2).

Kept is what the application was asked for, with bodies that are JSON or a form: pictures, styles,
scripts and other hosts are left out, and so are cookies, credentials and what only a browser sends.
A value that an answer gave and a later request repeats becomes a variable, wherever it stood: in
JSON, in a hidden field or meta tag of a page, in a cookie. One that looks like a secret and was not
given becomes `${secret:NAME}`, and its value appears nowhere. Source: HAR 1.2 specification.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from truegreen_synthetics.har_offers import offers_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from truegreen_synthetics.har_offers import Offer, Place

__all__ = ["Draft", "DraftStep", "HarError", "draft_of"]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ASSETS = re.compile(
    r"\.(?:css|js|mjs|map|png|jpe?g|gif|svg|ico|webp|avif|woff2?|ttf|otf|eot|mp4|webm|mp3|wasm)$",
    re.IGNORECASE,
)
ASSET_TYPES = re.compile(r"^(?:image|font|audio|video)/|css|javascript|wasm")
KEPT_HEADERS = frozenset({"accept", "accept-language", "x-requested-with"})
SECRET = re.compile(
    r"pass|pwd|secret|token|api_?key|authorization|signature|session|card|cvv|cvc|iban"
    r"|^(?:code|sig|sid|otp)$|pin$",
    re.IGNORECASE,
)
NAME = re.compile(r"[^a-z0-9]+")
# Those of a browser or of one recording; the others are kept where an answer gave their value.
OWN_HEADERS = re.compile(
    r"^(?::.*|cookie|host|connection|content-.*|accept-encoding|user-agent|referer|origin|sec-.*|if-.*"
    r"|cache-control|pragma|upgrade-insecure-requests|dnt|te|priority|traceparent|tracestate)$"
)
SHORTEST_REPEATED = 6  # what is shorter is found under other names by chance
SHORTEST_GIVEN = 8  # what is shorter and looks like a secret is one, whoever else says it
FORM = "application/x-www-form-urlencoded"
MOST_STEPS = 50
MOST_FIELDS = 1_000


class HarError(ValueError):
    """The recording cannot be used; the message says why."""


@dataclass(frozen=True, kw_only=True)
class DraftStep:
    """A request of the draft.

    Attributes:
        name: Of the service's step it may be.
        body: JSON document, or a form's fields by name, of several values a list; None for none.
        form: Whether the body is a form.
        extract: Variable to JSON path or other place, of what later requests need.
        seconds: What it took when it was recorded.
    """

    name: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    status: int
    form: bool = False
    extract: Mapping[str, Place] = field(default_factory=dict)
    seconds: float = 0.0

    @cached_property
    def leaves(self) -> set[str]:
        """Every text and whole number of the body."""
        return _leaves(self.body)


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


@dataclass(frozen=True, slots=True)
class _Entry:
    origin: str
    step: DraftStep
    offers: tuple[Offer, ...]
    bodiless: bool


def draft_of(text: str) -> Draft:
    """Return a draft of what a recording did at its main host.

    Raises:
        HarError: It is no HAR, or holds nothing a journey could be made of.
    """
    entries = list(_entries(text))
    if not entries:
        raise HarError("the recording holds no request a journey could make")
    origin = Counter(one.origin for one in entries).most_common(1)[0][0]
    here = [one for one in entries if one.origin == origin]
    notes = []
    if len(here) < len(entries):
        notes.append(f"{len(entries) - len(here)} requests to other hosts were left out")
    if len(here) > MOST_STEPS:
        notes.append(f"only the first {MOST_STEPS} of {len(here)} requests were taken")
    secrets: set[str] = set()
    taken = here[:MOST_STEPS]
    given = _given(taken)
    known = {
        text: name
        for one, before in zip(taken, given, strict=True)
        for name, text in _secret_values(one.step)
        if text not in before
    }
    hidden = [
        _without_secrets(one, secrets, before) for one, before in zip(taken, given, strict=True)
    ]
    steps = _linked([_without_repeats(one, known, secrets) for one in hidden])
    named = tuple(_named(steps))
    dropped = [step.name for one, step in zip(taken, named, strict=True) if one.bodiless]
    if dropped:
        named_steps = ", ".join(dropped)
        notes.append(f"bodies that are neither JSON nor a form were left out, of {named_steps}")
    return Draft(
        target=origin,
        steps=named,
        secrets=tuple(sorted(secrets)),
        notes=tuple(notes),
    )


def _entries(text: str) -> Iterator[_Entry]:
    try:
        found = json.loads(text)["log"]["entries"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise HarError("this is no HAR: it has no log.entries") from None
    for one in found if isinstance(found, list) else ():
        try:
            entry = _entry(one)
        except (KeyError, TypeError, ValueError, AttributeError):
            continue  # what is no exchange cannot be repeated
        if entry is not None:
            yield entry


def _entry(one: Any) -> _Entry | None:  # noqa: ANN401  a recording holds anything
    request, response = one["request"], one["response"]
    parts = urlsplit(request["url"])
    kind = str(response.get("content", {}).get("mimeType", ""))
    usable = parts.scheme in {"http", "https"} and parts.hostname and request["method"] in METHODS
    if not usable or ASSETS.search(parts.path) or ASSET_TYPES.search(kind):
        return None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {pair["name"].lower(): pair["value"] for pair in request.get("headers", ())}
    sent = request.get("postData") or {}
    fields = _fields(sent, str(sent.get("mimeType") or headers.get("content-type", "")))
    step = DraftStep(
        name="",
        method=request["method"],
        path=path,
        headers={name: headers[name] for name in sorted(headers) if not OWN_HEADERS.match(name)},
        body=_json(sent.get("text")) if fields is None else fields,
        form=fields is not None,
        status=int(response["status"]),
        seconds=max(0.0, float(one.get("time") or 0) / 1000),
    )
    answered = str(response.get("content", {}).get("text") or "")
    offers = offers_of(_json(answered), answered, kind, _cookies(response))
    bodiless = bool(sent.get("text") or sent.get("params")) and step.body is None
    return _Entry(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}", step, offers, bodiless)


def _cookies(response: Mapping[str, Any]) -> dict[str, str]:
    """Return what an answer sets, by name."""
    lines = (one["value"] for one in response["headers"] if one["name"].lower() == "set-cookie")
    pairs = (line.partition(";")[0].partition("=") for many in lines for line in many.split("\n"))
    return {name.strip(): value.strip() for name, equals, value in pairs if equals}


def _fields(sent: Mapping[str, Any], kind: str) -> dict[str, Any] | None:
    """Return a form that was sent as values by name; None for none, or one that cannot be told.

    Browsers write its text as it was sent. Parameters without a text are taken as they are.
    """
    if kind.partition(";")[0].strip().lower() != FORM:
        return None
    try:
        pairs = parse_qsl(
            str(sent.get("text") or ""),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        return None
    pairs = pairs or [(str(one["name"]), str(one["value"])) for one in sent.get("params", ())]
    if any(not name.strip() or "${" in name + value for name, value in pairs):
        return None
    names = dict.fromkeys(name for name, _ in pairs)
    values = {name: [value for other, value in pairs if other == name] for name in names}
    return {name: many if many[1:] else many[0] for name, many in values.items()} or None


def _json(text: Any) -> Any:  # noqa: ANN401  a recording holds anything
    try:
        return json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return None


# --- secrets -------------------------------------------------------------------------------


def _given(entries: list[_Entry]) -> list[frozenset[str]]:
    """Return for each request what answers before it gave and nobody had sent before."""
    known: frozenset[str] = frozenset()
    found = []
    for number, entry in enumerate(entries):
        found.append(known)
        offered = {one.value for one in entry.offers if len(one.value) >= SHORTEST_GIVEN}
        sent = [one.step for one in entries[: number + 1]]
        known |= {text for text in offered - known if not any(_uses(one, text) for one in sent)}
    return found


def _without_secrets(entry: _Entry, secrets: set[str], given: frozenset[str]) -> _Entry:
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


def _without_repeats(entry: _Entry, known: Mapping[str, str], secrets: set[str]) -> _Entry:
    """Return an exchange without secrets that stand under another name too."""
    step = entry.step
    for text, name in known.items():
        if _uses(step, text):
            step = _with(step, text, _secret(name, secrets))
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
    variable = NAME.sub("_", name.lower()).strip("_").upper() or "SECRET"
    variable = variable if variable[0].isalpha() else f"SECRET_{variable}"
    secrets.add(variable)
    return f"${{secret:{variable}}}"


# --- variables -----------------------------------------------------------------------------


def _linked(entries: list[_Entry]) -> list[DraftStep]:
    """Return the steps with what answers gave and later requests repeat as variables."""
    steps = [one.step for one in entries]
    taken: set[str] = set()
    for number, entry in enumerate(entries):
        seen: set[str] = set()
        for offer in entry.offers:
            text = offer.value
            users = [later for later in range(number + 1, len(steps)) if _uses(steps[later], text)]
            if text in seen or not users:
                continue
            seen.add(text)
            if any(_uses(steps[earlier], text) for earlier in range(number + 1)):
                continue  # it was known before, such as a language or a currency
            name = _variable(offer.words, taken)
            here = steps[number]
            steps[number] = replace(here, extract={**here.extract, name: offer.place})
            for later in users:
                steps[later] = _with(steps[later], text, f"${{{name}}}")
    return [replace(one, headers=_kept(one.headers)) for one in steps]


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name in KEPT_HEADERS or "${" in value}


def _uses(step: DraftStep, text: str) -> bool:
    if any(_is_told(value, text) for value in step.headers.values()):
        return True
    path = step.path
    return (text in path and _replaced(path, text, "") != path) or text in step.leaves


def _leaves(node: Any) -> set[str]:  # noqa: ANN401  JSON
    if isinstance(node, dict):
        return {leaf for value in node.values() for leaf in _leaves(value)}
    if isinstance(node, list):
        return {leaf for value in node for leaf in _leaves(value)}
    return {str(node)} if isinstance(node, str | int) and not isinstance(node, bool) else set()


def _with(step: DraftStep, text: str, variable: str) -> DraftStep:
    return replace(
        step,
        path=_replaced(step.path, text, variable),
        headers={
            name: value.removesuffix(text) + variable if _is_told(value, text) else value
            for name, value in step.headers.items()
        },
        body=_put(step.body, text, variable),
    )


def _is_told(value: str, text: str) -> bool:
    """Return whether a header's value is a text, or a word and the text, as `Bearer TOKEN`."""
    return text in {value, value.rpartition(" ")[2]}


def _replaced(path: str, text: str, variable: str) -> str:
    """Return a path in which a whole part that is a text is a variable."""
    pattern = rf"(?<=[/=]){re.escape(text)}(?=$|[/?&.:])"
    return re.sub(pattern, lambda _found: variable, path)


def _put(node: Any, text: str, variable: str) -> Any:  # noqa: ANN401  JSON
    if isinstance(node, dict):
        return {key: _put(value, text, variable) for key, value in node.items()}
    if isinstance(node, list):
        return [_put(value, text, variable) for value in node]
    same = isinstance(node, str | int) and not isinstance(node, bool) and str(node) == text
    return variable if same else node


def _variable(told: tuple[str, ...], taken: set[str]) -> str:
    """Return a name of some words: the last one, with the one before it if that is taken."""
    words = [NAME.sub("_", word.lower()).strip("_") for word in told]
    names = ["_".join(words[-length:]) for length in range(1, len(words) + 1)] or ["value"]
    names += [f"{names[-1] or 'value'}_{number}" for number in range(2, 3 + len(taken))]
    name = next(one for one in names if one and one not in taken and one[0].isalpha())
    taken.add(name)
    return name


# --- names ---------------------------------------------------------------------------------


def _named(steps: list[DraftStep]) -> Iterator[DraftStep]:
    """Yield the steps with names from what they ask for, each once."""
    taken: set[str] = set()
    for step in steps:
        path = re.sub(r"\$\{[^}]*\}|\?.*", "", step.path)
        words = [word for word in NAME.split(path.lower()) if word and not word.isdecimal()]
        base = "-".join([step.method.lower(), *words[-2:]])[:40].strip("-")
        name, number = base, 1
        while name in taken:
            number += 1
            name = f"{base}-{number}"
        taken.add(name)
        yield replace(step, name=name)
