"""What an answer of a recording gives to later requests: where it stands, and its value.

In JSON these are texts and whole numbers by their path; in a page the values of fields, hidden ones
above all, and of meta tags; in any answer the cookies it sets. A page's value is found again by a
pattern made of the tag's name alone: what else stands in the tag may be private, and may change.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Offer", "offers_of"]

Place: TypeAlias = "str | Mapping[str, str]"

SHORTEST_VALUE = 3
LONGEST_VALUE = 2_000
MOST_VALUES = 20_000
TAGS = {"input": "value", "meta": "content"}
NAMING = ("name", "property", "id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A value of an answer.

    Attributes:
        words: What it may be called, the nearest word last.
        place: A JSON path, or where else it stands, as `extract` has it.
    """

    words: tuple[str, ...]
    place: Place
    value: str


def offers_of(
    document: object, text: str, kind: str, cookies: Mapping[str, str]
) -> tuple[Offer, ...]:
    """Return what an answer offers, the surest place first.

    Args:
        document: The body as JSON; None where it is none.
        text: The body.
        kind: Its media type.
        cookies: What it sets, by name.
    """
    found = list(_json_offers(document))
    if "html" in kind:
        page = _Page()
        page.feed(text)
        found += page.offers
    found += (
        Offer(words=_words(name), place={"cookie": name}, value=value)
        for name, value in cookies.items()
    )
    return tuple(one for one in found if SHORTEST_VALUE <= len(one.value) <= LONGEST_VALUE)


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[A-Za-z_]\w*", text))


def _json_offers(document: object) -> Iterator[Offer]:
    """Yield texts and whole numbers, which may be ids, with their JSON paths."""
    waiting: list[tuple[str, Any]] = [("$", document)]
    left = MOST_VALUES
    while waiting and left:
        left -= 1
        here, found = waiting.pop(0)
        if isinstance(found, dict):
            keys = [key for key in found if re.fullmatch(r"[A-Za-z_]\w*", str(key))]
            waiting += [(f"{here}.{key}", found[key]) for key in keys]
        elif isinstance(found, list):
            waiting += [(f"{here}[{n}]", value) for n, value in enumerate(found[:5])]
        elif isinstance(found, str | int) and not isinstance(found, bool):
            yield Offer(words=_words(here), place=here, value=str(found))


class _Page(HTMLParser):
    """Finds fields and meta tags that have a name and a value."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.offers: list[Offer] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a tag."""
        holder, told = TAGS.get(tag), dict(attrs)
        naming = next((one for one in NAMING if told.get(one)), None)
        if holder is None or naming is None or len(self.offers) >= MOST_VALUES:
            return
        value, name, raw = told.get(holder) or "", told[naming] or "", self.get_starttag_text()
        pattern = _pattern(tag, (naming, name), holder, raw or "")
        # What is escaped in the page would be sent as it stands there: it cannot be taken.
        if pattern and value and (again := re.search(pattern, raw or "")) and again[1] == value:
            self.offers.append(Offer(words=_words(name), place={"regex": pattern}, value=value))


def _pattern(tag: str, naming: tuple[str, str], holder: str, raw: str) -> str:
    """Return what finds the value of a tag in a page, by its name; empty where nothing does."""
    named = rf"\s{naming[0]}\s*=\s*[\"']?{re.escape(naming[1])}[\"'\s/>]"
    held = rf"\s{holder}\s*=\s*[\"']?([^\"'\s>]+)"
    for one in (rf"<{tag}[^>]*?{named}[^>]*?{held}", rf"<{tag}[^>]*?{held}[^>]*?{named}"):
        pattern = one.replace(rf"[\"'\s/>][^>]*?\s{holder}", rf"[\"'][^>]*?\s{holder}")
        if re.search(pattern, raw):
            return pattern
    return ""
