"""Sockets of step types that speak no HTTP: opened by the same dialer, each phase timed."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING

from truegreen_definitions.names import PhaseValue
from truegreen_definitions.target import Target
from truegreen_synthetics.http.dialing import Dialer
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason

if TYPE_CHECKING:
    from truegreen_synthetics.equipment import Equipment
    from truegreen_synthetics.http.exchanges import Exchange

__all__ = ["fault", "open_socket"]


def open_socket(
    host: str, port: int, *, tls: bool, equipment: Equipment, until: float, exchange: Exchange
) -> socket.socket:
    """Return a connection to a port, verified where TLS is spoken.

    Raises:
        OSError: There is none within the time.
    """
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    target = Target(tls=tls, host=host, port=port, authority=place, prefix="", url=place)
    return Dialer(equipment.clock, equipment.find).open(target, None, None, until, exchange)


def fault(error: Exception, place: str, exchange: Exchange) -> ExchangeError:
    """Return what an error of a socket means, in our words."""
    if isinstance(error, ExchangeError):
        return error
    if isinstance(error, TimeoutError):
        return ExchangeError(Reason.TIMEOUT, f"{place}: no answer in time ({exchange.stage})")
    if isinstance(error, socket.gaierror):
        return ExchangeError(Reason.DNS, f"{place} has no address: {error.strerror}")
    if isinstance(error, ssl.SSLCertVerificationError):
        why = error.verify_message or str(error)
        return ExchangeError(Reason.TLS, f"the certificate of {place} is refused: {why}")
    if isinstance(error, ssl.SSLError):
        return ExchangeError(Reason.TLS, f"no TLS with {place}: {error.reason or error}")
    if isinstance(error, ConnectionRefusedError):
        return ExchangeError(Reason.REFUSED, f"{place} refuses connections")
    if isinstance(error, ConnectionError) or exchange.stage is PhaseValue.BODY:
        return ExchangeError(Reason.RESET, f"{place} broke the connection")
    return ExchangeError(Reason.UNREACHABLE, f"{place} cannot be reached: {error}")
