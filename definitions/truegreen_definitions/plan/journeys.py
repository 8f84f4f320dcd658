"""Synthetic transactions: what a robot customer does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from truegreen_definitions.names import MethodValue
from truegreen_definitions.plan.actions import Action  # noqa: TC001  pydantic reads the annotations
from truegreen_definitions.plan.authentication import Auth, ClientCertificate  # noqa: TC001  pydantic reads the annotations
from truegreen_definitions.plan.origin import Origin  # noqa: TC001  pydantic reads the annotations

__all__ = [
    "Assertion",
    "Cleanup",
    "Client",
    "DataRows",
    "Extraction",
    "Journey",
    "JourneyStep",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """A value taken from an answer into the variable `name`.

    Attributes:
        path: JSON path, or name of the header (in lower case) or cookie; empty for the text.
        source: Where it stands.
        regex: What it must match there; of a pattern with a group it is the group. Empty for all.
    """

    name: str
    path: str
    source: Literal["json", "header", "cookie", "text"] = "json"
    regex: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What must hold of a response.

    Attributes:
        subject: What it is about; `certificate` and `latency` are seconds, `size` is bytes.
        path: JSON path or name of a header; else empty.
        operator: `eq ne gt ge lt le contains matches exists`.
        operand: The value compared with, as JSON text.
    """

    subject: Literal["status", "json", "text", "regex", "header", "size", "certificate", "latency"]
    path: str
    operator: Literal["eq", "ne", "gt", "ge", "lt", "le", "contains", "matches", "exists"]
    operand: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyStep:
    """A step of a journey: what it does, judged by the thresholds of the service's step.

    Attributes:
        think_seconds: How long the robot waits before it.
    """

    step: str
    vendor: str
    satisfied_seconds: float
    tolerated_seconds: float
    timeout_seconds: float
    action: Action
    extract: tuple[Extraction, ...]
    asserts: tuple[Assertion, ...]
    origin: Origin
    think_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleanup:
    """What undoes what a journey made; it is done when the variable `when` has a value."""

    when: str
    action: Action
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """How a journey's requests travel.

    Attributes:
        connections: How long a connection lives: a `run`, one `request`, or `kept` over runs.
        proxy: URL of the proxy; empty for what the probe's environment says.
    """

    engine: Literal["lean", "fasthttp", "requests"] = "lean"
    connections: Literal["run", "request", "kept"] = "run"
    proxy: str = ""


USUAL_CLIENT = Client()


@dataclass(frozen=True, slots=True, kw_only=True)
class DataRows:
    """Rows that a journey takes turns with.

    Attributes:
        columns: Variables they give values, sorted.
        rows: Values in that order; none where they come from a file.
        csv: File with a heading, in the probe's data folder; empty for none.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    csv: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A synthetic transaction.

    Attributes:
        every_seconds: Length of a slot of the schedule; of cron, on average.
        locations: From where it is run.
        target: Base URL of the system under test.
        cron: When slots begin, by the clock of `zone`; empty for every so many seconds.
        during: Calendar outside of which nothing is run; empty for none.
        pause: Calendars during which nothing is run, sorted.
        confirm: How often a failed run is done again.
        writes_per_day: The most runs that may create something; 0 for any number.
        within_seconds: How long a run may take from end to end; None for the sum of what its
            steps tolerate.
        methods: How an overrun is shared among its steps: proportionally, and as contracts say.
    """

    name: str
    service: str
    every_seconds: float
    locations: tuple[str, ...]
    target: str
    steps: tuple[JourneyStep, ...]
    cleanup: tuple[Cleanup, ...]
    origin: Origin
    client: Client = USUAL_CLIENT
    cron: str = ""
    zone: str = ""
    during: str = ""
    pause: tuple[str, ...] = ()
    auth: Auth | None = None
    client_certificate: ClientCertificate | None = None
    data: DataRows | None = None
    confirm: int = 0
    writes_per_day: int = 0
    within_seconds: float | None = None
    methods: tuple[MethodValue, ...] = (MethodValue.PROPORTIONAL,)

    @property
    def browses(self) -> bool:
        """Whether a step of it drives a browser."""
        return any(step.action.kind == "browser" for step in self.steps)

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that may hold a template."""
        actions = (*(one.action for one in self.steps), *(one.action for one in self.cleanup))
        own = () if self.auth is None else self.auth.texts
        return (*own, *(text for action in actions for text in action.texts))
