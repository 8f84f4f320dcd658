"""The users of a monitoring probe, through every change of its plan."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gevent.pool import Group

from truegreen_definitions import names
from truegreen_synthetics.engine.environments import environment_of, runner_of
from truegreen_synthetics.engine.equipping import robots_of
from truegreen_synthetics.engine.sessions import Sessions
from truegreen_synthetics.engine.users import ScheduledUser, user_class
from truegreen_synthetics.reaping import Patience, reap
from truegreen_synthetics.roster import changes
from truegreen_synthetics.selection import reassign

if TYPE_CHECKING:
    from pathlib import Path

    from truegreen_definitions.plan.codec import LoadedPlan
    from truegreen_synthetics.compensation import Journal
    from truegreen_synthetics.equipment import Equipment
    from truegreen_synthetics.journeys import CompiledJourney
    from truegreen_synthetics.metrics import ProbeMetrics
    from truegreen_synthetics.robot import RobotObserver
    from truegreen_synthetics.selection import Assignment
    from truegreen_telemetry.samples import SampleStore

__all__ = ["Staff"]


class Staff:
    """The users of a monitoring probe; a new plan changes only those that it is about.

    Attributes:
        assignment: What they do.

    Args:
        assignment: What they begin with.
        store: Where the probe's series live.
        observer: Is told of everything they do.
        metrics: Shows the journeys.
        equipment: What the process lends to runs.
        journal: Of what runs make; None for none.
        files: Folder of the journeys' rows.
    """

    def __init__(
        self,
        assignment: Assignment,
        store: SampleStore,
        metrics: ProbeMetrics,
        *,
        observer: RobotObserver,
        equipment: Equipment,
        journal: Journal | None,
        files: Path,
    ) -> None:
        self.assignment = assignment
        self._files = files
        self._equipment = equipment
        self._journal = journal
        self._metrics = metrics
        self._observer = observer
        self._info = store.gauge(names.PLAN_INFO)
        self._robots = robots_of(assignment.journeys, observer, equipment, journal)
        self._patience = Patience(equipment.clock)
        self._leaving = Group()
        classes = [user_class(ScheduledUser, name, robot=it) for name, it in self._robots.items()]
        self.environment = environment_of(classes)
        self._tell_plan()

    def take(self, only: str | None, loaded: LoadedPlan) -> None:
        """Go on with another plan; runs that are under way end as they began.

        Args:
            only: The one journey the probe was told to run; None for all.
            loaded: The plan.

        Raises:
            TerminalError: Something of it cannot be run; everything is as before.
        """
        new = reassign(loaded, self.assignment.location, only, os.environ, self._files)
        found = changes(self.assignment, new)
        self.assignment = new
        self._tell_plan()
        for name in found.gone:
            self._leaving.spawn(self._let_go, name)
        for journey in found.changed:
            self._leaving.spawn(self._replace, journey)
        for journey in found.added:
            self._hire(journey)

    def settle(self) -> None:
        """Wait until everybody who has to leave has left."""
        self._leaving.join()

    def reap(self) -> None:
        """Take back what runs that are over have left behind, and show what cannot be."""
        if self._journal is None:
            return
        journeys = {one.name: one for one in self.assignment.journeys}
        connect = Sessions(()).open
        self._metrics.orphans(
            reap(self._journal, journeys, connect, self._equipment, self._patience)
        )

    def _tell_plan(self) -> None:
        self._info.clear()
        info = (names.ComponentValue.PROBE, self.assignment.digest, self.assignment.revision)
        self._info.child(*info).set(1)

    def _hire(self, journey: CompiledJourney) -> None:
        self._metrics.add(journey)
        robots = robots_of((journey,), self._observer, self._equipment)
        self._robots |= robots
        user = user_class(ScheduledUser, journey.name, robot=robots[journey.name])
        self.environment.user_classes.append(user)
        runner_of(self.environment).spawn_users({journey.name: 1})

    def _let_go(self, name: str) -> None:
        self._dismiss(name)
        self._metrics.remove(name)

    def _replace(self, journey: CompiledJourney) -> None:
        self._dismiss(journey.name)
        self._hire(journey)

    def _dismiss(self, name: str) -> None:
        """Let a journey's user end: at once while it waits, else after its present run."""
        at_once = self._robots.pop(name).retire()
        for greenlet in list(runner_of(self.environment).user_greenlets):
            users = [one for one in greenlet.args if type(one).__name__ == name]  # none once ended
            for user in users:
                if at_once:
                    user.stop()
                greenlet.join()
        classes = self.environment.user_classes
        classes[:] = [one for one in classes if one.__name__ != name]
