"""A web config in force: who is let in, under which certificate, read again when its files change.

A file that has become unusable changes nothing: the last good one stays in force, and the log says
so once, as with a plan.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog

from truegreen_definitions.errors import TerminalError
from truegreen_telemetry.web.basic_auth import Users
from truegreen_telemetry.web.config import read_web_config
from truegreen_telemetry.web.messages import refusal
from truegreen_telemetry.web.tls import context_of, files_of

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

    from truegreen_telemetry.web.messages import Request, Response

__all__ = ["WebAccess"]

_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a file asked for when it was last good."""

    tls: ssl.SSLContext | None
    users: Users | None
    headers: tuple[tuple[str, str], ...]
    files: tuple[Path, ...]


class WebAccess:
    """What a web config file asks for; a `Gate`, and the source of TLS contexts.

    Attributes:
        encrypts: Whether connections are encrypted; this alone cannot change while a process runs.

    Args:
        path: The file.

    Raises:
        TerminalError: It cannot be used now.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._fault = ""
        self._terms = _terms(path, encrypts=None)
        self._state = _state(self._terms.files)
        self.encrypts = self._terms.tls is not None

    def tls(self) -> ssl.SSLContext | None:
        """Return the context for a new connection; None: the file asks for no TLS."""
        return self._current().tls

    def headers(self) -> tuple[tuple[str, str], ...]:
        """Return the headers of every response."""
        return self._terms.headers

    def knows(self, request: Request) -> bool:
        """Return at once whether a request is let in without any doubt."""
        users = self._current().users
        return users is None or users.knows(_authorization(request))

    def refuses(self, request: Request) -> Response | None:
        """Return why a request is refused, or None; takes tens of milliseconds."""
        users = self._terms.users
        if users is None or users.admits(_authorization(request)):
            return None
        challenge = ("WWW-Authenticate", 'Basic realm="truegreen", charset="UTF-8"')
        return refusal(HTTPStatus.UNAUTHORIZED, challenge)

    def _current(self) -> _Terms:
        """Return what the files ask for now, or asked for when they were last good."""
        with self._lock:
            state = _state(self._terms.files)
            if state != self._state:
                self._state = state
                self._look()
            return self._terms

    def _look(self) -> None:
        try:
            terms = _terms(self._path, encrypts=self.encrypts)
        except TerminalError as error:
            if str(error) != self._fault:
                self._fault = str(error)
                _LOG.warning("web_config_refused", reason=self._fault)
        else:
            self._terms, self._fault = terms, ""
            self._state = _state(terms.files)
            _LOG.info("web_config_taken_over", path=str(self._path))


def _terms(path: Path, *, encrypts: bool | None) -> _Terms:
    """Return what a file asks for; refuse TLS where there was none, and the other way round."""
    config = read_web_config(path)
    tls, folder = config.tls_server_config, path.parent
    if encrypts is not None and encrypts != (tls is not None):
        raise TerminalError(f"{path}: TLS is turned on or off by a restart alone")
    return _Terms(
        tls=context_of(tls, folder) if tls else None,
        users=Users(config.basic_auth_users) if config.basic_auth_users else None,
        headers=tuple(config.http_server_config.headers.items()),
        files=(path, *(files_of(tls, folder) if tls else ())),
    )


def _authorization(request: Request) -> str:
    return request.headers.get("authorization", "")


def _state(files: tuple[Path, ...]) -> tuple[tuple[int, int, int] | None, ...]:
    return tuple(map(_stat, files))


def _stat(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
