"""What the exporter shows: window parts of agreements, calendars, and the state of its sources.

Counters of sources are taken over from the store, where they are kept over all runs, so a
restart never makes one go back.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.names import (
    ComponentValue,
    PartValue,
    RejectReasonValue,
    StandingValue,
)
from truegreen_exporters.exported.values import ExportedValues
from truegreen_telemetry.samples import SampleStore

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from truegreen_definitions.names import AuditCheckValue, CyclePhaseValue
    from truegreen_definitions.plan import Agreement, Measurement
    from truegreen_definitions.plan.codec import LoadedPlan
    from truegreen_exporters.engines.advance import Block
    from truegreen_exporters.engines.postgres.books import Books
    from truegreen_exporters.engines.question import Parts
    from truegreen_exporters.engines.value_question import Valued
    from truegreen_telemetry.instruments import Gauge
    from truegreen_telemetry.samples import Snapshot

__all__ = ["Exported"]


class Exported:
    """The exporter's samples; every counter of every source is there from the start, at 0.

    Attributes:
        store: Holds them.

    Args:
        since: Since when the sources' counters count, in Unix seconds.
    """

    def __init__(self, since: float) -> None:
        self.store = SampleStore()
        self._info = self.store.gauge(names.PLAN_INFO)
        self._parts = self.store.gauge(names.WINDOW_EVENTS)
        self._restated = self.store.gauge(names.WINDOW_RESTATED)
        self._closed = self.store.gauge(names.PERIOD_CLOSED)
        self._restatements = self.store.counter(names.PERIOD_RESTATEMENTS)
        self._measured = ExportedValues(self.store)
        self._calendars = self.store.gauge(names.CALENDAR_ACTIVE)
        self._up = self.store.gauge(names.SOURCE_UP)
        self._success = self.store.gauge(names.SOURCE_LAST_SUCCESS)
        self._lag = self.store.gauge(names.SOURCE_LAG)
        self._rows = self.store.counter(names.SOURCE_ROWS)
        self._rejected = self.store.counter(names.SOURCE_REJECTED)
        self._unmatched = self.store.counter(names.SOURCE_UNMATCHED)
        self._cycle = self.store.gauge(names.CYCLE_DURATION)
        self._phases = self.store.gauge(names.CYCLE_PHASE_DURATION)
        self._size = self.store.gauge(names.STATE_SIZE)
        self._series = self.store.gauge(names.EXPOSED_SERIES).child(ComponentValue.EXPORTER)
        self._removed = self.store.counter(names.REMOVED_ROWS)
        self._standing = self.store.gauge(names.SOURCE_STANDING)
        self._audit = self.store.gauge(names.AUDIT_DIFFERENCE)
        self._round = self.store.gauge(names.AUDIT_LAST_ROUND)
        self._sources: frozenset[str] = frozenset()
        self._gauges: dict[tuple[int, ...], dict[tuple[str, PartValue], list[Gauge]]] = {}
        for kept in (
            self._rows,
            self._rejected,
            self._unmatched,
            self._restatements,
            self._removed,
        ):
            kept.since = since

    def adopt(self, loaded: LoadedPlan) -> None:
        """Show what belongs to a plan, and nothing that belonged to the one before."""
        of_sources = (self._up, self._success, self._lag, self._rows, self._rejected, self._audit)
        self._standing.clear()
        self._gauges.clear()
        of_periods = (self._restated, self._closed, self._restatements)
        of_plan = (self._info, self._parts, self._calendars, self._unmatched, self._removed)
        for family in (*of_plan, *of_periods, *of_sources):
            family.clear()
        self._measured.clear()
        self._info.child(ComponentValue.EXPORTER, loaded.digest, loaded.revision).set(1)
        self._sources = frozenset(source.name for source in loaded.plan.sources)
        for source in loaded.plan.sources:
            self._rows.child(source.name)
            self._unmatched.child(source.name)
            for reason in RejectReasonValue:
                self._rejected.child(source.name, reason)

    def parts(self, agreement: Agreement, windows: Mapping[str, Parts]) -> None:
        """Show the parts of an agreement's windows."""
        for window, parts in windows.items():
            for part in PartValue:
                gauge = self._parts.child(
                    agreement.service, agreement.name, agreement.kind, part, window
                )
                gauge.set(getattr(parts, part))

    def counts(self, block: Block, agreements: Sequence[Agreement]) -> None:
        """Show what is new of the counts of agreements, which are found by their places.

        The gauges are kept: finding them again costs many times what setting them does.
        """
        gauges = self._gauges.get(block.places)
        if gauges is None:
            asked = [agreements[place] for place in block.places]
            gauges = self._gauges[block.places] = self._gauges_of(asked, block.labels)
        for window, part, counts in block.columns():
            for gauge, count in zip(gauges[window, part], counts, strict=True):
                gauge.set(count)

    def _gauges_of(
        self, agreements: Sequence[Agreement], labels: Sequence[str]
    ) -> dict[tuple[str, PartValue], list[Gauge]]:
        found: dict[tuple[str, PartValue], list[Gauge]] = defaultdict(list)
        for one in agreements:
            for window in labels:
                for part in PartValue:
                    gauge = self._parts.child(one.service, one.name, one.kind, part, window)
                    found[window, part].append(gauge)
        return found

    def no_parts(self, agreement: Agreement, windows: tuple[str, ...]) -> None:
        """Show no parts of an agreement: nothing is better than something wrong."""
        about = (agreement.service, agreement.name, agreement.kind)
        removed = [
            self._parts.remove(*about, part, window) for window in windows for part in PartValue
        ]
        if any(removed):
            self._gauges.clear()

    def period(self, agreement: Agreement, window: str, restated: Parts | None) -> None:
        """Show whether the last period of a window is frozen, and its parts as known now."""
        labels = (agreement.service, agreement.name, agreement.kind)
        self._closed.child(*labels, window).set(restated is not None)
        for part in PartValue:
            if restated is None:
                self._restated.remove(*labels, part, window)
            else:
                self._restated.child(*labels, part, window).set(getattr(restated, part))

    def restatements(self, agreement: Agreement, total: int) -> None:
        """Show how often closed periods of an agreement were restated."""
        labels = (agreement.service, agreement.name, agreement.kind)
        self._restatements.child(*labels).advance_to(total)

    def values(self, measurement: Measurement, windows: Mapping[str, Valued]) -> None:
        """Show a measure over its windows."""
        self._measured.show(measurement, windows)

    def value_period(self, measurement: Measurement, window: str, restated: Valued | None) -> None:
        """Show whether the last period of a window is frozen, and its value as known now."""
        self._measured.restate(measurement, window, restated)
        if measurement.bound is not None:
            labels = (measurement.service, measurement.name, measurement.kind, window)
            self._closed.child(*labels).set(restated is not None)

    def value_restatements(self, measurement: Measurement, total: int) -> None:
        """Show how often closed periods of what is promised of a value were restated."""
        if measurement.bound is not None:
            labels = (measurement.service, measurement.name, measurement.kind)
            self._restatements.child(*labels).advance_to(total)

    def no_values(self, measurement: Measurement, windows: tuple[str, ...]) -> None:
        """Show no value of a measure: nothing is better than something wrong."""
        self._measured.hide(measurement, windows)

    def parts_of(self, agreement: Agreement) -> dict[tuple[str, str], float]:
        """Return what is shown of an agreement by (window, part)."""
        about = (agreement.service, agreement.name, agreement.kind)
        found: dict[tuple[str, str], float] = {}
        for counted in agreement.windows:
            for part in PartValue:
                value = self._parts.value(*about, part, counted.window.label)
                if value is not None:
                    found[counted.window.label, part] = value
        return found

    def calendar(self, calendar: str, *, active: bool) -> None:
        """Show whether a calendar is active."""
        self._calendars.child(calendar).set(active)

    def totals(self, counters: Mapping[tuple[str, str, str], int]) -> None:
        """Show the cumulative counts of the store, by (source, kind, reason)."""
        for (source, kind, reason), total in counters.items():
            if source not in self._sources:
                continue
            if kind == "rejected":
                self._rejected.child(source, reason).advance_to(total)
            else:
                family = self._rows if kind == "rows" else self._unmatched
                family.child(source).advance_to(total)

    def removed(self, rows: Mapping[str, int]) -> None:
        """Show how many rows each table has let go, of those that let any go."""
        for table, total in rows.items():
            self._removed.child(table).advance_to(total)

    def in_place(self, source: str, books: Books) -> None:
        """Show what became of the rows of a source that stay where they are."""
        refused = Counter[str]()
        for reason, _, rows in books.refused:
            refused[reason] += rows
        found = {
            StandingValue.COUNTED: books.rows,
            StandingValue.NO_SERVICE: books.unmatched,
            StandingValue.REPEATED: books.repeated,
            StandingValue.BAD_VALUE: refused[RejectReasonValue.VALUE],
            StandingValue.MISSING_KEY: refused[RejectReasonValue.KEY],
        }
        for standing, rows in found.items():
            self._standing.child(source, standing).set(rows)

    def source_up(self, source: str, *, up: bool) -> None:
        """Show whether the last reading of a source went well."""
        self._up.child(source).set(up)

    def last_successes(self, successes: Mapping[str, float]) -> None:
        """Show when each source was last read without a fault, in Unix seconds."""
        for source in self._sources & successes.keys():
            when = successes[source]
            self._success.child(source).set(when)

    def lag(self, source: str, seconds: float | None) -> None:
        """Show the age of a source's newest record; none without records."""
        if seconds is None:
            self._lag.remove(source)
        else:
            self._lag.child(source).set(seconds)

    def cycle(self, phases: Mapping[CyclePhaseValue, float]) -> None:
        """Show how long the last cycle took, and each of its phases, in seconds."""
        self._cycle.child(ComponentValue.EXPORTER).set(sum(phases.values()))
        for phase, seconds in phases.items():
            self._phases.child(ComponentValue.EXPORTER, phase).set(seconds)

    def state_size(self, size: int | None) -> None:
        """Show the bytes of the state file; nothing of records that are kept in memory."""
        if size is not None:
            self._size.child(ComponentValue.EXPORTER).set(size)

    def audited(self, source: str, differences: Mapping[AuditCheckValue, int]) -> None:
        """Show by how many rows the books of a source differ."""
        for check, rows in differences.items():
            self._audit.child(source, check).set(rows)

    def audit_round(self, when: float | None) -> None:
        """Show when every agreement had last been counted again, in Unix seconds."""
        if when is not None:
            self._round.child(ComponentValue.EXPORTER).set(when)

    def snapshot(self) -> Snapshot:
        """Return all of it as it is now."""
        self._series.set(self.store.size())
        return self.store.snapshot()
