"""The plan: the immutable result of compiling the definitions.

Everything else is derived from it: the emitters turn it into artefacts, the exporter and the
probe read it as `plan.json`. It holds no clock, no path of a machine and no secret, and every
collection is a tuple in a fixed order, so that the same definitions give the same bytes.

Identity:
    A service, step, journey, team, vendor, table or source is its `name`; an agreement is
    `service/name` (`order-to-cash/availability`). Every object knows its `origin`.

Its parts stand beside it, one module per subject; all are read from this package.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from truegreen_definitions.plan.agreements import Agreement  # noqa: TC001  pydantic reads the annotations
from truegreen_definitions.plan.calendars import Calendar  # noqa: TC001  pydantic reads the annotations
from truegreen_definitions.plan.contracts import Contract  # noqa: TC001  pydantic reads the annotations
from truegreen_definitions.plan.journeys import Journey  # noqa: TC001  pydantic reads the annotations
from truegreen_definitions.plan.measurements import Measurement  # noqa: TC001  pydantic reads the annotations
from truegreen_definitions.plan.parties import Team, Vendor  # noqa: TC001  pydantic reads the annotations
from truegreen_definitions.plan.policy import Policy  # noqa: TC001  pydantic reads the annotations
from truegreen_definitions.plan.services import Service  # noqa: TC001  pydantic reads the annotations
from truegreen_definitions.plan.tables import Source, Table  # noqa: TC001  pydantic reads the annotations

__all__ = ["PLAN_FORMAT", "Plan"]

PLAN_FORMAT = 4


@dataclass(frozen=True, kw_only=True)  # without slots: what is looked up for each service is kept
class Plan:
    """The whole of it; every tuple but `Service.steps` and `Journey.steps` is sorted by name.

    Attributes:
        format: Version of this shape; a reader refuses another.
    """

    format: int = PLAN_FORMAT
    policy: Policy
    calendars: tuple[Calendar, ...] = ()
    teams: tuple[Team, ...] = ()
    vendors: tuple[Vendor, ...] = ()
    services: tuple[Service, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    tables: tuple[Table, ...] = ()
    sources: tuple[Source, ...] = ()
    journeys: tuple[Journey, ...] = ()
    contracts: tuple[Contract, ...] = ()
    measurements: tuple[Measurement, ...] = ()

    def service(self, name: str) -> Service:
        """Return the service of that name.

        Raises:
            KeyError: There is none.
        """
        return self._services[name]

    def journeys_of(self, service: str) -> tuple[Journey, ...]:
        """Return the journeys through a service of that name, in order of the plan."""
        return self._journeys.get(service, ())

    @cached_property
    def _services(self) -> dict[str, Service]:
        return {service.name: service for service in self.services}

    @cached_property
    def _journeys(self) -> dict[str, tuple[Journey, ...]]:
        found: dict[str, list[Journey]] = defaultdict(list)
        for journey in self.journeys:
            found[journey.service].append(journey)
        return {service: tuple(journeys) for service, journeys in found.items()}
