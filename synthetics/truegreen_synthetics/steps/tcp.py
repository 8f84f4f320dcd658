r"""Step type `tcp`: a connection to a port, and maybe a line said and an answer heard.

Without `expect` the step is over once the connection stands (with `tls`, once the handshake is
done and the certificate verified). With it, what comes is read until the pattern matches; a
connection that ends before, or more than 64 KiB without a match, is a failure. The answer's text
is what was read.

Fields of `tcp`: `connect`, a host and port; `tls` (no); `send`; `expect`, a regular expression.

Passes:
    step: browse
    tcp: {connect: 'cache.example:6379', send: "PING\r\n", expect: 'PONG'}

Fails:
    step: browse
    tcp: {connect: 'cache.example'}
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions.names import PhaseValue
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.http.responses import Response
from truegreen_synthetics.rendering import plain_text
from truegreen_synthetics.steps.sockets import fault, open_socket
from truegreen_synthetics.steps.step_type import Lasting, StepType

if TYPE_CHECKING:
    import socket

    from truegreen_definitions import plan
    from truegreen_synthetics.http.exchanges import Exchange
    from truegreen_synthetics.rendering import Renderer
    from truegreen_synthetics.steps.step_type import Kit, Scope

__all__ = ["TCP"]

MOST_BYTES = 64 * 1024
RECEIVE_BYTES = 4096
SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Conversation(Lasting):
    host: str
    port: int
    tls: bool
    send: Renderer
    expect: re.Pattern[bytes] | None

    def run(self, scope: Scope, timeout_seconds: float, exchange: Exchange) -> Response:
        """Connect, speak and listen once."""
        equipment = scope.equipment
        until = equipment.clock() + timeout_seconds
        words = self.send(scope.variables).encode()
        place = f"{self.host}:{self.port}"
        try:
            connection = open_socket(
                *(self.host, self.port),
                tls=self.tls,
                equipment=equipment,
                until=until,
                exchange=exchange,
            )
            with connection:
                begun = equipment.clock()
                connection.settimeout(max(until - begun, 0.001))
                connection.sendall(words)
                exchange.stage = PhaseValue.FIRST_BYTE
                heard = b"" if self.expect is None else self._listen(connection, scope, until)
        except OSError as error:
            raise fault(error, place, exchange) from error
        if self.expect is not None:
            exchange.took(PhaseValue.FIRST_BYTE, equipment.clock() - begun)
        exchange.received_bytes = len(heard)
        return Response(0, {}, heard)

    def _listen(self, connection: socket.socket, scope: Scope, until: float) -> bytes:
        """Return what came when the pattern matched."""
        heard = b""
        while self.expect is not None and not self.expect.search(heard):
            if len(heard) > MOST_BYTES:
                message = f"{MOST_BYTES} bytes do not match {self.expect.pattern.decode()!r}"
                raise ExchangeError(Reason.TOO_LARGE, message)
            left = until - scope.equipment.clock()
            if left <= 0:
                raise TimeoutError
            connection.settimeout(left)
            data = connection.recv(RECEIVE_BYTES)
            if not data:
                text = heard.decode(errors="replace")
                shown = text if len(text) <= SHOWN_CHARACTERS else f"…{text[-SHOWN_CHARACTERS:]}"
                message = f"it ended after {shown!r}, without {self.expect.pattern.decode()!r}"
                raise ExchangeError(Reason.TRUNCATED, message)
            heard += data
        return heard


def _compile(action: plan.TcpExchange, kit: Kit) -> _Conversation:
    try:
        expect = re.compile(action.expect.encode()) if action.expect else None
    except re.error as error:
        raise ValueError(f"{action.expect!r} is no regular expression: {error}") from error
    return _Conversation(
        host=action.host,
        port=action.port,
        tls=action.tls,
        send=plain_text(action.send, kit.secrets),
        expect=expect,
    )


TCP = StepType(kind="tcp", compile=_compile)
