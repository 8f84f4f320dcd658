"""Takes over a plan that was built again while a process runs, and says how that went.

The last good plan is kept: a file that is no plan changes nothing, and neither does a plan that
the process refuses (a changed key of a table, a secret that is missing). A refused plan is tried
again when the file changes or when somebody asks (SIGHUP).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from truegreen_definitions import names
from truegreen_definitions.errors import TerminalError

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_definitions.names import ComponentValue
    from truegreen_definitions.plan.codec import LoadedPlan
    from truegreen_definitions.plan.file import PlanFile
    from truegreen_telemetry.samples import SampleStore

__all__ = ["POLL_SECONDS", "PlanReload"]

POLL_SECONDS = 1.0

_log = structlog.get_logger(__name__)


class PlanReload:
    """The plan a process runs.

    Args:
        file: Where the plan comes from.
        running: What the process runs already.
        component: The process.
        store: Shows how the last reload went.
        clock: Returns Unix seconds.
    """

    def __init__(
        self,
        file: PlanFile,
        running: LoadedPlan,
        component: ComponentValue,
        store: SampleStore,
        clock: Callable[[], float],
    ) -> None:
        self._file = file
        self._clock = clock
        self._successful = store.gauge(names.PLAN_RELOAD_SUCCESSFUL).child(component)
        self._success = store.gauge(names.PLAN_RELOAD_SUCCESS_TIMESTAMP).child(component)
        self._tried = running
        self._refused = ""
        self._succeeded()

    def poll(self, take: Callable[[LoadedPlan], None], *, asked: bool = False) -> bool:
        """Look at the file; return whether another plan was taken over.

        Args:
            take: Makes the process run a plan; raises TerminalError and changes nothing where it
                cannot.
            asked: Whether somebody wants it taken over now, even if it seems unchanged.
        """
        loaded = self._file.current()
        if not asked and loaded is self._tried:
            self._successful.set(not (self._file.fault or self._refused))
            return False
        self._tried = loaded
        try:
            take(loaded)
        except TerminalError as error:
            self._refused = str(error)
            self._successful.set(0)
            _log.warning("plan_refused", reason=self._refused, digest=loaded.digest)
            return False
        self._refused = ""
        self._succeeded()
        _log.info("plan_taken_over", digest=loaded.digest, revision=loaded.revision)
        return True

    def _succeeded(self) -> None:
        self._successful.set(not self._file.fault)
        self._success.set(self._clock())
