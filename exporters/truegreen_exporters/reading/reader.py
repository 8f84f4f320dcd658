"""Asks a record store: the running exporter where there is one, else the file itself."""

from __future__ import annotations

import http.client
import json
import os
import socket
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

from truegreen_definitions.errors import TerminalError, UsageError
from truegreen_exporters.reading.answers import Answers
from truegreen_exporters.reading.server import (
    ANSWER_SECONDS,
    MOST_BYTES,
    PREFIX,
    reachable,
    socket_path,
)
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from truegreen_definitions.plan.codec import LoadedPlan

__all__ = ["Reader", "open_reader"]

WAIT_SECONDS = ANSWER_SECONDS + 5  # longer than it takes: the exporter says that it takes too long


class Reader(Protocol):
    """Something that answers the questions of `answers.QUESTIONS`."""

    def ask(self, question: str, parameters: dict[str, str]) -> dict[str, Any]:
        """Return the answer.

        Raises:
            UsageError: The question does not fit.
            TerminalError: It cannot be answered.
        """


class _Remote:
    """The running exporter, by its socket."""

    def __init__(self, state: Path, plan: str) -> None:
        self._path, self._plan = socket_path(state), plan

    def ask(self, question: str, parameters: dict[str, str]) -> dict[str, Any]:
        asked = urlencode({"plan": self._plan, **parameters}, errors="surrogateescape")
        target = f"{PREFIX}{question}?{asked}"
        if len(target) > MOST_BYTES:
            raise TerminalError(
                f"the question has {len(target):,} bytes, and a running exporter reads "
                f"{MOST_BYTES:,}: end it, or ask with a copy of its state file"
            )
        connection = _Connection(self._path)
        try:
            connection.request("GET", target)
            answer = connection.getresponse()
            found: dict[str, Any] = json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise TerminalError(f"the exporter at {self._path} does not answer: {error}") from error
        finally:
            connection.close()
        if answer.status != http.client.OK:
            kind = (
                TerminalError if answer.status >= http.client.INTERNAL_SERVER_ERROR else UsageError
            )
            raise kind(str(found.get("error", answer.reason)))
        return found


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("exporter", timeout=WAIT_SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(WAIT_SECONDS)
        with reachable(self._path) as path:
            self.sock.connect(path)


@contextmanager
def open_reader(state: Path, loaded: LoadedPlan) -> Iterator[Reader]:
    """Yield a reader of a state file: the exporter that holds it, else the file.

    Args:
        state: The file.
        loaded: The plan to read the file by; an exporter that reads it by another answers nothing.

    Raises:
        TerminalError: There is no such file, or it cannot be opened.
    """
    if not state.is_file():
        raise TerminalError(
            f"state file {state} does not exist: `truegreen export --state` makes it"
        )
    if _listens(state):
        yield _Remote(state, loaded.digest)
        return
    with Store(state, loaded.plan, adopting=False) as store:
        yield Answers(
            store.connection.cursor, lambda: loaded, lambda: datetime.now(UTC), os.environ
        )


def _listens(state: Path) -> bool:
    path = socket_path(state)
    if not path.exists():
        return False
    connection = _Connection(path)
    try:
        connection.connect()
    except OSError:
        return False
    finally:
        connection.close()
    return True
