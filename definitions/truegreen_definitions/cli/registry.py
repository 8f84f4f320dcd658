"""The verbs and emitters there are: our own by name, those of other rooms by entry point.

Imports point one way, so this package cannot name the exporter, the probe or the boards. They
announce themselves in pyproject.toml under `truegreen.commands` (by the name of the verb),
`truegreen.emitters`, `truegreen.linters`, `truegreen.mutators`, `truegreen.receipts` and
`truegreen.reviews`.

A verb's module is imported when it is asked for, so that a `build` with nothing to do does not
wait for the others.
"""

from __future__ import annotations

from importlib import import_module

from truegreen_definitions.cli.installed import distributions
from truegreen_definitions.errors import TerminalError

TYPE_CHECKING = False  # `typing` takes longer to import than all of this to run
if TYPE_CHECKING:
    from typing import Any, Protocol

    from truegreen_definitions.artifacts import Emitter, Linter
    from truegreen_definitions.cli.command import Command
    from truegreen_definitions.plan import Plan

    class Mutator(Protocol):
        """Tests a journey of a plan, by its name, against spoiled answers."""

        def __call__(
            self, plan: Plan, name: str, *, writes: bool, sandbox: bool
        ) -> tuple[bool, str]:
            """Return whether all were seen, and the rest in words."""


__all__ = [
    "BUILT_IN",
    "announced",
    "commands",
    "found_commands",
    "found_emitters",
    "found_linters",
    "found_mutators",
    "found_receipt",
    "found_review",
]

BUILT_IN = ("init", "check", "build", "test", "plan", "explain", "schema", "doctor", "completion")
"""Verbs of this package: each is the constant of that name, in capitals, of its own module."""

COMMANDS, EMITTERS = "truegreen.commands", "truegreen.emitters"
LINTERS, MUTATORS = "truegreen.linters", "truegreen.mutators"
RECEIPTS = "truegreen.receipts"
REVIEWS = "truegreen.reviews"


def commands(verb: str = "") -> tuple[Command, ...]:
    """Return the command of a verb alone, where there is one; else every command, ours first.

    Raises:
        TerminalError: One is announced and cannot be loaded.
    """
    if verb in BUILT_IN:
        return (_built_in(verb),)
    of_verb = tuple(found for found in announced(COMMANDS) if found[0] == verb)
    if of_verb:
        return tuple(_loaded(*found) for found in of_verb)
    return (*map(_built_in, BUILT_IN), *found_commands())


def found_commands() -> tuple[Command, ...]:
    """Return the commands of the other rooms, by name.

    Raises:
        TerminalError: One is announced and cannot be loaded.
    """
    return tuple(_loaded(*found) for found in announced(COMMANDS))


def found_emitters() -> tuple[Emitter, ...]:
    """Return the emitters of the other rooms, by name.

    Raises:
        TerminalError: One is announced and cannot be loaded.
    """
    return tuple(_loaded(*found) for found in announced(EMITTERS))


def found_linters() -> tuple[Linter, ...]:
    """Return the linters of the other rooms, by name.

    Raises:
        TerminalError: One is announced and cannot be loaded.
    """
    return tuple(_loaded(*found) for found in announced(LINTERS))


def found_mutators() -> tuple[Mutator, ...]:
    """Return what tests a journey of a plan by its name.

    Raises:
        TerminalError: One is announced and cannot be loaded.
    """
    return tuple(_loaded(*found) for found in announced(MUTATORS))


def found_receipt() -> Any:  # noqa: ANN401  what another room announces
    """Return the command that gives receipts: (loaded plan, id, arguments) to text.

    Raises:
        TerminalError: None is announced, or it cannot be loaded.
    """
    found = announced(RECEIPTS)
    if not found:
        raise TerminalError("receipts need the exporter: pip install 'truegreen[exporter]'")
    return _loaded(*found[0])


def found_review() -> Any:  # noqa: ANN401  what another room announces
    """Return what gathers a `reviews.Review`: (loaded plan, state file, which period) to facts.

    Raises:
        TerminalError: None is announced, or it cannot be loaded.
    """
    found = announced(REVIEWS)
    if not found:
        raise TerminalError("reports need the exporter: pip install 'truegreen[exporter]'")
    return _loaded(*found[0])


def announced(group: str) -> tuple[tuple[str, str, str], ...]:
    """Return (name, `package.module:ATTRIBUTE`, distribution) of a group, sorted."""
    return tuple(
        sorted(
            (name, value, distribution.name)
            for distribution in distributions()
            for name, value in distribution.entry_points(group)
        )
    )


def _built_in(verb: str) -> Command:
    module = import_module(f"truegreen_definitions.cli.{verb}")
    command: Command = getattr(module, verb.upper())
    return command


def _loaded(_name: str, value: str, distribution: str) -> Any:  # noqa: ANN401  what others announce
    module, _, attribute = value.partition(":")
    try:
        return getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise TerminalError(
            f"{value} of {distribution} cannot be loaded: {error}; "
            "install that package again, or remove it"
        ) from error
