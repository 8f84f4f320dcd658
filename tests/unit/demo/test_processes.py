"""The demo's processes."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from truegreen_definitions.errors import TerminalError
from truegreen_demo.processes import Processes, free_ports, run, terminable

if TYPE_CHECKING:
    from pathlib import Path

SLEEPER = (sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)")
STUBBORN = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)",
)
BROKEN = (sys.executable, "-c", "raise SystemExit('the reason')")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_leaving_the_block_ends_every_child(tmp_path: Path) -> None:
    """Children end with the block, also when it is left by an exception."""
    pids: list[int] = []

    def interrupted() -> None:
        with Processes(tmp_path) as processes:
            processes.start("one", SLEEPER)
            processes.start("two", SLEEPER)
            pids.extend(child.process.pid for child in processes._children)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert len(pids) == 2
    assert not any(map(_alive, pids))


def test_a_stubborn_child_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that ignores the request to end is killed after the grace."""
    monkeypatch.setattr("truegreen_demo.processes.GRACE_SECONDS", 0.2)
    with Processes(tmp_path) as processes:
        processes.start("stubborn", STUBBORN)
        pid = processes._children[0].process.pid
    assert not _alive(pid)


def test_a_child_that_ended_is_told_with_its_last_words(tmp_path: Path) -> None:
    """A dead child is an error that shows the end of its log."""
    with Processes(tmp_path) as processes:
        processes.start("broken", BROKEN)
        processes._children[0].process.wait()
        with pytest.raises(TerminalError, match=r"broken ended with exit code 1:\n  the reason"):
            processes.check()


def test_what_cannot_start_is_named(tmp_path: Path) -> None:
    """A missing program is an error that names it, never a traceback of subprocess."""
    with Processes(tmp_path) as processes, pytest.raises(TerminalError, match="cannot start gone"):
        processes.start("gone", ("/nowhere/at/all",))
    with pytest.raises(TerminalError, match="cannot run /nowhere/at/all"):
        run(("/nowhere/at/all",), tmp_path / "run.log")


def test_a_failing_command_is_told_with_its_last_words(tmp_path: Path) -> None:
    """A command that fails is an error that shows the end of its log."""
    with pytest.raises(TerminalError, match="the reason"):
        run(BROKEN, tmp_path / "run.log")


def test_sigterm_is_ctrl_c_inside_the_block() -> None:
    """SIGTERM raises KeyboardInterrupt inside the block, and means what it meant after it."""
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), terminable():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


def test_free_ports_are_all_different() -> None:
    """Ports asked for at once never repeat."""
    assert len(set(free_ports(8))) == 8
