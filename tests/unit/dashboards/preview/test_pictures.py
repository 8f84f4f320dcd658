"""What is done about a browser that does not draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from truegreen_dashboards.preview import pictures
from truegreen_definitions.errors import TerminalError

if TYPE_CHECKING:
    from pathlib import Path

# Stands still where the file of its first start is not there yet, then prints what it is given.
_STANDS_STILL = """#!/bin/sh
test -e {first} || {{ touch {first}; exec sleep 600; }}
for one in "$@"; do
  case "$one" in --print-to-pdf=*) echo drawn > "${{one#--print-to-pdf=}}";; esac
done
"""


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A browser that stands still at its first start."""
    program = tmp_path / "bin" / "chromium"
    program.parent.mkdir()
    program.write_text(_STANDS_STILL.format(first=tmp_path / "first"))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    return program


def test_a_browser_that_stands_still_is_started_anew(
    browser: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that does not end in its time is ended, and the next one draws the page."""
    assert pictures.browser() == str(browser)
    monkeypatch.setattr(pictures, "_PATIENCE", (0.5, 60.0))
    pictures.print_page("http://127.0.0.1:9/", tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").read_text() == "drawn\n"
    assert (tmp_path / "first").exists()


def test_when_none_draws_it_is_said_for_how_long_was_waited(
    browser: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last one that stands still ends it, with the page and the time in words."""
    monkeypatch.setattr(pictures, "_PATIENCE", (0.5,))
    with pytest.raises(TerminalError, match=r"did not draw http://127.0.0.1:9/ within 0.5 s"):
        pictures.print_page("http://127.0.0.1:9/", tmp_path / "page.pdf")
    assert browser.exists()
