"""A child that ends with the process that started it, also where that was killed.

Its standard input is a pipe that nobody writes to, and whose other end nobody but the starter
holds: the kernel closes that, however the starter ends. The child takes the end of its input for
being told to end (see `engine.lifelines`), and undoes what it made.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["is_bound", "let_go", "start_bound"]

_MARK = "TRUEGREEN_LIFELINE"


def start_bound(command: Sequence[str], **files: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401  of Popen
    """Start a child that ends with this process, or is let go before (`let_go`).

    Args:
        command: Of a command of ours that looks at `is_bound`.
        files: Where its standard output and error go, as for `subprocess.Popen`.
    """
    return subprocess.Popen(  # noqa: S603  our own program
        command, stdin=subprocess.PIPE, env={**os.environ, _MARK: "stdin"}, **files
    )


def let_go(child: subprocess.Popen[bytes], seconds: float | None = None) -> None:
    """End such a child, so that it undoes what it made.

    Args:
        child: Running or not.
        seconds: How long it has before it is killed; None: as long as it takes.
    """
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    if child.stdin is not None:
        child.stdin.close()


def is_bound() -> bool:
    """Return whether this process is such a child; its own children are not."""
    return os.environ.pop(_MARK, "") == "stdin"
