"""One request to a collector, over within its time whatever the collector does.

Plain blocking sockets: in the probe's process gevent has made those cooperative, so a slow
collector holds up nothing but the push itself.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from importlib.metadata import version
from typing import TYPE_CHECKING

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceResponse,
)

from truegreen_definitions.errors import RetryableError, TerminalError

if TYPE_CHECKING:
    from truegreen_telemetry.otlp.settings import PushSettings

__all__ = ["Answer", "SendError", "Sender"]

MOST_ANSWER_BYTES = 65_536
RETRYABLE = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)


class SendError(RetryableError):
    """There was no answer: the collector is not there, too slow, or speaks no HTTP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a collector answered.

    Attributes:
        status: Of HTTP.
        retry_after: Seconds it wants to be left alone for, if it says so.
        rejected: Data points that it did not take, of a request that it took.
        message: Why it took none or not all.
    """

    status: int
    retry_after: float | None = None
    rejected: int = 0
    message: str = ""

    @property
    def taken(self) -> bool:
        """Whether the request was taken."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def retryable(self) -> bool:
        """Whether the same request may be sent again; source: OTLP 1.9, "OTLP/HTTP Response"."""
        return self.status in RETRYABLE


class Sender:
    """Sends bodies to one collector; one request at a time.

    Raises:
        TerminalError: A certificate file cannot be used.
    """

    def __init__(self, settings: PushSettings) -> None:
        self._target = settings.target
        self._path = settings.path
        self._tls = _context(settings) if settings.target.tls else None
        self._headers = {
            "Content-Type": "application/x-protobuf",
            "User-Agent": f"truegreen/{version('truegreen')}",
            **({"Content-Encoding": "gzip"} if settings.gzip else {}),
            **dict(settings.headers),
        }
        self._connection: http.client.HTTPConnection | None = None

    def send(self, body: bytes, seconds: float) -> Answer:
        """Send a body and return the answer.

        Raises:
            SendError: There is none within that time.
        """
        connection = self._open(seconds)
        self._connection = connection
        # A socket's own timeout starts again with every byte; the timer does not.
        timer = threading.Timer(seconds, self.abort)
        timer.daemon = True
        timer.start()
        try:
            connection.request("POST", self._path, body, self._headers)
            response = connection.getresponse()
            return _answer(response, response.read(MOST_ANSWER_BYTES))
        except (OSError, http.client.HTTPException) as error:
            raise SendError(_reason(error, seconds)) from error
        finally:
            timer.cancel()
            self._connection = None
            connection.close()

    def abort(self) -> None:
        """End the request that is under way, from another thread."""
        connection = self._connection
        if connection is not None and connection.sock is not None:
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    def _open(self, seconds: float) -> http.client.HTTPConnection:
        host, port = self._target.host, self._target.port
        if self._tls is None:
            return http.client.HTTPConnection(host, port, timeout=seconds)
        return http.client.HTTPSConnection(host, port, timeout=seconds, context=self._tls)


def _context(settings: PushSettings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=settings.trust or None)
        if settings.identity[0]:
            context.load_cert_chain(*settings.identity)
    except OSError as error:  # also what ssl says of a file that holds no certificate
        files = ", ".join(filter(None, (settings.trust, *settings.identity)))
        raise TerminalError(
            f"cannot use the certificates of the push ({files}): {error}"
        ) from error
    return context


def _answer(response: http.client.HTTPResponse, body: bytes) -> Answer:
    answer = Answer(
        status=response.status,
        retry_after=_seconds(response.getheader("Retry-After")),
        message=response.reason,
    )
    if not answer.taken:
        return answer
    try:
        partial = ExportMetricsServiceResponse.FromString(body).partial_success
    except DecodeError:
        return answer  # it says 200 and has taken it; what else it says cannot be read
    return Answer(
        status=answer.status,
        rejected=partial.rejected_data_points,
        message=partial.error_message,
    )


def _seconds(retry_after: str | None) -> float | None:
    """Return the seconds of a `Retry-After`, which may be a date; None for what is neither."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds())


def _reason(error: Exception, seconds: float) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {seconds:.3g}s"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
