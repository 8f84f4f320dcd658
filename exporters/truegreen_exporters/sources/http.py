"""Rows of a JSON API, page by page.

A reading asks for what changed since the newest row so far, less `look_back`; the mark moves
when the last page is there, because nothing says that an API gives its rows in order. Rows that
come again are known (`once`). Without a cursor every reading is of all rows.

The address of a next page leads to the same server, or the reading ends: what we are known by
is for that one alone.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin, urlsplit
from zoneinfo import ZoneInfo

from truegreen_definitions.plan import HttpRead
from truegreen_exporters.sources.http_client import HttpClient
from truegreen_exporters.sources.json_rows import (
    at_path,
    objects_at,
    rows_of_objects,
    shown,
    text_of,
)
from truegreen_exporters.sources.lines import LineError
from truegreen_exporters.sources.once import Once, digest_of
from truegreen_exporters.sources.pages import Mark, Page
from truegreen_exporters.sources.rows import SourceError
from truegreen_exporters.sources.secret_texts import SecretTexts

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from truegreen_exporters.sources.http_client import Answer
    from truegreen_exporters.sources.pages import Fault, Reading

__all__ = ["http_pages"]

MOST_PAGES = 100_000
_LINK = re.compile(r"<([^>]*)>((?:\s*;[^,]*)*)")
_NEXT = re.compile(r";\s*rel\s*=\s*\"?(?:[^\"]*\s)?next[\s\"]?", re.IGNORECASE)
_MILLISECONDS_FROM = 100_000_000_000  # a number of seconds as large as this lies in the year 5138
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Every zone can tell these, with four digits of the year.
_EARLIEST_SECONDS = datetime(1001, 1, 1, tzinfo=UTC).timestamp()
_LATEST_MILLISECONDS = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp()) * 1000


def http_pages(reading: Reading) -> Generator[Page | Fault, None, None]:
    """Yield what is new of an API's rows."""
    read = reading.mapping.source.read
    if not isinstance(read, HttpRead):
        raise TypeError(read)
    pull = _Pull(reading, read)
    held: Sequence[object] | None = None
    number = 0
    for objects in pull.bodies():
        if held is not None:
            yield pull.page(held, number, last=False)
            number += len(held)
        held = objects
    if not reading.stopped():
        yield pull.page(held or (), number, last=True)


