"""Locust patches the standard library when it is imported, so it has to come first.

A command that needs it replaces its process with a fresh one (`python -m truegreen_synthetics`).
The process id stays, so signals reach the right one.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from typing import TYPE_CHECKING

from truegreen_definitions.errors import TerminalError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["start_afresh"]


def start_afresh(verb: str, values: Mapping[str, object], flags: Mapping[str, bool]) -> None:
    """Replace this process with one in which Locust comes first, unless it is one.

    Args:
        verb: The command there.
        values: Of its options, by name; None for one that was not given, and a list for one that
            may be given again and again.
        flags: Whether each option without a value was given.

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
    command = [sys.executable, "-P", "-m", "truegreen_synthetics", verb]
    for name, value in values.items():
        given = value if isinstance(value, list) else [value]
        command += [f"--{name}={one}" for one in given if one is not None]
    command += [f"--{name}" for name, on in flags.items() if on]
    os.execv(sys.executable, command)  # noqa: S606
