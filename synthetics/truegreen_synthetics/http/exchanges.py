"""What is sent, and what sending it took."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from truegreen_definitions.names import PhaseValue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_synthetics.http.responses import Response

__all__ = ["CARRIED", "Exchange", "Request", "lines_of"]

CARRIED = frozenset(
    {"accept", "accept-encoding", "accept-language", "baggage", "user-agent"}
    | {"traceparent", "tracestate"}
)


@dataclass(slots=True, kw_only=True)
class Request:
    """A request that is ready to be sent.

    Attributes:
        path: Path and query, percent-encoded.
        headers: Names and values; `Host`, `Content-Length` and the like are added.
        lines: The same as they are sent, where that is known already; empty where it is not.
        redirects: How many redirects are followed; what comes then is the response.
        carried: Names of headers that go to another host too when a redirect leads there.
            The others may hold what only the target should know.
    """

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    redirects: int = 0
    carried: frozenset[str] = CARRIED
    lines: str = ""


def lines_of(headers: Iterable[tuple[str, str]]) -> str:
    """Return headers as they are sent."""
    return "".join([f"{name}: {value}\r\n" for name, value in headers])


@dataclass(slots=True)
class Exchange:
    """What a request took: seconds by phase, for the phases that were reached and ended.

    On a connection that is open already the first three phases do not happen; where redirects
    were followed each phase is the sum over all requests.

    Attributes:
        stage: The phase that was reached last.
        begun: When the first byte of the last response came, on the client's clock; 0 before.
        status: Of the last response; 0 for none.
        received_bytes: All that came, heads and packed bodies included.
        redirects: How many were followed.
        certificate_expiry: When the target's certificate ends, in Unix seconds; None without
            TLS, or on a connection that was open already.
        request: What was asked for, where it was over HTTP.
        response: What was answered, if it was.
        started: When the asking itself began, where something was prepared before it or it waited
            for a thread; 0 for at once.
        ended: When it was over, where that was known earlier than here; 0 for now.
        page_load_seconds: Until a page's load event was over; None where no browser opened one.
        largest_paint_seconds: Until a page's main content was painted; None where none was.
    """

    phases: dict[PhaseValue, float] = field(default_factory=dict)
    stage: PhaseValue = PhaseValue.DNS
    begun: float = 0.0
    status: int = 0
    received_bytes: int = 0
    redirects: int = 0
    certificate_expiry: float | None = None
    request: Request | None = None
    response: Response | None = None
    started: float = 0.0
    ended: float = 0.0
    page_load_seconds: float | None = None
    largest_paint_seconds: float | None = None

    def took(self, phase: PhaseValue, seconds: float) -> None:
        """Add the time of a phase that ended."""
        self.phases[phase] = self.phases.get(phase, 0.0) + seconds
