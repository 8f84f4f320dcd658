"""Ways in which an answer can be wrong, made from one that was right.

Each is one change: another status, an empty body, one field of the JSON taken out or changed, an
answer later than tolerated, or a certificate that ends within a day. A page that a browser opens
has other words in place of fields, and what belongs to it (scripts, pictures) stays as it is. A
journey that stays green under one has an assertion gap there.
"""

from __future__ import annotations

import copy
import json
import re
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from truegreen_synthetics.http.responses import Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Mutant", "is_page", "mutants_of", "page_mutants"]

SERVER_ERROR = 500
MOST_FIELDS = 25
LATER = 1.05
LAST_DAY_SECONDS = 43_200.0
OTHER_WORDS = b"mutant"
_MARKUP_OR_WORDS = re.compile(
    rb"<(?P<raw>script|style|title)\b.*?</(?P=raw)\s*>|<!--.*?-->|<[^>]*>|(?P<words>[^<]+)",
    re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one step's answer.

    Attributes:
        what: In words, such as `$.total changed`.
        spoil: Makes the change.
        certificate_seconds: How long the certificate is still good for; None for as it is.
    """

    what: str
    spoil: Callable[[Response], Response]
    certificate_seconds: float | None = None


def mutants_of(
    answer: Response, tolerated_seconds: float, *, tls: bool = False
) -> Iterator[Mutant]:
    """Yield the mutants of an answer, at most `MOST_FIELDS` fields of it.

    Args:
        answer: One that the journey was content with.
        tolerated_seconds: Of its step.
        tls: Whether it came over TLS.
    """
    yield Mutant(f"status {SERVER_ERROR}", lambda found: _like(found, status=SERVER_ERROR))
    if answer.body:
        yield Mutant("empty body", lambda found: _like(found, body=b""))
    try:
        document = answer.document()
    except ValueError:
        document = None
    for path in list(_paths(document))[:MOST_FIELDS]:
        shown = "$" + "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in path)
        yield Mutant(f"{shown} missing", lambda found, at=path: _edited(found, at, _take_out))  # type: ignore[misc]
        yield Mutant(f"{shown} changed", lambda found, at=path: _edited(found, at, _change))  # type: ignore[misc]
    if tls:
        yield Mutant("a certificate that ends within a day", _as_it_is, LAST_DAY_SECONDS)
    yield Mutant("later than tolerated", lambda found: _late(found, tolerated_seconds * LATER))


def is_page(answer: Response) -> bool:
    """Return whether an answer is a page, and not something that belongs to one."""
    return answer.headers.get("content-type", "").startswith("text/html")


def page_mutants(tolerated_seconds: float, *, tls: bool = False) -> Iterator[Mutant]:
    """Yield the mutants of the pages that a step opens in a browser; the arguments as above."""
    changes: tuple[tuple[str, Callable[[Response], Response]], ...] = (
        (f"status {SERVER_ERROR}", lambda found: _like(found, status=SERVER_ERROR)),
        ("empty page", lambda found: _like(found, body=b"")),
        ("other words on the page", lambda found: _like(found, body=_reworded(found.body))),
        ("later than tolerated", lambda found: _late(found, tolerated_seconds * LATER)),
    )
    for what, change in changes:
        yield Mutant(what, lambda found, change=change: change(found) if is_page(found) else found)  # type: ignore[misc]
    if tls:
        yield Mutant("a certificate that ends within a day", _as_it_is, LAST_DAY_SECONDS)


def _reworded(page: bytes) -> bytes:
    """Return HTML whose every text that a person reads is another one."""
    return _MARKUP_OR_WORDS.sub(
        lambda found: OTHER_WORDS if (found["words"] or b"").strip() else found[0], page
    )


def _like(answer: Response, **changes: Any) -> Response:  # noqa: ANN401  fields of a response
    fresh = Response(answer.status, answer.headers, answer.body, answer.cookies)
    return replace(fresh, **changes)


def _as_it_is(answer: Response) -> Response:
    return answer


def _late(answer: Response, seconds: float) -> Response:
    time.sleep(seconds)
    return answer


def _paths(node: object, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the paths of all leaves; of a list its first element stands for all."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _paths(value, (*above, str(key)))
    elif isinstance(node, list) and node:
        yield from _paths(node[0], (*above, 0))
    elif above:
        yield above


def _edited(
    answer: Response, path: tuple[str | int, ...], edit: Callable[[Any, str | int], None]
) -> Response:
    try:
        document: Any = copy.deepcopy(answer.document())
        inside = document
        for one in path[:-1]:
            inside = inside[one]
        edit(inside, path[-1])
    except (ValueError, LookupError, TypeError):
        return answer  # this time it has another shape
    return _like(answer, body=json.dumps(document).encode())


def _take_out(inside: Any, at: str | int) -> None:  # noqa: ANN401  JSON
    del inside[at]


def _change(inside: Any, at: str | int) -> None:  # noqa: ANN401  JSON
    found = inside[at]
    if isinstance(found, bool):
        inside[at] = not found
    elif isinstance(found, int | float):
        inside[at] = -found - 1
    else:
        inside[at] = f"mutant {found}" if isinstance(found, str) else "mutant"
