"""A shell at a terminal: keys in, what the line became out."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["typed"]

_SECONDS = 30
_READY, _ENTERED = b"<ready>", b"<entered>"


def typed(
    shell: Sequence[str], setup: str, keys: str, *, folder: Path, env: Mapping[str, str]
) -> str:
    """Return the arguments a shell runs `truegreen` with after some keys, a line each.

    Args:
        shell: The shell's command, interactive.
        setup: What it runs first, in one line.
        keys: What is typed; a tab completes. Enter comes at the end.
        folder: Where it runs.
        env: Its environment.
    """
    ours, theirs = pty.openpty()
    shown = b""
    with subprocess.Popen(
        shell, cwd=folder, env=env, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True
    ) as process:
        os.close(theirs)
        try:
            # The shells echo what is typed: a marker counts where it is printed, not typed.
            os.write(ours, f"{setup}; printf '<%s>\\n' ready\n".encode())
            shown = _until(ours, _READY)
            for key in keys:
                os.write(ours, key.encode())
                if key == "\t":
                    _settled(ours)
            os.write(ours, b"; printf '<%s>\\n' entered\n")
            shown = _until(ours, _ENTERED)
        finally:
            process.kill()
            os.close(ours)
    lines = shown.decode(errors="replace").replace("\r", "").splitlines()
    return "\n".join(line.removeprefix("ran:") for line in lines if line.startswith("ran:"))


def _until(terminal: int, marker: bytes) -> bytes:
    """Return what is shown until a marker is, and fail where it does not come."""
    end, shown = time.monotonic() + _SECONDS, b""
    while marker not in shown:
        ready, _, _ = select.select([terminal], [], [], max(0, end - time.monotonic()))
        if not ready:
            raise TimeoutError(f"{marker!r} was not shown: {shown!r}")
        shown += os.read(terminal, 4096)
    return shown


def _settled(terminal: int) -> None:
    """Read until the shell has answered a tab and has been quiet for a while."""
    quiet = 2.0
    while select.select([terminal], [], [], quiet)[0]:
        os.read(terminal, 4096)
        quiet = 0.3
