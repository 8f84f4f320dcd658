"""Where a journey goes: the base URL of the system under test, taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from urllib.parse import SplitResult

__all__ = ["Target", "parse_target"]

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A base URL.

    Attributes:
        tls: Whether it is `https`.
        host: Host name in ASCII, or an address, without brackets.
        authority: What the `Host` header says.
        prefix: Path that every request's path is put behind; empty or `/…` without a last `/`.
        url: The base URL as it was written.
    """

    tls: bool
    host: str
    port: int
    authority: str
    prefix: str
    url: str

    @property
    def origin(self) -> str:
        """Scheme, host and, where it is not the usual one, port, as a URL has them."""
        return f"{'https' if self.tls else 'http'}://{self.authority}"


def parse_target(url: str) -> Target:
    """Return the parts of a base URL.

    Raises:
        ValueError: It is no http or https URL of a host and, where needed, a port and a path.
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname or not _is_one_word(url):
        raise ValueError(f"{url!r} is no target")
    more = {"a user": parts.username is not None, "a query": parts.query, "a #": parts.fragment}
    for what, found in more.items():
        if found:
            raise ValueError(f"the target of host {parts.hostname!r} has {what}")
    host = parts.hostname if parts.hostname.isascii() else _ascii_host(parts.hostname)
    default = _PORTS[parts.scheme]
    port = _port(parts) or default
    shown = f"[{host}]" if ":" in host else host
    return Target(
        tls=parts.scheme == "https",
        host=host,
        port=port,
        authority=shown if port == default else f"{shown}:{port}",
        prefix=parts.path.rstrip("/"),
        url=url,
    )


def _is_one_word(url: str) -> bool:
    """Return whether nothing in it is invisible, which `urlsplit` would drop or let through."""
    return url.isprintable() and " " not in url


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise ValueError(f"the target of host {parts.hostname!r} has no port from 1 to 65535")
    return port


def _ascii_host(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        raise ValueError(f"{host!r} is no host name") from None
