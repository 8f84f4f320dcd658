"""What one client may take from a server: time, bytes and connections."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of a server; the defaults suit scrapes and webhooks.

    Attributes:
        connections: Open at once; beyond them whoever waits longest for a request is closed.
        head_bytes: Length of a request's line and headers.
        bodies_bytes: Announced length of all bodies that are held at once.
        tls_seconds: Time for a TLS handshake.
        head_seconds: Time from the first byte of a head, or from the connection, to its end.
        body_seconds: Time from the end of the head to the end of the body.
        answer_seconds: Time for a route to answer.
        idle_seconds: Time between an answer and the next request.
        linger_seconds: Time in which a refused client may still send what nobody reads.
    """

    connections: int = 256
    head_bytes: int = 16_384
    bodies_bytes: int = 64 << 20
    tls_seconds: float = 5.0
    head_seconds: float = 10.0
    body_seconds: float = 30.0
    answer_seconds: float = 30.0
    idle_seconds: float = 60.0
    linger_seconds: float = 2.0
