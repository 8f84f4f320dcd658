"""The process of a service as rows tell of it."""

from __future__ import annotations

from dataclasses import dataclass

from truegreen_definitions.names import MethodValue  # noqa: TC001  pydantic reads the annotations when plan.json is loaded
from truegreen_definitions.plan.origin import Origin  # noqa: TC001  pydantic reads the annotations
from truegreen_definitions.units import Window  # noqa: TC001  pydantic reads the annotations

__all__ = ["Process", "Visit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Where the times of visits stand: of one step in every row, or of the step a row names.

    All but `step` and `when` are columns of times, empty where there is none.

    Attributes:
        step: The step; empty where a column names it.
        column: Column that names the step; empty where `step` does.
        when: SQL that a row must meet to be such a visit; empty for every row.
    """

    step: str
    column: str
    queued: str
    accepted: str
    start: str
    end: str
    when: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """Cases and their visits to the steps of a service, as rows of a table.

    Attributes:
        case: Column that names the case.
        where: SQL that a row must meet to count at all; empty for every row.
        visits: Where visits are found.
        customer: Where waits for the customer are found, as visits of no step.
        within_seconds: How long a case may take from end to end; None for the sum of what its
            steps tolerate.
        windows: Over which cases are counted.
        methods: How an overrun is shared among the steps: proportionally, and as contracts say.
    """

    table: str
    case: str
    where: str
    visits: tuple[Visit, ...]
    customer: tuple[Visit, ...]
    within_seconds: float | None
    windows: tuple[Window, ...]
    methods: tuple[MethodValue, ...]
    origin: Origin
