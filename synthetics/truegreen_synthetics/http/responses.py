"""An HTTP response as a journey sees it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

__all__ = ["Response"]

_UNREAD = object()


@dataclass(slots=True)
class Response:
    """A whole response.

    Attributes:
        status: Status code.
        headers: By name in lower case; repeated ones are joined with `, `.
        body: Content, decompressed.
        cookies: Values of `Set-Cookie`, one each: joined they could not be told apart.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    cookies: tuple[str, ...] = ()
    _document: object = field(default=_UNREAD, repr=False)

    def document(self) -> object:
        """Return the body as JSON; it is read once.

        Raises:
            ValueError: It is none, is nested too deep, or holds what JSON has no word for.
        """
        if self._document is _UNREAD:
            try:
                self._document = json.loads(self.body, parse_constant=_refuse)
            except (ValueError, RecursionError):
                raise ValueError("the body is no JSON") from None
        return self._document

    def text(self) -> str:
        """Return the body as text; bytes that are no UTF-8 become U+FFFD."""
        return self.body.decode(errors="replace")


def _refuse(word: str) -> object:
    raise ValueError(f"{word} is no JSON")
