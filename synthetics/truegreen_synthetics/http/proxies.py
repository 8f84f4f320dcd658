"""Which proxy a request goes through, if any.

A journey's own `proxy` speaks first, then the environment's `https_proxy`, `http_proxy`,
`all_proxy` and `no_proxy`, in lower or upper case, as in curl. Two differences, both for safety:
`HTTP_PROXY` in upper case counts too (this is no CGI program), and an environment's proxy is never
used for this machine itself, as in Go.
"""

from __future__ import annotations

import base64
import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from truegreen_definitions.errors import TerminalError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from truegreen_definitions.target import Target

__all__ = ["Proxy", "parse_proxy", "proxy_from"]

_DEFAULT_PORT = 1080


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """An HTTP proxy.

    Attributes:
        credentials: Value of `Proxy-Authorization`; empty for none.
    """

    host: str
    port: int
    credentials: str = ""

    def __repr__(self) -> str:
        """Return the address alone: credentials are secret."""
        return f"Proxy({self.place})"

    @property
    def place(self) -> str:
        """Where it is."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_proxy(url: str) -> Proxy:
    """Return the proxy at a URL; without a scheme it is http, without a port 1080, as in curl.

    Raises:
        ValueError: It is none; the message does not hold its credentials.
    """
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host, port = parts.hostname, parts.port or _DEFAULT_PORT
    except ValueError:
        raise ValueError("a proxy is http://HOST:PORT") from None
    if parts.scheme != "http" or not host or parts.path.strip("/") or parts.query:
        raise ValueError("a proxy is http://HOST:PORT")
    credentials = ""
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        credentials = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return Proxy(host=host, port=port, credentials=credentials)


def proxy_from(environment: Mapping[str, str], target: Target) -> Proxy | None:
    """Return the proxy that an environment names for a target.

    Raises:
        TerminalError: It names one that cannot be used.
    """
    if _is_this_machine(target.host) or _is_excepted(environment, target):
        return None
    for name in ("https_proxy" if target.tls else "http_proxy", "all_proxy"):
        url = environment.get(name) or environment.get(name.upper())
        if url:
            try:
                return parse_proxy(url)
            except ValueError as error:
                raise TerminalError(f"{name} cannot be used: {error}") from error
    return None


def _is_excepted(environment: Mapping[str, str], target: Target) -> bool:
    names = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    excepted = (name.strip().lower() for name in names.split(","))
    return any(_covers(one, target) for one in excepted if one)


def _covers(excepted: str, target: Target) -> bool:
    if excepted == "*":
        return True
    name = excepted.removeprefix("*").removeprefix(".")
    exactly = {target.host, f"{target.host}:{target.port}"}
    return name in exactly or target.host.endswith(f".{name}") or _is_in_network(target.host, name)


def _is_in_network(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
