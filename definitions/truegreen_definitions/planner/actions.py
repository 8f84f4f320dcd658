"""What steps do, in the plan: every form that a definition writes becomes an action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.errors import InvariantError
from truegreen_definitions.plan import (
    BrowserVisit,
    DnsQuery,
    Gesture,
    Request,
    SmtpDialogue,
    SqlQuery,
    TcpExchange,
)

if TYPE_CHECKING:
    from truegreen_definitions.models.journey import Acting, JourneyStep
    from truegreen_definitions.models.journey import browser as browsed
    from truegreen_definitions.models.journey import other_actions as written
    from truegreen_definitions.models.journey.http import JourneyRequest
    from truegreen_definitions.plan import Action

__all__ = ["action_of", "step_action_of"]

DNS_PORT = 53


def step_action_of(step: JourneyStep, redirects: int) -> Action:
    """Return what a step does; a request follows so many redirects."""
    return action_of(step, redirects) if step.browser is None else _visit(step.browser)


def action_of(acting: Acting, redirects: int) -> Action:
    """Return what a step or cleanup does; a request follows so many redirects."""
    if acting.request is not None:
        return _request(acting.request, redirects)
    if acting.sql is not None:
        return SqlQuery(
            database=acting.sql.database,
            query=acting.sql.query,
            values=tuple(sorted(acting.sql.values.items())),
        )
    if acting.tcp is not None:
        return _tcp(acting.tcp)
    if acting.dns is not None:
        return _dns(acting.dns)
    if acting.smtp is not None:
        return _smtp(acting.smtp)
    raise InvariantError("the model has tested that one thing is asked for")


def _request(request: JourneyRequest, redirects: int) -> Request:
    form = request.form or {}
    return Request(
        method=request.method,
        path=request.path,
        json=request.body or "",
        headers=tuple(sorted(request.headers.items())),
        redirects=redirects,
        form=tuple((name, value) for name in sorted(form) for value in form[name]),
    )


def _tcp(tcp: written.TcpExchange) -> TcpExchange:
    host, port = _address(tcp.connect)
    return TcpExchange(
        host=host, port=port, tls=tcp.tls, send=tcp.send or "", expect=tcp.expect or ""
    )


def _dns(dns: written.DnsQuery) -> DnsQuery:
    server, port = _address(dns.server) if dns.server is not None else ("", DNS_PORT)
    return DnsQuery(name=dns.name, type=dns.type, server=server, port=port, expect=dns.expect)


def _smtp(smtp: written.SmtpDialogue) -> SmtpDialogue:
    host, port = _address(smtp.server)
    return SmtpDialogue(
        host=host,
        port=port,
        tls=smtp.tls,
        user=smtp.user or "",
        password=smtp.password or "",
        sender=smtp.sender or "",
        to=smtp.to or "",
        subject=smtp.subject,
        body=smtp.body,
    )


def _visit(visit: browsed.BrowserVisit) -> BrowserVisit:
    return BrowserVisit(
        path=visit.open or "",
        gestures=tuple(
            Gesture(name=one.name, what=one.what, value=one.value or "") for one in visit.do
        ),
    )


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host.removeprefix("[").removesuffix("]"), int(port)
