"""What the exporter shows of the ledger of losses; money that nobody lost is 0, not absent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.names import BookingValue, BoundValue
from truegreen_exporters.accountability.losses import windows

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from truegreen_definitions.plan import Service
    from truegreen_exporters.accountability.losses.booking import Booking
    from truegreen_exporters.accountability.losses.keeping import Kept, LossKeeping
    from truegreen_telemetry.samples import SampleStore

__all__ = ["ShownLosses"]


class ShownLosses:
    """The samples of losses, placebo windows and bookings.

    Args:
        store: Where samples are.
        keeping: Keeps the ledger.
    """

    def __init__(self, store: SampleStore, keeping: LossKeeping) -> None:
        self._keeping = keeping
        self._seen: tuple[int, date] | None = None
        self._loss = store.gauge(names.LOSS)
        self._strata = store.gauge(names.LOSS_STRATUM)
        self._transactions = store.gauge(names.LOST_TRANSACTIONS)
        self._deferred = store.gauge(names.DEFERRED_COST)
        self._episodes = store.gauge(names.LOSS_EPISODES)
        self._severities = store.gauge(names.INCIDENT_SEVERITY)
        self._restatements = store.counter(names.LOSS_RESTATEMENTS)
        self._booking = store.gauge(names.LOSS_BOOKING)
        self._avoided = store.gauge(names.AVOIDED_LOSS)
        self._cases = store.gauge(names.AVOIDED_CASES)
        self._saved = store.gauge(names.SAVED)
        self._tried = {
            "windows": store.gauge(names.PLACEBO_WINDOWS),
            "coverage": store.gauge(names.PLACEBO_COVERAGE),
            "bias": store.gauge(names.PLACEBO_BIAS),
            "booked": store.gauge(names.PLACEBO_BOOKED),
        }

        self._clear()

    @property
    def about(self) -> tuple[str, ...]:
        """What each channel is called where something is said about its losses."""
        return tuple(kept.channel.about for kept in self._keeping.kept)

    def show(
        self, at: datetime, now: datetime, sound: Collection[str]
    ) -> dict[str, tuple[str, ...]]:
        """Bring the ledger up to date and show it; return what failed, by what it is about.

        Args:
            at: The moment it is seen from.
            now: The present, or that moment where it is earlier.
            sound: Tables all of whose sources have been read.
        """
        faults = self._keeping.advance(at, now, sound)
        seen = self._keeping.revision, at.date()
        if seen != self._seen:
            self._seen = seen
            self._clear()
            self._show(at)
        return faults

    def _clear(self) -> None:
        for family in (self._avoided, self._cases, self._saved):
            family.clear()
        for family in (self._loss, self._strata, self._transactions, self._deferred):
            family.clear()
        for family in (self._episodes, self._severities, self._booking, *self._tried.values()):
            family.clear()

    def _show(self, at: datetime) -> None:
        by_service: dict[str, list[Kept]] = {}
        for kept in self._keeping.kept:
            by_service.setdefault(kept.channel.service.name, []).append(kept)
        for name, channels in by_service.items():
            found = [one for one in self._keeping.latest.values() if one.service == name]
            service = channels[0].channel.service
            today = windows.today_of(at, service.zone)
            for window in windows.WINDOWS:
                days = windows.days_of(window, today)
                self._show_money(service, channels, found, window, days)
                self._show_avoided(service, channels, window, days)
                self._show_saved(service, window, days, today)
                for kept in channels:
                    self._show_channel(kept, found, window, days)
        for kept in self._keeping.kept:
            self._show_state(kept)

    def _show_money(
        self,
        service: Service,
        channels: Sequence[Kept],
        found: Sequence[Booking],
        window: str,
        days: tuple[str, str],
    ) -> None:
        parties = sorted({"", *(step.vendor for step in service.steps)})
        for currency in sorted({kept.channel.value.currency for kept in channels}):
            for vendor in parties:
                for bound in BoundValue:
                    self._loss.child(service.name, vendor, window, currency, bound).set(0)
            self._deferred.child(service.name, window, currency).set(0)
        for (vendor, currency, bound), amount in windows.by_vendor(found, days).items():
            self._loss.child(service.name, vendor, window, currency, bound).set(float(amount))
        for (by, stratum, currency), amount in windows.by_stratum(found, days, service).items():
            self._strata.child(service.name, by, stratum, window, currency).set(float(amount))
        for currency, amount in windows.deferred(found, days, service.zone).items():
            self._deferred.child(service.name, window, currency).set(float(amount))
        scale = channels[0].channel.terms.severities
        for pair, count in windows.by_severity(found, days, scale).items():
            self._severities.child(service.name, *pair, window).set(count)

    def _show_avoided(
        self, service: Service, channels: Sequence[Kept], window: str, days: tuple[str, str]
    ) -> None:
        if channels[0].channel.terms.avoided is None:
            return
        preventions = [one for kept in channels for one in kept.avoided]
        for who, amount in windows.by_party(preventions, days).items():
            vendor, currency, bound = who
            self._avoided.child(service.name, vendor, window, currency, bound).set(float(amount))
        within = {one.incident for one in preventions if days[0] <= one.day <= days[1]}
        self._cases.child(service.name, window).set(len(within))

    def _show_saved(
        self, service: Service, window: str, days: tuple[str, str], today: date
    ) -> None:
        for saving in service.losses.savings if service.losses else ():
            amount = self._keeping.saved(service, saving, days, today)
            if amount is not None:
                labels = (service.name, saving.name, saving.kind, window, saving.currency)
                self._saved.child(*labels).set(float(amount))

    def _show_channel(
        self, kept: Kept, found: Sequence[Booking], window: str, days: tuple[str, str]
    ) -> None:
        service, channel = kept.channel.service, kept.channel.name
        mine = [one for one in found if one.channel == channel]
        for part, number in windows.transactions(mine, days, service.zone).items():
            self._transactions.child(service.name, channel, part, window).set(float(number))
        counted = windows.states(mine, days, service.zone)
        known = {one.episode for one in mine}
        counted[BookingValue.SETTLING] = sum(one.key not in known for one in kept.episodes)
        for state, count in counted.items():
            self._episodes.child(service.name, channel, state, window).set(count)

    def _show_state(self, kept: Kept) -> None:
        who = (kept.channel.service.name, kept.channel.name)
        revised = sum(one.revision for key, one in self._keeping.latest.items() if key[:2] == who)
        self._restatements.child(*who).advance_to(revised)
        if kept.placebo is None:
            return
        self._booking.child(*who).set(kept.placebo.trusted)
        for name, family in self._tried.items():
            if name == "windows" or kept.placebo.windows:
                family.child(*who).set(getattr(kept.placebo, name))
