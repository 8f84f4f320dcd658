"""The probe beside a stress run is never held up by what it says."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest

from truegreen_definitions.errors import TerminalError
from truegreen_synthetics.stress.beside import ProbeBeside

if TYPE_CHECKING:
    from pathlib import Path

TALKER = """#!{python}
import pathlib, sys, time
print('{{"event": "listening", "address": "127.0.0.1:1"}}', file=sys.stderr, flush=True)
for _ in range(2000):
    print("x" * 100, file=sys.stderr, flush=True)
pathlib.Path("{done}").write_text("said it all")
time.sleep(60)
"""
PATIENCE_SECONDS = 10


def program(folder: Path, text: str) -> str:
    """Return the path of a program that stands for the interpreter."""
    path = folder / "python"
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


def test_it_may_say_as_much_as_it_likes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hundred kilobytes after it began, more than a pipe holds, the probe still runs."""
    done = tmp_path / "done"
    talker = program(tmp_path, TALKER.format(python=sys.executable, done=done))
    monkeypatch.setattr(sys, "executable", talker)
    probe = ProbeBeside(tmp_path / "plan.json", "fra", tmp_path)
    until = time.monotonic() + PATIENCE_SECONDS
    while not done.exists() and time.monotonic() < until:
        time.sleep(0.02)
    probe.stop()
    assert done.exists()


def test_one_that_does_not_begin_says_why(tmp_path: Path) -> None:
    """Its last words are in the message."""
    with pytest.raises(TerminalError, match=r"did not begin: .*plan\.json"):
        ProbeBeside(tmp_path / "plan.json", "fra", tmp_path)
