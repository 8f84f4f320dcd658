"""What a step type is: a way to ask a system for something, and to time its answer.

An action of the plan is compiled once, with its secrets put in; what it needs from earlier steps
waits as a closure. Whatever it talks to, the answer is a `Response`, so that extraction and
assertions are the same for all types.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from truegreen_definitions.plan import Synthetic
    from truegreen_definitions.secret_values import Secrets
    from truegreen_definitions.target import Target
    from truegreen_synthetics.assertions import Check
    from truegreen_synthetics.authentication import Authenticate
    from truegreen_synthetics.equipment import Connection, Equipment
    from truegreen_synthetics.http.exchanges import Exchange
    from truegreen_synthetics.http.responses import Response

__all__ = ["CompiledAction", "Kit", "Lasting", "Scope", "StepType"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What compiling an action needs beside the action.

    Attributes:
        secrets: Values of all secrets it names.
        agent: What the prober calls itself.
        mark: The mark of synthetic traffic, if the Policy has one.
        target: The journey's.
        authenticate: Gives the value of `Authorization`; None for a journey that sends none.
        journey: Its name.
        proxy: Proxy it is declared to go through; empty for what the environment says.
        shows_certificate: Whether it proves who it is by a certificate.
    """

    secrets: Secrets
    agent: str
    mark: Synthetic | None
    target: Target
    authenticate: Authenticate | None = None
    journey: str = ""
    proxy: str = ""
    shows_certificate: bool = False


class Scope(NamedTuple):
    """What the steps of one run share; a tuple, for there is one of every run.

    Attributes:
        variables: Values so far; a run adds to it what its steps extract.
        connection: To the journey's target.
        trace_headers: Returns the W3C trace context of a new span of the run's trace.
        equipment: What the process lends.
    """

    variables: Mapping[str, object]
    connection: Connection
    trace_headers: Callable[[], tuple[tuple[str, str], ...]]
    equipment: Equipment


class CompiledAction(Protocol):
    """An action that is ready to be done.

    Attributes:
        usual_checks: What must hold where no assertion is about the status.
    """

    @property
    def usual_checks(self) -> tuple[Check, ...]:
        """What must hold where no assertion is about the status."""

    def run(self, scope: Scope, timeout_seconds: float, exchange: Exchange) -> Response:
        """Do it once and return the answer; never wait longer than the timeout.

        Phases that ended go into the exchange, also when it fails.

        Raises:
            ExchangeError: There is no answer.
            RenderError: A variable has no value or one that does not fit.
        """

    def left_behind(self, scope: Scope, response: Response) -> str:
        """Return why an answer to a cleanup may mean that something is left; empty if it is not."""


class Lasting:
    """What step types share whose answers have no status: to be answered is to be well."""

    __slots__ = ()

    @property
    def usual_checks(self) -> tuple[Check, ...]:
        """Nothing."""
        return ()

    def left_behind(self, scope: Scope, response: Response) -> str:  # noqa: ARG002  the protocol's
        """Return nothing: an answer that is none raises."""
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepType:
    """A step type; its module's docstring says what its steps can do.

    Attributes:
        kind: The `kind` of its action in the plan.
        compile: Makes such an action ready; raises ValueError for what cannot be read. Any: the
            kind says which type of action it gets.
    """

    kind: str
    compile: Callable[[Any, Kit], CompiledAction]
