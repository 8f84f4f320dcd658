"""Step type `smtp`: a talk with a mail server; with `to`, a mail is sent.

Without `to` the server is greeted, asked to do nothing and left (`EHLO`, `NOOP`, `QUIT`). A mail
carries the Policy's synthetic mark as a header, so that whoever gets it can tell it from people's.
The status is the last reply's code, the text its words. Certificates are verified.

Fields of `smtp`: `server`, a host and port; `tls: none | starttls | implicit` (none); `user` and
`password`; `from`, `to`, `subject` and `body`.

Passes:
    step: browse
    smtp: {server: 'mail.example:25', tls: starttls, from: robot@example.org, to: sink@example.org}
    assert: [{status: 250}]

Fails:
    step: browse
    smtp: {server: 'mail.example:25', to: sink@example.org}
"""

from __future__ import annotations

import io
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from typing import TYPE_CHECKING

from truegreen_definitions.names import PhaseValue
from truegreen_synthetics.http.dialing import trusted_by_default
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.http.responses import Response
from truegreen_synthetics.rendering import header_text, plain_text
from truegreen_synthetics.steps.sockets import fault, open_socket
from truegreen_synthetics.steps.step_type import Lasting, StepType

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from _typeshed import WriteableBuffer

    from truegreen_definitions import plan
    from truegreen_synthetics.http.exchanges import Exchange
    from truegreen_synthetics.rendering import Renderer
    from truegreen_synthetics.steps.step_type import Kit, Scope

__all__ = ["SMTP"]

TEXTS = ("user", "password", "sender", "to", "subject")
MOST_BYTES = 64 * 1024


class _Replies(io.RawIOBase):
    """What a server says in one talk: no more than so many bytes, and not longer than it may."""

    def __init__(self, connection: socket.socket, left: Callable[[], float]) -> None:
        self._connection = connection
        self._left = left
        self._heard = 0

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Receive what comes next; raises TimeoutError when the time is over."""
        if self._heard > MOST_BYTES:
            raise ExchangeError(Reason.TOO_LARGE, f"it says more than {MOST_BYTES} bytes")
        self._connection.settimeout(self._left())
        size = self._connection.recv_into(buffer)
        self._heard += size
        return size


class _Client(smtplib.SMTP):
    """A client on a connection that is open already."""

    def __init__(self, connection: socket.socket, host: str, left: Callable[[], float]) -> None:
        self._connection = connection
        self._left = left
        super().__init__(timeout=left(), local_hostname="truegreen.invalid")
        self._host = host  # smtplib's own: whose certificate STARTTLS verifies

    def getreply(self) -> tuple[int, bytes]:
        """Return the next reply, read within the bounds of the talk."""
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(_Replies(self.sock, self._left))
        return super().getreply()

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002
        return self._connection


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dialogue(Lasting):
    host: str
    port: int
    tls: str
    texts: dict[str, Renderer]
    body: Renderer
    mark: tuple[tuple[str, str], ...]

    def run(self, scope: Scope, timeout_seconds: float, exchange: Exchange) -> Response:
        """Talk once."""
        equipment = scope.equipment
        until = equipment.clock() + timeout_seconds
        said = {name: render(scope.variables) for name, render in self.texts.items()}
        place = f"{self.host}:{self.port}"

        def left() -> float:
            seconds = until - equipment.clock()
            if seconds <= 0:
                raise TimeoutError
            return seconds

        try:
            connection = open_socket(
                *(self.host, self.port),
                tls=self.tls == "implicit",
                equipment=equipment,
                until=until,
                exchange=exchange,
            )
            with connection:
                begun = equipment.clock()
                exchange.stage = PhaseValue.FIRST_BYTE
                client = _Client(connection, self.host, left)
                try:
                    client.connect(self.host, self.port)
                    code, words = self._talk(client, said, scope, exchange)
                finally:
                    client.close()  # its file would keep the connection open
        except smtplib.SMTPResponseException as error:
            told = _text(error.smtp_error)
            message = f"{place} answered {error.smtp_code} {told}"
            raise ExchangeError(Reason.BAD_RESPONSE, message) from error
        except smtplib.SMTPServerDisconnected as error:
            if isinstance(error.__context__, TimeoutError):  # smtplib's word for both
                raise fault(error.__context__, place, exchange) from error
            raise ExchangeError(Reason.RESET, f"{place}: {error}") from error
        except smtplib.SMTPException as error:
            raise ExchangeError(Reason.BAD_RESPONSE, f"{place}: {error}") from error
        except OSError as error:
            raise fault(error, place, exchange) from error
        exchange.took(PhaseValue.FIRST_BYTE, equipment.clock() - begun)
        exchange.status = code
        return Response(code, {}, words)

    def _talk(
        self, client: smtplib.SMTP, said: dict[str, str], scope: Scope, exchange: Exchange
    ) -> tuple[int, bytes]:
        client.ehlo_or_helo_if_needed()
        if self.tls == "starttls":
            start = scope.equipment.clock()
            client.starttls(context=trusted_by_default())
            exchange.took(PhaseValue.TLS, scope.equipment.clock() - start)
            exchange.certificate_expiry = _expiry(client.sock)
        if said["user"]:
            client.login(said["user"], said["password"])
        if not said["to"]:
            code, words = client.noop()
        else:
            mail = EmailMessage()
            mail["From"], mail["To"], mail["Subject"] = said["sender"], said["to"], said["subject"]
            for name, value in (*self.mark, *scope.trace_headers()):
                mail[name] = value
            mail.set_content(self.body(scope.variables))
            refused = client.send_message(mail)
            code, words = next(iter(refused.values()), (250, b"accepted"))
        client.quit()
        return code, words


def _expiry(connection: object) -> float | None:
    if not isinstance(connection, ssl.SSLSocket):
        return None
    told = (connection.getpeercert() or {}).get("notAfter")
    return float(ssl.cert_time_to_seconds(told)) if isinstance(told, str) else None


def _text(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words


def _compile(action: plan.SmtpDialogue, kit: Kit) -> _Dialogue:
    return _Dialogue(
        host=action.host,
        port=action.port,
        tls=action.tls,
        texts={name: header_text(getattr(action, name), kit.secrets) for name in TEXTS},
        body=plain_text(action.body, kit.secrets),
        mark=() if kit.mark is None else ((kit.mark.header, kit.mark.value),),
    )


SMTP = StepType(kind="smtp", compile=_compile)
