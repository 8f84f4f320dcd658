"""Who is let in: known clients at once, others after a check in a thread, few at a time."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

import structlog

from truegreen_telemetry.web.messages import refusal

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from concurrent.futures import Executor

    from truegreen_telemetry.web.messages import Request, Response

__all__ = ["MOST_WAITING", "AsideGate", "Door", "Gate", "Open"]

MOST_WAITING = 32
_LOG = structlog.get_logger(__name__)


class Gate(Protocol):
    """Decides who is let in and how, and what every response says beside its own headers.

    Attributes:
        encrypts: Whether connections are encrypted.
    """

    encrypts: bool

    def tls(self) -> ssl.SSLContext | None:
        """Return the context for a new connection, or None for a plain one."""

    def refuses(self, request: Request) -> Response | None:
        """Return why a request is refused, or None; may take long, and is called in a thread."""

    def knows(self, request: Request) -> bool:
        """Return at once whether a request is let in without any doubt."""

    def headers(self) -> tuple[tuple[str, str], ...]:
        """Return the headers of every response."""


class Open:
    """The gate that lets everybody in."""

    encrypts = False

    def tls(self) -> ssl.SSLContext | None:
        """Leave connections plain."""
        return None

    def refuses(self, request: Request) -> Response | None:  # noqa: ARG002  a Gate's
        """Refuse nobody."""
        return None

    def knows(self, request: Request) -> bool:  # noqa: ARG002  a Gate's
        """Know everybody."""
        return True

    def headers(self) -> tuple[tuple[str, str], ...]:
        """Add nothing."""
        return ()


class AsideGate:
    """A gate whose slow checks run elsewhere, where threads of the process are none (gevent).

    Args:
        gate: The gate.
        aside: Calls a function with a request and returns its answer.
    """

    def __init__(
        self,
        gate: Gate,
        aside: Callable[[Callable[[Request], Response | None], Request], Response | None],
    ) -> None:
        self._gate, self._aside = gate, aside
        self.encrypts = gate.encrypts
        self.tls, self.knows, self.headers = gate.tls, gate.knows, gate.headers

    def refuses(self, request: Request) -> Response | None:
        """Ask the gate elsewhere."""
        return self._aside(self._gate.refuses, request)


class Door:
    """A gate on an event loop.

    Args:
        gate: Decides.
        guards: Runs its slow checks; with one worker guesses take one processor at most.
    """

    def __init__(self, gate: Gate, guards: Executor) -> None:
        self.gate = gate
        self._guards = guards
        self._waiting = 0

    async def refusal_of(self, request: Request) -> Response | None:
        """Return why a request is refused, or None.

        Beyond `MOST_WAITING` undecided requests it is 503; a fault of the gate is a 500, because
        nobody is let in by a fault.
        """
        if self.gate.knows(request):
            return None
        if self._waiting >= MOST_WAITING:
            return refusal(HTTPStatus.SERVICE_UNAVAILABLE, ("Retry-After", "5"))
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._guards, self.gate.refuses, request)
        except Exception:  # noqa: BLE001  the server lives on
            _LOG.exception("gate_failed", path=request.path)
            return refusal(HTTPStatus.INTERNAL_SERVER_ERROR)
        finally:
            self._waiting -= 1
