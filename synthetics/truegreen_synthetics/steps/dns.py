"""Step type `dns`: one question to a name server, over UDP and, for a long answer, TCP.

The answer is JSON: `{"rcode": "NOERROR", "answers": [{"data": "203.0.113.7", "ttl": 300}]}`, in the
server's order. Another response code than `expect` is a failure; so is `NOERROR` without a record.
Neither the cache nor the search list of the probe's machine is asked.

Fields of `dns`: `name`; `type` (A); `server`, a host and port (the machine's first); `expect`, the
response code (NOERROR).

Passes:
    step: browse
    dns: {name: shop.example, type: AAAA, server: '192.0.2.53:53'}
    extract: {address: '$.answers[0].data'}

Fails:
    step: browse
    dns: {name: shop.example, type: HTTPS}
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions.names import PhaseValue
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.http.responses import Response
from truegreen_synthetics.rendering import plain_text
from truegreen_synthetics.steps.sockets import fault
from truegreen_synthetics.steps.step_type import Lasting, StepType

if TYPE_CHECKING:
    from dns.message import Message

    from truegreen_definitions import plan
    from truegreen_synthetics.http.exchanges import Exchange
    from truegreen_synthetics.rendering import Renderer
    from truegreen_synthetics.steps.step_type import Kit, Scope

__all__ = ["DNS"]

SHORTEST_WAIT_SECONDS = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question(Lasting):
    name: Renderer
    type: str
    server: str
    port: int
    expect: str

    def run(self, scope: Scope, timeout_seconds: float, exchange: Exchange) -> Response:
        """Ask once."""
        import dns.exception  # noqa: PLC0415  only journeys that ask need it
        import dns.message  # noqa: PLC0415
        import dns.query  # noqa: PLC0415
        import dns.rcode  # noqa: PLC0415

        name, place = self.name(scope.variables), f"{self.server}:{self.port}"
        clock = scope.equipment.clock
        try:
            question = dns.message.make_query(name, self.type)
        except dns.exception.DNSException as error:
            raise ExchangeError(Reason.DNS, f"{name!r} is no name: {error}") from error
        until = clock() + timeout_seconds

        def left() -> float:
            return max(until - clock(), SHORTEST_WAIT_SECONDS)

        try:
            places = scope.equipment.find(self.server, self.port, timeout_seconds)
            address = str(places[0][4][0])
            exchange.stage = PhaseValue.FIRST_BYTE
            start = clock()
            try:
                answer = dns.query.udp(
                    question, address, left(), self.port, raise_on_truncation=True
                )
            except dns.message.Truncated:
                answer = dns.query.tcp(question, address, left(), self.port)
        except dns.exception.Timeout as error:
            raise ExchangeError(Reason.TIMEOUT, f"{place}: no answer in time") from error
        except dns.exception.DNSException as error:
            raise ExchangeError(Reason.BAD_RESPONSE, f"{place}: {error}") from error
        except (OSError, EOFError) as error:
            raise fault(error, place, exchange) from error
        exchange.took(PhaseValue.FIRST_BYTE, clock() - start)
        rcode = dns.rcode.to_text(answer.rcode())
        records = _records(answer, self.type)
        if rcode != self.expect or (rcode == "NOERROR" and not records):
            found = rcode if rcode != self.expect else f"no {self.type} record"
            raise ExchangeError(Reason.DNS, f"{name}: expected {self.expect}, found {found}")
        document = {"rcode": rcode, "answers": records}
        return Response(0, {}, json.dumps(document).encode())


def _records(answer: Message, wanted: str) -> list[dict[str, object]]:
    from dns.rdatatype import to_text  # noqa: PLC0415  only journeys that ask need it

    return [
        {"data": one.to_text(), "ttl": group.ttl}
        for group in answer.answer
        if to_text(group.rdtype) == wanted
        for one in group
    ]


def _compile(action: plan.DnsQuery, kit: Kit) -> _Question:
    return _Question(
        name=plain_text(action.name, kit.secrets),
        type=action.type,
        server=action.server or _own_server(),
        port=action.port,
        expect=action.expect,
    )


def _own_server() -> str:
    """Return the first name server of this machine."""
    import dns.resolver  # noqa: PLC0415  only journeys that ask need it

    try:
        return str(dns.resolver.Resolver().nameservers[0])
    except (dns.resolver.NoResolverConfiguration, IndexError) as error:
        raise ValueError("this machine has no name server: write server: HOST:PORT") from error


DNS = StepType(kind="dns", compile=_compile)
