"""The bar that a person watches."""

from __future__ import annotations

import io
from itertools import count
from typing import TYPE_CHECKING

from truegreen_definitions.cli import progress
from truegreen_definitions.cli.progress import Progress

if TYPE_CHECKING:
    import pytest


class Terminal(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        """Say that a person watches."""
        return True


def test_patience_keeps_short_work_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the first second nothing is shown; after it the bar is, and goes at the end."""
    ticks = count()
    monkeypatch.setattr(progress, "monotonic", lambda: next(ticks) * 0.4)
    terminal = Terminal()
    bar = Progress(4, terminal, patience=1)
    bar.step("a")
    bar.step("b")
    assert terminal.getvalue() == ""
    bar.step("c")
    assert terminal.getvalue().startswith("\r[##################......] 3/4 c")
    bar.close()
    assert terminal.getvalue().endswith(" \r")


def test_nothing_where_nobody_watches() -> None:
    """A file or a pipe gets no bar."""
    stream = io.StringIO()
    bar = Progress(1, stream)
    bar.step("a")
    bar.close()
    assert stream.getvalue() == ""
