"""Cookies of one robot customer: kept for a run, sent back where they belong.

Source: RFC 6265, sections 5.1 to 5.4, without what a run of seconds has no use for: an expiry is
looked at only to take a cookie away (`Max-Age=0`, `Expires` in the past). A domain must be the
host or a parent of it with a dot inside; there is no list of public suffixes, because a robot
visits hosts that its own definitions name.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["CookieJar"]

MOST_COOKIES = 100
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cookie:
    name: str
    value: str
    domain: str
    host_only: bool
    path: str
    secure: bool

    def belongs(self, host: str, path: str, *, tls: bool) -> bool:
        within = host == self.domain or (not self.host_only and host.endswith(f".{self.domain}"))
        return within and (tls or not self.secure) and _is_below(path, self.path)


class CookieJar:
    """Cookies by (name, domain, path); the newest of the same one stays."""

    def __init__(self) -> None:
        self._cookies: dict[tuple[str, str, str], _Cookie] = {}

    def __bool__(self) -> bool:
        """Return whether there is any."""
        return bool(self._cookies)

    def clear(self) -> None:
        """Forget all of them."""
        self._cookies.clear()

    def keep(self, values: tuple[str, ...], host: str, path: str) -> None:
        """Take over the values of a response's `Set-Cookie`; what is none is left out.

        Args:
            values: As they were sent.
            host: Of the request.
            path: Of the request, with or without its query.
        """
        for value in values:
            cookie, gone = _parsed(value, host, path)
            if cookie is None:
                continue
            key = cookie.name, cookie.domain, cookie.path
            self._cookies.pop(key, None)
            if not gone and len(self._cookies) < MOST_COOKIES:
                self._cookies[key] = cookie

    def header(self, host: str, path: str, *, tls: bool) -> str:
        """Return the value of `Cookie` for a request, empty for none: longest paths first."""
        place = path.partition("?")[0]
        found = [one for one in self._cookies.values() if one.belongs(host, place, tls=tls)]
        found.sort(key=lambda one: -len(one.path))
        return "; ".join(f"{one.name}={one.value}" for one in found)


def _parsed(text: str, host: str, path: str) -> tuple[_Cookie | None, bool]:
    """Return (cookie, whether it is taken away)."""
    pair, *attributes = text.split(";")
    name, equals, value = (part.strip() for part in pair.partition("="))
    if not equals or not name or not f"{name}{value}".isprintable():
        return None, False
    told = {
        key.strip().lower(): rest.strip()
        for key, _, rest in (attribute.partition("=") for attribute in attributes)
    }
    domain = told.get("domain", "").lower().removeprefix(".")
    if domain and not _may_set(host, domain):
        return None, False
    where = told.get("path", "")
    cookie = _Cookie(
        name=name,
        value=value,
        domain=domain or host,
        host_only=not domain,
        path=where if where.startswith("/") else _folder(path),
        secure="secure" in told,
    )
    return cookie, _is_over(told)


def _may_set(host: str, domain: str) -> bool:
    if host == domain:
        return True
    return "." in domain and host.endswith(f".{domain}") and not _is_address(host)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_over(told: dict[str, str]) -> bool:
    """Return whether a cookie is set in order to be deleted."""
    age = told.get("max-age")
    if age is not None and age.removeprefix("-").isdecimal():
        return int(age[:12]) <= 0
    try:
        expires = parsedate_to_datetime(told.get("expires", ""))
    except ValueError:
        return False
    return expires.replace(tzinfo=expires.tzinfo or UTC) < _LONG_AGO


def _folder(path: str) -> str:
    return path.partition("?")[0].rpartition("/")[0] or "/"


def _is_below(path: str, folder: str) -> bool:
    if not path.startswith(folder):
        return False
    return folder.endswith("/") or len(path) == len(folder) or path[len(folder)] == "/"
