"""Locust patches the standard library when it is imported, so it has to come first.

A command that needs it replaces its process with a fresh one (`python -m truegreen_synthetics`).
The process id stays, so signals reach the right one.
"""

from __future__ import annotations

import importlib.util
import os
import sys

from truegreen_definitions.errors import TerminalError

__all__ = ["start_afresh"]


def start_afresh(*arguments: str) -> None:
    """Replace this process with one in which Locust comes first, unless it is one.

    Args:
        arguments: Of the command line there.

    Raises:
        TerminalError: Locust is not installed.
    """
    if "locust" in sys.modules:
        return
    if importlib.util.find_spec("locust") is None:
        raise TerminalError("the probe needs Locust: pip install 'truegreen[probe]'")
    sys.stdout.flush()
    sys.stderr.flush()
    # -P: a file named like a module in the current folder must not be imported in its place.
    os.execv(sys.executable, [sys.executable, "-P", "-m", "truegreen_synthetics", *arguments])  # noqa: S606
