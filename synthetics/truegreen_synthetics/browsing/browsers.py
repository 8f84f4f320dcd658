"""Starts browsers, lends one to each run, and ends those that hang.

A run keeps its browser from its first step there to its end; afterwards another run may have it,
which begins with an empty one. What fails about a browser itself is the prober's fault and not the
target's. A browser is ended by force when it does not answer in time: it is one process group, and
its Chromium goes with the pipe to it.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from truegreen_definitions.errors import TerminalError
from truegreen_synthetics.browsing.visits import Launch, Seen, line_of
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_synthetics.browsing.visits import Visit

__all__ = ["BrowserSettings", "Browsers", "find_browser"]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
START_SECONDS = 60.0
GRACE_SECONDS = 8.0  # to say why a visit failed, with a picture
LEAVING_SECONDS = 2.0
REMOVALS, REMOVAL_SECONDS = 20, 0.1
MOST_RUNS = 500  # of one browser: what it may have kept of them goes with it
LONGEST_ANSWER = 16 * 1024 * 1024
PIECE_BYTES = 65_536
SANDBOX_FAULTS = ("without --no-sandbox is not supported", "No usable sandbox")
# What a browser needs to start; secrets stay here.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "FONTCONFIG_PATH")


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserSettings:
    """How browsers are started here.

    Attributes:
        program: Path of a Chromium; empty for the first one on the PATH.
        sandbox: Whether pages are shut in by the system's sandbox.
        pictures: Folder for pictures of pages on which a visit failed; None for none.
    """

    program: str = ""
    sandbox: bool = True
    pictures: Path | None = None


def find_browser(program: str = "") -> str:
    """Return the path of a Chromium.

    Raises:
        TerminalError: There is none.
    """
    if program:
        found = shutil.which(program)
        if found is None:
            raise TerminalError(f"--browser {program}: no program that can be run is there")
        return found
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise TerminalError(
            "browser steps need a Chromium, and none is on the PATH: install one "
            "(Debian: apt-get install chromium), or name it with --browser"
        )
    return found


class _Process:
    """One browser's process and the socket to it."""

    def __init__(self, settings: BrowserSettings, clock: Callable[[], float]) -> None:
        launch = Launch(program=find_browser(settings.program), sandbox=settings.sandbox)
        self._clock = clock
        self._heard = b""
        self.runs = 0
        folder = tempfile.mkdtemp(prefix="truegreen-browser-")
        here, there = socket.socketpair()
        environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
        command = [sys.executable, "-P", "-m", "truegreen_synthetics.browsing.browser"]
        with there:
            process = subprocess.Popen(  # noqa: S603  ourselves
                [*command, str(there.fileno())],
                pass_fds=(there.fileno(),),
                env={**environment, "TMPDIR": folder},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._socket = here
        self._process = process
        self.end = weakref.finalize(self, _end, process, here, folder)
        try:
            told = self.ask(line_of(launch), START_SECONDS)
        except BaseException:
            self.end()
            raise
        if "fault" in told:
            self.end()
            raise ExchangeError(Reason.BROWSER, _why(str(told["fault"])))

    def ask(self, line: bytes, timeout_seconds: float) -> dict[str, Any]:
        """Return the answer to a line; an empty one says nothing and hears what is still to come.

        Raises:
            TimeoutError: There is none in time.
            ExchangeError: The process is gone.
        """
        until = self._clock() + timeout_seconds
        try:
            self._socket.settimeout(timeout_seconds)
            self._socket.sendall(line)
            while b"\n" not in self._heard:
                left = until - self._clock()
                if left <= 0:
                    raise TimeoutError
                self._socket.settimeout(left)
                piece = self._socket.recv(PIECE_BYTES)
                if not piece or len(self._heard) > LONGEST_ANSWER:
                    raise ExchangeError(Reason.BROWSER, "the prober's own browser has ended")
                self._heard += piece
        except ConnectionError as error:
            raise ExchangeError(Reason.BROWSER, "the prober's own browser has ended") from error
        answer, _, self._heard = self._heard.partition(b"\n")
        found: dict[str, Any] = json.loads(answer)
        return found

    def say(self, line: bytes) -> None:
        """Tell it something that has no answer."""
        with contextlib.suppress(OSError):
            self._socket.sendall(line)


def _end(process: subprocess.Popen[bytes], here: socket.socket, folder: str) -> None:
    here.close()
    try:
        process.wait(LEAVING_SECONDS)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for _ in range(REMOVALS):
        shutil.rmtree(folder, ignore_errors=True)
        if not Path(folder).exists():
            break
        time.sleep(REMOVAL_SECONDS)  # a Chromium that was ended by force writes to the last


def _why(fault: str) -> str:
    """Return why a browser did not start, and what to do about it."""
    if any(words in fault for words in SANDBOX_FAULTS):
        return (
            "the prober's own browser does not start: its sandbox does not run here, as it never"
            " does for root: run the probe as another user, or add --browser-no-sandbox"
        )
    lines = fault.strip().splitlines() or ["it says nothing"]
    fatal = next((line.partition("FATAL:")[2] for line in lines if "FATAL:" in line), lines[0])
    return f"the prober's own browser does not start: {fatal}"


class Browsers:
    """The browsers of a process, lent to runs.

    Args:
        settings: How they are started.
        clock: Monotonic seconds, the same in all processes.
    """

    def __init__(self, settings: BrowserSettings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self._idle: list[_Process] = []
        self._lent: dict[str, _Process] = {}

    def picture_of(self, journey: str) -> str:
        """Return the file for a picture of a journey that failed; empty for none."""
        folder = self._settings.pictures
        return "" if folder is None else str(folder / f"{journey}.png")

    def visit(self, asked: Visit) -> Seen:
        """Do a visit in the browser of its run.

        Raises:
            ExchangeError: The browser does not start, has ended, or hangs and was ended.
        """
        process = self._lent.get(asked.run)
        if process is None:
            process = self._lent[asked.run] = self._taken()
        try:
            told = process.ask(line_of(asked), asked.timeout_seconds + GRACE_SECONDS)
        except TimeoutError as error:
            self._drop(asked.run)
            raise ExchangeError(
                Reason.TIMEOUT, f"the browser hung for {asked.timeout_seconds:g}s and was ended"
            ) from error
        except BaseException:
            self._drop(asked.run)
            raise
        seen = Seen(**told)
        if seen.reason == Reason.BROWSER:
            self._drop(asked.run)
        return seen

    def left(self, run: str) -> None:
        """Take the browser of a run back, if it had one."""
        if not self._lent:
            return
        process = self._lent.pop(run, None)
        if process is None:
            return
        process.runs += 1
        if process.runs >= MOST_RUNS:
            process.end()
            return
        process.say(line_of({}))
        self._idle.append(process)

    def close(self) -> None:
        """End them all."""
        for process in (*self._idle, *self._lent.values()):
            process.end()
        self._idle.clear()
        self._lent.clear()

    def _taken(self) -> _Process:
        while self._idle:
            process = self._idle.pop()
            with contextlib.suppress(TimeoutError, ExchangeError):
                process.ask(b"", LEAVING_SECONDS)  # it says so when nothing of before is left
                return process
            process.end()
        try:
            return _Process(self._settings, self._clock)
        except TimeoutError as error:
            message = f"the prober's own browser does not start within {START_SECONDS:g}s"
            raise ExchangeError(Reason.BROWSER, message) from error
        except (OSError, TerminalError) as error:
            message = f"the prober's own browser does not start: {error}"
            raise ExchangeError(Reason.BROWSER, message) from error

    def _drop(self, run: str) -> None:
        self._lent.pop(run).end()
