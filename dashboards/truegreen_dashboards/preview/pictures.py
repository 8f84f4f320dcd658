"""Pictures of the boards: the live page, opened once in a browser without a window.

The browser is a Chromium of the machine. It is asked twice: how tall a board is once it is
drawn, and for the picture. It gets a profile of its own, which is thrown away.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions.errors import TerminalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["LOOKS", "Look", "browser", "print_page", "take_pdf", "take_pngs"]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--virtual-time-budget=8000",
)
_PATIENCE = (100, 100, 300)
"""Seconds that a browser is waited for, one after the other."""
_UNDRAWN = 1200  # height in pixels until the page says how tall it is
_TALL = re.compile(r'data-height="(\d+)"')
_ROUND = re.compile(r'data-round="\d+"')


@dataclass(frozen=True, slots=True)
class Look:
    """How a board is looked at: theme, and width in pixels."""

    theme: str
    width: int


LOOKS = tuple(Look(theme, width) for theme in ("light", "dark") for width in (1440, 390))
"""On a desk and on a telephone, by day and by night."""


def browser() -> str:
    """Return the path of a Chromium.

    Raises:
        TerminalError: There is none.
    """
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise TerminalError(
            "pictures need a Chromium, and none is on the PATH: install one "
            "(Debian: apt-get install chromium), or open the page in your own browser"
        )
    return found


def take_pngs(
    url: str, uids: Iterable[str], span: str, folder: Path, looks: Iterable[Look] = LOOKS
) -> Iterator[Path]:
    """Yield each picture as it is written: `UID-THEME-WIDTH.png`, the whole board.

    Args:
        url: The live page.
        uids: Boards.
        span: Time range that is shown, one the page offers, such as `1h`.
        folder: Where to; made where it is missing.
        looks: How they are looked at.

    Raises:
        TerminalError: There is no browser, it fails, or a board is not drawn in time.
    """
    program = browser()
    folder.mkdir(parents=True, exist_ok=True)
    every = tuple(looks)
    for uid in uids:
        for look in every:
            page = f"{url}/d/{uid}?theme={look.theme}&range={span}&still={look.width}"
            size = (look.width, _height(program, page, look.width))
            path = folder / f"{uid}-{look.theme}-{look.width}.png"
            _browse(program, page, size, f"--screenshot={path}")
            yield _written(path)


def take_pdf(url: str, uids: Iterable[str], span: str, folder: Path) -> Iterator[Path]:
    """Yield each board as it is written for paper: `UID.pdf`; the rest is as in `take_pngs`."""
    for uid in uids:
        path = folder / f"{uid}.pdf"
        print_page(f"{url}/d/{uid}?theme=light&range={span}&still", path)
        yield path


def print_page(url: str, path: Path) -> None:
    """Write one page for paper, of any address that the browser can open.

    Raises:
        TerminalError: There is no browser, or it fails.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _browse(browser(), url, (1440, _UNDRAWN), f"--print-to-pdf={path}", "--no-pdf-header-footer")
    _written(path)


def _height(program: str, page: str, width: int) -> int:
    document = _browse(program, page, (width, _UNDRAWN), "--dump-dom")
    found = _TALL.search(document)
    if found is None or not _ROUND.search(document):
        raise TerminalError(f"{page} was not drawn within {sum(_PATIENCE)} s")
    return int(found[1])


def _browse(program: str, page: str, size: tuple[int, int], *flags: str) -> str:
    """Open a page, and return what the browser writes to stdout."""
    # Chromium's sandbox refuses to run as root, as in a container; the page is our own.
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    own = (*_FLAGS, *root, f"--window-size={size[0]},{size[1]}", *flags)
    # Its virtual time stands still now and then on a busy machine: a new browser draws it.
    for seconds in _PATIENCE:
        with tempfile.TemporaryDirectory() as profile:
            command = [program, f"--user-data-dir={profile}", *own, page]
            try:
                return subprocess.run(  # noqa: S603  the machine's own browser
                    command, capture_output=True, text=True, check=True, timeout=seconds
                ).stdout
            except subprocess.TimeoutExpired:
                continue
            except (subprocess.CalledProcessError, OSError) as error:
                raise TerminalError(f"{program} could not draw {page}: {error}") from error
    raise TerminalError(f"{program} did not draw {page} within {sum(_PATIENCE)} s")


def _written(path: Path) -> Path:
    if not path.is_file():
        raise TerminalError(f"the browser wrote no {path}: is there room, and may it be written?")
    return path
