"""The demo's processes: started on free loopback ports, watched, and all of them ended."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

from truegreen_definitions.cli.command import ExitCode
from truegreen_definitions.errors import TerminalError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import FrameType

__all__ = ["LOOPBACK", "Processes", "free_ports", "read", "run", "terminable", "truegreen"]

LOOPBACK = "127.0.0.1"
GRACE_SECONDS = 5
LOG_TAIL_LINES = 12


def truegreen(*arguments: str) -> tuple[str, ...]:
    """Return the command line of one of our own commands, in this interpreter."""
    return (sys.executable, "-m", "truegreen_definitions.cli.app", *arguments)


def free_ports(count: int) -> tuple[int, ...]:
    """Return ports that nothing listens on, all different."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind((LOOPBACK, 0))
        return tuple(one.getsockname()[1] for one in sockets)


def run(command: Sequence[str], log: Path) -> None:
    """Run a command to its end, what it says on stderr to a log.

    Raises:
        TerminalError: It cannot be started or fails; the message has the end of its log.
    """
    _done(command, log, good=(ExitCode.CLEAN,), stdout=subprocess.DEVNULL)


def read(command: Sequence[str], log: Path) -> str:
    """Run a command to its end and return its stdout, what it says on stderr to a log.

    It may find problems (exit code 1); whoever asks sees by the result.

    Raises:
        TerminalError: It cannot be started or fails otherwise; the message has the end of its log.
    """
    done = _done(command, log, good=(ExitCode.CLEAN, ExitCode.PROBLEMS), stdout=subprocess.PIPE)
    return done.stdout.decode()


def _done(
    command: Sequence[str], log: Path, *, good: Collection[int], stdout: int
) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end, which is to have one of the good exit codes."""
    with log.open("ab") as file:
        try:
            done = subprocess.run(command, stdout=stdout, stderr=file, check=False)  # noqa: S603
        except OSError as error:
            raise TerminalError(f"cannot run {command[0]}: {error.strerror}") from error
    code = done.returncode
    if code not in good:
        raise TerminalError(f"{command[0]} ended with exit code {code}, see {log}:\n{_tail(log)}")
    return done


@dataclass(slots=True)
class _Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path


class Processes:
    """Child processes by name; leaving the `with` block ends them, newest first.

    Each child leads its own process group, so that Ctrl-C reaches the demo alone and the demo
    ends the others in order, with what they may have started.
    """

    def __init__(self, logs: Path) -> None:
        """Keep the children's output in a folder, one file each."""
        self._logs = logs
        self._children: list[_Child] = []

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """End the children one after the other: ask, wait, then kill.

        In order, because one may need another to the last: the probe takes back what it ordered
        before the shop closes.
        """
        for child in reversed(self._children):
            _signal(child.process, signal.SIGTERM)
            try:
                child.process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                _signal(child.process, signal.SIGKILL)
                child.process.wait()

    def start(
        self, name: str, command: Sequence[str], env: Mapping[str, str] | None = None
    ) -> None:
        """Start a child; `env` is added to ours.

        Raises:
            TerminalError: It cannot be started.
        """
        log = self._logs / f"{name}.log"
        with log.open("ab") as file:
            try:
                process = subprocess.Popen(  # noqa: S603  our own commands and Debian's binaries
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=file,
                    stderr=file,
                    env={**os.environ, **(env or {})},
                    start_new_session=True,
                )
            except OSError as error:
                raise TerminalError(f"cannot start {name}: {error.strerror}") from error
        self._children.append(_Child(name, process, log))

    def wait_for(self, name: str, url: str, seconds: float = 30) -> None:
        """Return once a URL answers 200.

        Raises:
            TerminalError: It does not within that time, or a child has ended.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.check()
            with (
                contextlib.suppress(urllib.error.URLError, OSError),
                urllib.request.urlopen(url, timeout=2) as answer,  # noqa: S310  loopback
            ):
                if answer.status == HTTPStatus.OK:
                    return
            time.sleep(0.1)
        log = self._logs / f"{name}.log"
        raise TerminalError(f"{name} does not answer at {url}:\n{_tail(log)}")

    def check(self) -> None:
        """Return when every child still runs.

        Raises:
            TerminalError: One has ended; the message has the end of its log.
        """
        for child in self._children:
            code = child.process.poll()
            if code is not None:
                tail = _tail(child.log)
                raise TerminalError(f"{child.name} ended with exit code {code}:\n{tail}")


@contextlib.contextmanager
def terminable() -> Iterator[None]:
    """Treat SIGTERM like Ctrl-C inside the block, so that clean-up runs for both."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before: Callable[[int, FrameType | None], object] | int | None
    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    return "\n".join(f"  {line}" for line in lines[-LOG_TAIL_LINES:])