class _Pull:
    """One pass over an API."""

    def __init__(self, reading: Reading, read: HttpRead) -> None:
        self._reading, self._read = reading, read
        known = read.authentication
        texts = [text for _, text in (*read.query, *read.headers)]
        texts += [known.user, known.secret] if known else []
        self._secrets = SecretTexts.of(reading.around.environment, *texts)
        self._client = HttpClient(
            around=reading.around,
            secrets=self._secrets,
            authentication=known,
            timeout_seconds=read.timeout_seconds,
        )
        self._headers = {name: self._secrets.filled(text) for name, text in read.headers}
        self._zone = ZoneInfo(reading.mapping.source.zone)
        self._state = reading.marks.get("", {})
        self._once: Once[tuple[int, object]] = Once(reading.seen)
        self._newest = self._state.get("newest")
        self._now = reading.around.clock().timestamp()
        self._generation = float(self._state.get("generation") or 0) + 1

    def bodies(self) -> Iterator[Sequence[object]]:
        """Yield the rows of each page.

        Raises:
            SourceError: The server does not answer, or its pages go round in a circle.
        """
        asked = set[str]()
        query = [(name, self._filled(text)) for name, text in self._read.query]
        url: str | None = _with_query(self._read.location, query)
        rows = 0
        while url is not None and not self._reading.stopped():
            if url in asked or len(asked) == MOST_PAGES:
                raise SourceError("the pages of the API go round in a circle: look at `pages:`")
            asked.add(url)
            answer = self._client.get(url, self._headers)
            objects = objects_at(answer.document, self._read.rows)
            rows += len(objects)
            url = self._next(url, query, answer, len(objects), rows)
            yield objects

    def page(self, objects: Sequence[object], number: int, *, last: bool) -> Page:
        """Return what is new of a page, with the mark behind it."""
        digests = [self._digest(one) for one in objects]
        places = [self._place(one) for one in objects]
        new = self._once.new(list(enumerate(objects, start=number + 1)), digests)
        rows = rows_of_objects(
            [one for _, one in new], self._reading.mapping.wanted, [n for n, _ in new]
        )
        seen = tuple(zip(digests, places, strict=True))
        if not last:
            return Page(rows=rows, cursor=Mark(state=self._state, seen=seen), where="")
        if not self._read.cursor:
            mark = Mark(
                state={"generation": self._generation}, seen=seen, forget_before=self._generation
            )
            return Page(rows=rows, cursor=mark, where="")
        newest = self._newest
        horizon = None if newest is None else float(newest) - self._read.look_back_seconds
        mark = Mark(state={"newest": newest}, seen=seen, forget_before=horizon)
        return Page(rows=rows, cursor=mark, where="")

    def _filled(self, text: str) -> str:
        return self._secrets.filled(text.replace("${since}", self._since()))

    def _since(self) -> str:
        newest = self._state.get("newest")
        if newest is not None:
            seconds = float(newest) - self._read.look_back_seconds
            moment = _EPOCH + timedelta(seconds=max(_EARLIEST_SECONDS, seconds))
        elif self._read.since:
            moment = datetime.fromisoformat(self._read.since).replace(tzinfo=self._zone)
        else:
            moment = _EPOCH
        return moment.astimezone(self._zone).strftime(self._read.cursor_format)

    def _place(self, row: object) -> float:
        """Return when a row changed, in Unix seconds; a row that does not say goes with the newest.

        Without a cursor it is the number of the reading.
        """
        if not self._read.cursor:
            return self._generation
        found = _seconds(at_path(row, self._read.cursor), self._zone)
        if found is not None:  # a row of tomorrow must not hide those of today
            found = min(found, self._now)
        if found is not None and (self._newest is None or found > float(self._newest)):
            self._newest = found
        return found if found is not None else float(self._newest or 0.0)

    def _digest(self, row: object) -> str:
        if not isinstance(row, dict):
            return digest_of(["no object", shown(row)])
        values = [row.get(name) for name in self._reading.mapping.wanted]
        values.append(at_path(row, self._read.cursor) if self._read.cursor else None)
        try:
            return digest_of(text_of(value) for value in values)
        except LineError:
            return digest_of(["no text", *map(shown, values)])

    def _next(
        self, url: str, query: Sequence[tuple[str, str]], answer: Answer, got: int, rows: int
    ) -> str | None:
        """Return the address of the next page; None when there is none."""
        paging = self._read.paging
        if paging is None:
            return None
        first = self._read.location
        if paging.by == "offset":
            if got < paging.size:
                return None
            return _with_query(first, [*query, (paging.parameter, str(rows))])
        if paging.by == "token":
            token = at_path(answer.document, paging.path)
            if token is None or token == "":
                return None
            return _with_query(first, [*query, (paging.parameter, str(token))])
        if paging.by == "next":
            found = at_path(answer.document, paging.path)
            named = str(found) if found else None
        else:
            named = _next_link(answer.headers.get("link", ""))
        if named is None:
            return None
        try:
            address = urljoin(url, named)
            to = urlsplit(address)
        except ValueError as error:
            raise SourceError("the address of the next page is none: look at `pages:`") from error
        if to[:2] != urlsplit(first)[:2]:
            raise SourceError(f"the next page is on another server ({to.netloc}): it is not asked")
        return address


def _with_query(url: str, query: Sequence[tuple[str, str]]) -> str:
    """Return an address with query parameters; one named twice has its last value."""
    found = dict(query)
    if not found:
        return url
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(found)}"


def _next_link(header: str) -> str | None:
    """Return the target of `rel="next"` in a Link header (RFC 8288)."""
    for target, parameters in _LINK.findall(header):
        if _NEXT.search(parameters):
            return str(target)
    return None


def _seconds(value: object, zone: ZoneInfo) -> float | None:
    """Return a time in Unix seconds; None for what is no time."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        if not -_LATEST_MILLISECONDS <= value <= _LATEST_MILLISECONDS:
            return None
        number = float(value)
        return number / 1000 if number >= _MILLISECONDS_FROM else number
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return aware.timestamp()
