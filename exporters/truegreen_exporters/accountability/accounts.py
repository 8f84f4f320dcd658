"""What is shown beyond promises: worth, processes, closed periods, outcomes, losses and more.

Each part looks again as often as what it tells can change, and says what it could not tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_exporters.accountability.contracts.facts import Books
from truegreen_exporters.accountability.contracts.shown import ShownContracts
from truegreen_exporters.accountability.expectations.shown import ShownProspects
from truegreen_exporters.accountability.losses.keeping import LossKeeping
from truegreen_exporters.accountability.losses.shown import ShownLosses
from truegreen_exporters.accountability.outcomes.shown import ShownOutcomes
from truegreen_exporters.accountability.showback.shown import ShownCosts
from truegreen_exporters.accountability.watermelon.followed import Followed
from truegreen_exporters.accountability.watermelon.history import Past
from truegreen_exporters.accountability.watermelon.revenue import Revenue
from truegreen_exporters.accountability.watermelon.shown import ClosedPeriods
from truegreen_exporters.process.shown import ShownProcesses
from truegreen_exporters.store import StoreError
from truegreen_exporters.store.charges import Charges
from truegreen_exporters.store.losses import LossBook
from truegreen_exporters.store.overrun_hours import OverrunHours
from truegreen_exporters.store.signal_hours import SignalHours

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from truegreen_definitions.plan import Plan
    from truegreen_exporters.engines.engines import Engines
    from truegreen_exporters.store import Connection
    from truegreen_exporters.store.ledger import Entry, Key
    from truegreen_telemetry.samples import SampleStore

__all__ = ["Accounts"]


class Accounts:
    """Shows what a plan's services and contracts come to; nothing of an earlier plan stays.

    Args:
        samples: Hold what is shown.
        plan: The plan.
        connection: To the state file.
        engine: Counts its rows.
        frozen: The closed periods as they were frozen; it grows while periods close.
        known_at: Rows are seen as they were known at this moment; None: as they are known now.
    """

    def __init__(
        self,
        samples: SampleStore,
        plan: Plan,
        connection: Connection,
        engine: Engines,
        *,
        frozen: Mapping[Key, Entry],
        known_at: datetime | None,
    ) -> None:
        self._plan, self._engine, self._connection = plan, engine, connection
        self._frozen = frozen
        self._hours = SignalHours(connection, plan)
        self._prospects = ShownProspects(samples)
        self._processes = ShownProcesses(samples, plan)
        self._closed = ClosedPeriods(
            samples,
            Past(plan, frozen, engine, self._hours),
            Followed(plan, engine),
            Revenue(plan, engine),
            plan,
        )
        self._outcomes = ShownOutcomes(samples, plan, engine)
        book = LossBook(connection, known_at)
        keeping = LossKeeping(plan, engine, book, reading=known_at is not None)
        self._losses = ShownLosses(samples, keeping)
        self._contracts = ShownContracts(samples, plan)
        self._costs = ShownCosts(samples, plan, connection)

    @property
    def about(self) -> frozenset[str]:
        """What something may be said about when it cannot be told."""
        plan = self._plan
        found: set[str] = set()
        for service in plan.services:
            found |= {f"closed periods of {service.name}", f"outcome of {service.name}"}
            found |= {f"expectation of {service.name}/{one.channel}" for one in service.values}
        found |= {*self._losses.about, *self._costs.about}
        return self._processes.ids | self._contracts.ids | found

    def show(
        self, at: datetime, now: datetime, sound: Collection[str]
    ) -> dict[str, tuple[str, ...]]:
        """Bring all of it up to date; return why something could not be told, by what it is about.

        What was looked at and is well is among them, without a reason.

        Args:
            at: The moment it is seen from.
            now: The present, or that moment where it is earlier.
            sound: Tables all of whose sources have been read.
        """
        return {
            **self._prospects.show(self._plan, self._engine, at),
            **self._processes.show(self._engine, at),
            **self._closed.show(now, len(self._frozen) + self._hours_known()),
            **self._outcomes.show(now),
            **self._losses.show(at, now, sound),
            **self._contracts.show(self._books, at),
            **self._costs.show(at),
        }

    def _hours_known(self) -> int:
        try:
            return self._hours.known()
        except StoreError:
            return 0  # who adds them up says why they cannot be read

    def _books(self, at: datetime) -> Books:
        return Books(
            plan=self._plan,
            engine=self._engine,
            closed=self._frozen,
            hours=self._hours,
            overruns=OverrunHours(self._connection, self._plan),
            charges=Charges(self._connection, self._plan),
            at=at,
        )
