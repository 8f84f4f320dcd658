"""Asks a server one thing, in little time and of little size."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from truegreen_definitions.errors import RetryableError

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Reply", "Unreachable", "ask"]

TIMEOUT_SECONDS = 2.0
MOST_BYTES = 64 << 20
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Unreachable(RetryableError):  # noqa: N818  it says how the server is, not that we failed
    """Nobody answers there, or not as a server of HTTP does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server answered.

    Attributes:
        date: What its clock says, if it tells.
    """

    status: int
    body: bytes
    date: datetime | None

    def document(self, key: str) -> dict[str, Any]:
        """Return the JSON object of the body.

        Raises:
            Unreachable: It is none, or has no such key: some other server answers there.
        """
        try:
            found = json.loads(self.body)
        except ValueError:
            found = None
        if not isinstance(found, dict) or key not in found:
            raise Unreachable("something else answers there")
        return found


def ask(url: str, body: bytes | None = None, content_type: str = "") -> Reply:
    """GET a URL, or POST a body to it.

    Raises:
        Unreachable: There is no answer of HTTP; the message says why.
    """
    headers = {"Content-Type": content_type} if body is not None else {}
    try:
        request = urllib.request.Request(url, data=body, headers=headers)  # noqa: S310  checked below
        if request.type not in {"http", "https"}:
            raise Unreachable(f"{url} is no http address")
        with _DIRECT.open(request, timeout=TIMEOUT_SECONDS) as answer:
            return _reply(answer.status, answer.read(MOST_BYTES), answer.headers["Date"])
    except urllib.error.HTTPError as error:
        with error:
            return _reply(error.code, error.read(4096), error.headers["Date"])
    except urllib.error.URLError as error:
        reason = error.reason
        raise Unreachable(getattr(reason, "strerror", None) or str(reason)) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        told = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise Unreachable(told) from error


def _reply(status: int, body: bytes, date: str | None) -> Reply:
    try:
        moment = parsedate_to_datetime(date) if date else None
    except ValueError:
        moment = None
    return Reply(status=status, body=body, date=moment)
