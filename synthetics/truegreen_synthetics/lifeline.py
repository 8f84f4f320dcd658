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

__all__ = ["is_bound", "start_bound"]

_MARK = "TRUEGREEN_LIFELINE"


def start_bound(command: Sequence[str], **files: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401  of Popen
    """Start a child that ends with this process; whoever waits for it closes its `stdin`.

    Args:
        command: Of a command of ours that looks at `is_bound`.
        files: Where its standard output and error go, as for `subprocess.Popen`.
    """
    return subprocess.Popen(  # noqa: S603  our own program
        command, stdin=subprocess.PIPE, env={**os.environ, _MARK: "stdin"}, **files
    )


def is_bound() -> bool:
    """Return whether this process is such a child; its own children are not."""
    return os.environ.pop(_MARK, "") == "stdin"
