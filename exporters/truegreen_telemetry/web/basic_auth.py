"""Basic auth against bcrypt hashes (RFC 7617), without letting guesses take the processor.

A check takes tens of milliseconds by design. One that succeeded is remembered under a key of this
process, so a scraper pays once; an unknown name takes as long as a wrong password.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from truegreen_definitions.errors import TerminalError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Users"]

_MOST_REMEMBERED = 100
_LONGEST_PASSWORD = 72  # bcrypt looks at no more
_COST = slice(4, 6)  # of a hash such as $2y$10$…
_NOBODY = "$2b${cost}$abcdefghijklmnopqrstuuzsHBb2xQpIMHBvyZIgGzpGXvGQyJ6Ei"


class Users:
    """Who may enter.

    Args:
        hashes: bcrypt hashes of passwords by name.

    Raises:
        TerminalError: The package for bcrypt is missing.
    """

    def __init__(self, hashes: Mapping[str, str]) -> None:
        try:
            import bcrypt  # noqa: PLC0415  only who asks for basic auth needs it
        except ImportError:
            message = "basic_auth_users need one more package: pip install 'truegreen[web]'"
            raise TerminalError(message) from None
        self._check = bcrypt.checkpw
        self._hashes = {name: given.encode() for name, given in hashes.items()}
        cost = max((given[_COST] for given in hashes.values()), default="10")
        self._nobody = _NOBODY.format(cost=cost).encode()
        self._key = secrets.token_bytes(32)
        self._remembered: dict[bytes, None] = {}

    def knows(self, authorization: str) -> bool:
        """Return at once whether these credentials were found to be right before."""
        return self._mark(authorization) in self._remembered

    def admits(self, authorization: str) -> bool:
        """Return whether the credentials of an `Authorization` header are right."""
        name, password = _credentials(authorization)
        hashed = self._hashes.get(name, self._nobody)
        right = self._check(password.encode()[:_LONGEST_PASSWORD], hashed)
        if not right or name not in self._hashes:
            return False
        while len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.pop(next(iter(self._remembered)), None)
        self._remembered[self._mark(authorization)] = None
        return True

    def _mark(self, authorization: str) -> bytes:
        return hmac.digest(self._key, authorization.encode("latin-1", "replace"), hashlib.sha256)


def _credentials(authorization: str) -> tuple[str, str]:
    """Return name and password; nobody's where the header has none."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return "", ""
    return ("", "") if "\0" in password else (name, password)
