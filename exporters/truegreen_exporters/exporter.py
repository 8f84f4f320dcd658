"""A cycle of the exporter: read every source, count every agreement, return what to show.

A source that fails keeps its last good rows and says so; an agreement that cannot be counted is
not shown at all.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from truegreen_definitions.calendars.activity import is_active
from truegreen_definitions.errors import TerminalError
from truegreen_definitions.names import AuditCheckValue, CyclePhaseValue
from truegreen_definitions.plan import WebhookRead
from truegreen_exporters.accountability.accounts import Accounts
from truegreen_exporters.asked import questions, value_questions
from truegreen_exporters.audit import Audit
from truegreen_exporters.counting import Counting
from truegreen_exporters.engines.duckdb import DuckDbEngine
from truegreen_exporters.engines.engine import CountError, UnreachableError
from truegreen_exporters.engines.engines import Engines
from truegreen_exporters.engines.postgres.watched import WatchedPostgres
from truegreen_exporters.exported.apart import ShownApart
from truegreen_exporters.exported.parts import Exported
from truegreen_exporters.intake.feed import Feed
from truegreen_exporters.intake.hooks import Hooks
from truegreen_exporters.intake.inbox import InboxError
from truegreen_exporters.intake.ingest import Outcome
from truegreen_exporters.intake.mapping import Mapping
from truegreen_exporters.intake.usable import Usable
from truegreen_exporters.measuring import Measuring
from truegreen_exporters.placed import servers
from truegreen_exporters.store import StoreError
from truegreen_exporters.store.ledger import Ledger
from truegreen_exporters.store.value_ledger import ValueLedger

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from truegreen_definitions.plan import Plan
    from truegreen_definitions.plan.codec import LoadedPlan
    from truegreen_exporters.sources.pages import Surroundings
    from truegreen_exporters.store import Store
    from truegreen_telemetry.samples import Snapshot

__all__ = ["Exporter"]

PATIENCE_SECONDS = 5.0  # a cycle waits as long for all sources that wait for others
LET_GO_SECONDS = 3600.0  # rows have days of grace, and finding old ones reads their times

_LOG = structlog.get_logger(__name__)


class Exporter:
    """Reads the plan's sources into a store and counts its agreements.

    Attributes:
        loaded: The plan it follows.
        samples: What is shown.
        hooks: Takes what others post.
        failed: Sources and agreements whose last reading or counting failed, with the reason.

    Args:
        loaded: The plan.
        store: Its records.
        around: Where the sources are read.
        known_at: Count the rows as they were known at this moment; None: as they are known now.
        once: There will be one cycle, and who asked for it says himself what failed.
    """

    def __init__(
        self,
        loaded: LoadedPlan,
        store: Store,
        around: Surroundings,
        known_at: datetime | None = None,
        *,
        once: bool = False,
    ) -> None:
        self._store = store
        self._once = once
        self._usable = Usable(once=once)
        self._local = DuckDbEngine(store.connection, known_at)
        self._elsewhere: tuple[WatchedPostgres, ...] = ()
        self._known_at = known_at
        self._around = around
        self._exported = Exported(store.since)
        self.samples = self._exported.store
        self._apart = ShownApart(self.samples)
        self.failed: dict[str, tuple[str, ...]] = {}
        self._failed_apart: frozenset[str] = frozenset()
        self._ended: set[str] = set()
        self._feeds: list[Feed] = []
        self.hooks = Hooks(
            plan=lambda: self.loaded.plan, inbox=around.inbox, environment=around.environment
        )
        self._number_posts(loaded.plan)
        self._follow(loaded)

    def adopt(self, loaded: LoadedPlan) -> None:
        """Go on with another plan; records and counters stay.

        Raises:
            TerminalError: The records do not fit it, or its webhooks have no inbox; everything
                is as before.
        """
        hooked = [s.name for s in loaded.plan.sources if isinstance(s.read, WebhookRead)]
        if hooked and self._around.inbox is None:
            raise TerminalError(
                f"webhook {hooked[0]} has no inbox: start the exporter again, with --state"
            )
        for source in self._store.adopt(loaded.plan):
            _LOG.info("source_read_again", source=source)
        self._follow(loaded)

    def cycle(
        self, at: datetime, stopped: Callable[[], bool] = lambda: False, *, wait: bool = False
    ) -> Snapshot:
        """Read what is new, count the windows as seen from a moment, return what to show.

        Args:
            at: The moment.
            stopped: Asked between pages; true ends the reading early.
            wait: Whether to wait until every source has been read to its end.
        """
        begin = time.perf_counter()
        self._let_go_unclaimed()
        patience = None if wait else time.monotonic() + PATIENCE_SECONDS
        for feed in self._feeds:
            self._read(feed, stopped, patience)
        for server in self._elsewhere:
            self._look(server, at, wait=wait)
        self._let_go_old()
        return self._shown(at, begin, () if stopped() else self._sound())

    def recall(self, at: datetime) -> Snapshot:
        """Return what to show of the records that are already in the store."""
        return self._shown(at, time.perf_counter())

    def _follow(self, loaded: LoadedPlan) -> None:
        self.loaded, plan = loaded, loaded.plan
        tables = {table.name: table for table in plan.tables}
        self._mappings = [Mapping.of(source, tables[source.table]) for source in plan.sources]
        self._let_go_due = float("-inf")
        self._feeds = self._fed([one for one in self._mappings if not one.source.in_place])
        self._elsewhere = self._watched(plan)
        self._engine = Engines(
            self._local, {table: one for one in self._elsewhere for table in one.mappings}
        )
        self._questions = questions(plan)
        self._counting = Counting(
            plan,
            self._questions,
            engine=self._engine,
            changes=self._store.changes if self._known_at is None else None,
            ledger=Ledger(self._store.connection, self._known_at),
            exported=self._exported,
        )
        measures = value_questions(plan)
        self._measuring = Measuring(
            plan,
            measures,
            engine=self._engine,
            changes=self._store.changes if self._known_at is None else None,
            ledger=ValueLedger(self._store.connection, self._known_at),
            exported=self._exported,
        )
        self._accounts = Accounts(
            self.samples,
            plan,
            self._store.connection,
            self._engine,
            frozen=self._counting.frozen,
            known_at=self._known_at,
        )
        self._audit = Audit(plan, self._questions, self._engine)
        self._calendars = plan.calendars
        self._exported.adopt(loaded)
        self._apart.adopt(self._questions, measures)
        known = {f"source {source.name}" for source in plan.sources}
        known |= {f"audit of source {source.name}" for source in plan.sources}
        known |= {f"agreement {agreement.id}" for agreement in plan.agreements}
        known |= {f"measure {measurement.id}" for measurement in plan.measurements}
        known |= self._accounts.about
        self.failed = {what: why for what, why in self.failed.items() if what in known}

    def _number_posts(self, plan: Plan) -> None:
        """Let no post have a number that the store has taken already."""
        if self._around.inbox is not None:
            last = [
                self._store.marks(s.name).get("", {}).get("id")
                for s in plan.sources
                if isinstance(s.read, WebhookRead)
            ]
            self._around.inbox.go_on_behind(max((int(n or 0) for n in last), default=0))

    def _let_go_unclaimed(self) -> None:
        if self._around.inbox is None:
            return
        try:
            gone = self._around.inbox.let_go_unclaimed([s.name for s in self.loaded.plan.sources])
        except InboxError as error:
            self._judge("inbox", (str(error),))
            return
        self._judge("inbox", ())
        if gone:
            _LOG.warning("posts_unclaimed", count=gone)

    def _let_go_old(self) -> None:
        """Once an hour, remove the rows that their tables do not keep any more."""
        if time.monotonic() < self._let_go_due:
            return
        self._let_go_due = time.monotonic() + LET_GO_SECONDS
        try:
            gone = self._store.let_go(self.loaded.plan, self._around.clock())
        except StoreError as error:
            self._judge("retention", (str(error),))
            return
        self._judge("retention", ())
        if gone:
            _LOG.info("rows_removed", tables=gone)

    def _fed(self, mappings: Sequence[Mapping]) -> list[Feed]:
        """Return a feed of each source: the one that it had, if it is still the same source."""
        before = {feed.mapping.source.name: feed for feed in self._feeds}
        feeds = []
        for mapping in mappings:
            feed = before.get(mapping.source.name)
            if feed is None or feed.mapping != mapping:
                feed = Feed(mapping, self._around)
            feeds.append(feed)
        for feed in before.values():
            if feed not in feeds:
                feed.abandon()
        return feeds

    def _watched(self, plan: Plan) -> tuple[WatchedPostgres, ...]:
        """Return the databases in which rows stay; each as it was, if nothing of it changed."""
        before = {one.same: one for one in self._elsewhere}
        found = []
        for read, relative, mappings in servers(plan):
            made = WatchedPostgres(read, self._around.environment, mappings, relative)
            if relative and made.same not in before:
                sources = sorted(one.source.name for one in mappings.values())
                _LOG.warning("engine_untested", engine=relative.name, sources=sources)
            found.append(before.pop(made.same, made))
        for one in before.values():
            one.abandon()
        return tuple(found)

    def _look(self, server: WatchedPostgres, at: datetime, *, wait: bool) -> None:
        """Take what a database was asked, and say how its sources are."""
        if not server.look(at, wait=wait):
            return
        for table, mapping in server.mappings.items():
            name, faults = mapping.source.name, tuple(filter(None, (server.fault,)))
            try:
                books = server.books(table, at)
            except CountError as error:
                faults = faults or (str(error),)
            else:
                self._exported.in_place(name, books)
                faults += books.faults(mapping.table.key)
            (self._ended.discard if faults else self._ended.add)(name)
            self._exported.source_up(name, up=not faults)
            self._judge(f"source {name}", faults)
            if not faults:
                self._store.succeeded(name, self._around.clock().timestamp())

    def _sound(self) -> Collection[str]:
        """Return the tables all of whose sources have been read to their end without a fault."""
        if self._known_at is not None:
            return ()
        unsound = {m.table.name for m in self._mappings if m.source.name not in self._ended}
        return {mapping.table.name for mapping in self._mappings} - unsound

    def _shown(self, at: datetime, begin: float, sound: Collection[str] = ()) -> Snapshot:
        read = time.perf_counter()
        judged: dict[str, tuple[str, ...]] = dict.fromkeys(self._failed_apart, ())
        now = min(at, self._around.clock())
        judged |= self._counting.show(at, now, sound)
        judged |= self._measuring.show(at, now, sound)
        judged |= self._accounts.show(at, now, sound)
        failing = {what for what, faults in judged.items() if faults}
        apart = self._apart.show(self._engine, at, failing)
        self._failed_apart = frozenset(apart)
        for what, faults in (judged | {what: (why,) for what, why in apart.items()}).items():
            self._judge(what, faults)
        for mapping in self._mappings:
            self._exported.lag(mapping.source.name, self._lag(mapping, at))
        for calendar in self._calendars:
            self._exported.calendar(calendar.name, active=is_active(calendar, at))
        self._exported.totals(self._store.counters())
        self._exported.removed(self._store.gone(self.loaded.plan))
        self._exported.last_successes(self._store.successes())
        counted = time.perf_counter()
        self._reconcile(at)
        end = time.perf_counter()
        phases = (read - begin, counted - read, end - counted)
        self._exported.cycle(dict(zip(CyclePhaseValue, phases, strict=True)))
        self._exported.state_size(self._store.size())
        return self._exported.snapshot()

    def _reconcile(self, at: datetime) -> None:
        self._audit.advance(at, time.monotonic(), self._exported.parts_of)
        parts = self._audit.by_source()
        for source, (rows, stored) in self._store.differences(self.loaded.plan).items():
            found = {
                AuditCheckValue.ROWS: rows,
                AuditCheckValue.STORE: stored,
                AuditCheckValue.PARTS: parts.get(source, 0),
            }
            self._exported.audited(source, found)
            wrong = [f"{check}: {n} rows" for check, n in found.items() if n]
            self._judge(f"audit of source {source}", tuple(wrong))
        self._exported.audit_round(self._audit.last_round)

    def _read(self, feed: Feed, stopped: Callable[[], bool], patience: float | None) -> None:
        name = feed.mapping.source.name
        outcome: Outcome | None
        try:
            outcome = self._checked(feed, feed.take(self._store, stopped, patience))
            if outcome and outcome.ended and not outcome.faults:
                self._store.succeeded(name, self._around.clock().timestamp())
        except StoreError as error:
            outcome = Outcome(faults=(str(error),))
        if outcome is None:
            return
        if outcome.rows:
            _LOG.info("rows_read", source=name, rows=outcome.rows)
        if outcome.ended:
            (self._ended.discard if outcome.faults else self._ended.add)(name)
            self._exported.source_up(name, up=not outcome.faults)
            self._judge(f"source {name}", outcome.faults)

    def _checked(self, feed: Feed, outcome: Outcome | None) -> Outcome | None:
        """Return how a reading went; that nothing it gave can be used is a fault too."""
        if outcome is None or not outcome.ended or outcome.faults:
            return outcome
        source, counters = feed.mapping.source, self._store.counters()
        awaited = not isinstance(source.read, WebhookRead)
        if self._usable.newly_empty(source.name, counters) and awaited:
            _LOG.warning("source_has_no_rows", source=source.name, read=source.read.location)
        fault = self._usable.fault(source.name, outcome, counters)
        return replace(outcome, faults=(fault,)) if fault else outcome

    def _lag(self, mapping: Mapping, at: datetime) -> float | None:
        """Return the age of the source's newest row by the anchor of an agreement on its table."""
        for agreement, question in self._questions:
            sound = f"agreement {agreement.id}" not in self.failed
            if sound and question.records.table == mapping.table.name:
                try:
                    last = self._engine.newest(mapping.source.name, question, at)
                except UnreachableError:
                    return None  # the source says so itself
                return None if last is None else at.timestamp() - last
        return None

    def _judge(self, what: str, faults: tuple[str, ...]) -> None:
        """Say when something begins to fail, fails in another way, or works again."""
        before = self.failed.pop(what, ())
        if faults:
            self.failed[what] = faults
        if self._once:
            return
        if faults and faults != before:
            _LOG.error("failed", what=what, reasons=list(faults))
        elif before and not faults:
            _LOG.info("recovered", what=what)
