"""Rows of a database, through SQLAlchemy.

Read are pages in the order of the cursor's columns, the next page behind the last row of the one
before (keyset), in a transaction that may only read. A reading begins `look_back` before the
latest time that was read, because a transaction may end after one that began later; rows it
meets again are known (`once`). Where the first cursor column is no time, there is no looking
back. A reading of more than a page ends at the last row that is there behind its first one: what
comes meanwhile is of the next. Without a cursor every reading is of all rows.

A row whose cursor is NULL has no place and is not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from truegreen_definitions.plan import SqlRead
from truegreen_exporters.sources.once import Once, digest_of
from truegreen_exporters.sources.pages import Mark, Page
from truegreen_exporters.sources.rows import Rows
from truegreen_exporters.sources.secret_texts import SecretTexts
from truegreen_exporters.sources.sql_connection import opened, reading_only, relation_of, telling
from truegreen_exporters.sources.sql_values import (
    earlier,
    from_state,
    place_of,
    text_of_value,
    to_state,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from sqlalchemy import Connection

    from truegreen_exporters.sources.pages import Fault, Reading, State

__all__ = ["sql_pages"]


def sql_pages(reading: Reading) -> Generator[Page | Fault, None, None]:
    """Yield what is new of a database's rows."""
    read = reading.mapping.source.read
    if not isinstance(read, SqlRead):
        raise TypeError(read)
    secrets = SecretTexts.of(reading.around.environment, read.location)
    with telling(secrets):
        engine = opened(secrets.filled(read.location))
        try:
            with engine.connect() as plain:
                paged = reading_only(plain, read).execution_options(
                    stream_results=True, yield_per=read.page_rows
                )
                question = _Question(reading, read, paged)
                yield from question.behind_the_mark() if read.cursor else question.everything()
        finally:
            engine.dispose()


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of a database.

    Its rows are the wanted columns and then those of the cursor.
    """

    reading: Reading
    read: SqlRead
    connection: Connection

    def behind_the_mark(self) -> Iterator[Page]:
        """Yield what is new since the mark, page by page."""
        state = self.reading.marks.get("", {})
        once: Once[tuple[Any, ...]] = Once(self.reading.seen)
        where, values = self._from(state)
        number, end = 0, ("", dict[str, object]())
        while not self.reading.stopped():
            asked = " AND ".join(f"({one})" for one in (where, end[0]) if one)
            found = list(self._fetched(asked, values | end[1], limit=self.read.page_rows))
            if not found:
                return
            page = self._page(found, number, state, once)
            if page is not None:
                yield page
                state = page.cursor.state if isinstance(page.cursor, Mark) else state
            if len(found) < self.read.page_rows:
                return
            where, values = self._beyond(self._cursor_of(found[-1]), ">", "v")
            end = end if number else self._not_behind_the_last()
            number += len(found)

    def everything(self) -> Iterator[Page]:
        """Yield the rows that are not as the last reading met them."""
        state = self.reading.marks.get("", {})
        generation = float(state.get("generation") or 0) + 1
        once: Once[tuple[Any, ...]] = Once(self.reading.seen)
        number, part = 0, list[tuple[Any, ...]]()
        for row in self._fetched("", {}, limit=None):
            part.append(row)
            if len(part) == self.read.page_rows:
                yield self._part(part, number, once, Mark(state=state, seen=((("", generation)),)))
                number, part = number + len(part), []
                if self.reading.stopped():
                    return
        last = Mark(
            state={"generation": generation}, seen=(("", generation),), forget_before=generation
        )
        yield self._part(part, number, once, last)

    def _page(
        self,
        found: list[tuple[Any, ...]],
        number: int,
        state: State,
        once: Once[tuple[Any, ...]],
    ) -> Page | None:
        """Return what is new of a page with the mark behind it; None where nothing is."""
        last = self._cursor_of(found[-1])
        place = place_of(last[0])
        moved: State = {str(i): to_state(value) for i, value in enumerate(last)}
        if place is None:
            return Page(rows=self._rows(found, number), cursor=Mark(state=moved), where="")
        before = place_of(from_state(str(state["0"]))) if state else None
        if before is not None and place < before:
            place, moved = before, state
        horizon = min(place, self._latest(last[0])) - self.read.look_back_seconds
        digests = [self._digest(row) for row in found]
        new = once.new(found, digests)
        if not new and moved == state:
            return None
        known = dict(
            zip(digests, (place_of(self._cursor_of(row)[0]) for row in found), strict=True)
        )
        seen = tuple((d, at) for d, at in known.items() if at is not None and at >= horizon)
        mark = Mark(state=moved, seen=seen, forget_before=horizon)
        return Page(rows=self._rows(new, number), cursor=mark, where="")

    def _part(
        self,
        found: list[tuple[Any, ...]],
        number: int,
        once: Once[tuple[Any, ...]],
        mark: Mark,
    ) -> Page:
        """Return what is new of a part of all rows; all of it is met by this generation."""
        digests = [self._digest(row) for row in found]
        generation = mark.seen[0][1]
        mark = Mark(
            state=mark.state,
            seen=tuple((digest, generation) for digest in digests),
            forget_before=mark.forget_before,
        )
        return Page(rows=self._rows(once.new(found, digests), number), cursor=mark, where="")

    def _from(self, state: State) -> tuple[str, dict[str, object]]:
        """Return the condition of a reading's first page, and its values."""
        if not state:
            return "", {}
        last = [from_state(str(state[str(i)])) for i in range(len(state))]
        if place_of(last[0]) is None:
            return self._beyond(last, ">", "v")
        beyond = max(0.0, (place_of(last[0]) or 0.0) - self._latest(last[0]))
        start = earlier(last[0], self.read.look_back_seconds + beyond)
        return f"{self._names()[0]} >= :v0", {"v0": start}

    def _latest(self, value: object) -> float:
        """Return the latest place of a mark: a row of tomorrow must hide none of today."""
        present = self.reading.around.clock().timestamp()
        return present if isinstance(value, date) else float("inf")

    def _beyond(
        self, row: Sequence[object], side: Literal["<", ">"], tag: str, *, itself: bool = False
    ) -> tuple[str, dict[str, object]]:
        """Return the condition for rows on one side of another; its first part finds an index.

        Args:
            row: The cursor of the other.
            side: Before it, or behind it.
            tag: What parameters are called, before their number.
            itself: Whether the other row fits too.
        """
        names = self._names()
        same = [f"{name} = :{tag}{i}" for i, name in enumerate(names)]
        cases = [
            " AND ".join([*same[:i], f"{name} {side} :{tag}{i}"]) for i, name in enumerate(names)
        ]
        cases += [" AND ".join(same)] * itself
        alternatives = " OR ".join(f"({case})" for case in cases)
        return f"{names[0]} {side}= :{tag}0 AND ({alternatives})", {
            f"{tag}{i}": value for i, value in enumerate(row)
        }

    def _not_behind_the_last(self) -> tuple[str, dict[str, object]]:
        """Return the condition for rows that are not behind the last one there is now."""
        newest = list(self._fetched("", {}, limit=1, last=True))
        if not newest:  # somebody has emptied the table
            return "", {}
        return self._beyond(self._cursor_of(newest[0]), "<", "e", itself=True)

    def _fetched(
        self, where: str, values: dict[str, object], limit: int | None, *, last: bool = False
    ) -> Iterator[tuple[Any, ...]]:
        from sqlalchemy import desc, literal_column, select, text  # noqa: PLC0415  an extra

        asked = relation_of(self.read)
        names = self._names()
        listed = [*map(self._quoted, self.reading.mapping.wanted), *names]
        # A colon of the query's own is no parameter.
        rows = text(f"{asked.replace(':', chr(92) + ':')} source_rows")
        asking: Any = select(*map(literal_column, listed)).select_from(rows)
        if names:
            placed = " AND ".join(f"{name} IS NOT NULL" for name in names)
            where = f"({where}) AND {placed}" if where else placed
            order: list[Any] = [literal_column(name) for name in names]
            asking = asking.where(text(where)).order_by(*(map(desc, order) if last else order))
        for row in self.connection.execute(asking.limit(limit), values):
            yield tuple(row)

    def _names(self) -> list[str]:
        return [self._quoted(name) for name in self.read.cursor]

    def _quoted(self, name: str) -> str:
        return self.connection.dialect.identifier_preparer.quote(name)

    def _cursor_of(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        return row[len(self.reading.mapping.wanted) :]

    def _digest(self, row: tuple[Any, ...]) -> str:
        return digest_of(map(text_of_value, row))

    def _rows(self, found: Sequence[tuple[Any, ...]], number: int) -> Rows:
        width = len(self.reading.mapping.wanted)
        values = tuple([text_of_value(row[i]) for row in found] for i in range(width))
        return Rows(values=values, lines=range(number + 1, number + 1 + len(found)))
