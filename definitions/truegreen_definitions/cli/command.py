"""What a command is, and the exit codes all commands share."""

from __future__ import annotations

import enum

TYPE_CHECKING = False  # `typing` takes longer to import than an unchanged `build` may take
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable

__all__ = ["Command", "ExitCode"]


class ExitCode(enum.IntEnum):
    """How a command ended."""

    CLEAN = 0
    PROBLEMS = 1
    USAGE = 2
    OUR_BUG = 3
    INTERRUPTED = 130


class Command:
    """A verb of the command line.

    The module that holds it imports only what `--help` needs; `run` imports the rest. It is no
    dataclass, because importing `dataclasses` takes as long as starting Python.

    Attributes:
        name: The verb.
        summary: One line for `--help`.
        configure: Adds the verb's arguments to its parser.
        run: Does the work; stdout is the result, stderr is talk.
    """

    __slots__ = ("configure", "name", "run", "summary")

    def __init__(
        self,
        name: str,
        summary: str,
        configure: Callable[[ArgumentParser], None],
        run: Callable[[Namespace], ExitCode],
    ) -> None:
        self.name = name
        self.summary = summary
        self.configure = configure
        self.run = run
