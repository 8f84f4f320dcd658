"""Rows that others posted: from the inbox into the store, in the order in which they came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.names import RejectReasonValue
from truegreen_definitions.plan import WebhookRead
from truegreen_exporters.intake.inbox import InboxError
from truegreen_exporters.sources.json_rows import document_of, objects_at, rows_of_objects
from truegreen_exporters.sources.pages import Mark, Page
from truegreen_exporters.sources.rows import Reject, Rows, SourceError

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from truegreen_exporters.intake.inbox import Post
    from truegreen_exporters.sources.pages import Fault, Reading

__all__ = ["webhook_pages"]

PAGE_POSTS = 1000


def webhook_pages(reading: Reading) -> Generator[Page | Fault, None, None]:
    """Yield the posts that have come since; what has been committed leaves the inbox.

    What comes meanwhile waits for the next pass: a sender that never rests would hold this one.
    """
    source, inbox = reading.mapping.source, reading.around.inbox
    read = source.read
    if not isinstance(read, WebhookRead):
        raise TypeError(read)
    if inbox is None:
        return
    last = int(reading.marks.get("", {}).get("id") or 0)
    try:
        inbox.drop(source.name, last)
        newest = inbox.newest()
        while last < newest and not reading.stopped():
            posts = inbox.posts(source.name, last, PAGE_POSTS)
            if not posts:
                return
            last = posts[-1].id
            rows = _rows(posts, read, reading.mapping.wanted)
            yield Page(rows=rows, cursor=Mark(state={"id": last}), where="")
            inbox.drop(source.name, last)
    except InboxError as error:
        raise SourceError(str(error)) from error


def _rows(posts: Sequence[Post], read: WebhookRead, wanted: tuple[str, ...]) -> Rows:
    """Return the rows of some posts; a row's number is that of its post."""
    objects: list[object] = []
    numbers: list[int] = []
    rejects: list[Reject] = []
    for post in posts:
        more = {column: post.headers.get(header, "") for column, header in read.headers}
        try:
            found = objects_at(document_of(post.body), read.rows)
        except (SourceError, ValueError) as error:
            detail, text = str(error), post.body
            rejects.append(Reject.of(post.id, RejectReasonValue.SYNTAX, detail, text))
            continue
        objects += [{**one, **more} if isinstance(one, dict) else one for one in found]
        numbers += [post.id] * len(found)
    rows = rows_of_objects(objects, wanted, numbers)
    return Rows(values=rows.values, lines=rows.lines, rejects=[*rejects, *rows.rejects])
