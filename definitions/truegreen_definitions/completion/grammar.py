"""What a verb takes, as completion sees it."""

from __future__ import annotations

import argparse
import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from truegreen_definitions.cli.command import Command

__all__ = ["IDS", "Argument", "Takes", "Verb", "verb_of"]

IDS = "truegreen completion ids"
"""The command that prints the ids of the definitions, a line each."""


class Takes(enum.Enum):
    """What stands in the place of a value."""

    NOTHING = enum.auto()
    TEXT = enum.auto()
    WORDS = enum.auto()
    FILE = enum.auto()
    FOLDER = enum.auto()
    IDS = enum.auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """A flag or a place of a verb.

    Attributes:
        flags: `-o`, `--output`; empty for a place.
        label: What help calls the value.
        words: The values there are, where `takes` is WORDS.
        optional: Whether a flag may stand without its value.
    """

    flags: tuple[str, ...]
    label: str
    summary: str
    takes: Takes
    words: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """A verb with its flags and its places, in order."""

    name: str
    summary: str
    flags: tuple[Argument, ...]
    places: tuple[Argument, ...]


def verb_of(command: Command, words: Mapping[str, Sequence[str]]) -> Verb:
    """Return what a command takes.

    Args:
        command: The command.
        words: Name of an argument to the values there are, where the parser does not say them.
    """
    parser = argparse.ArgumentParser()
    command.configure(parser)
    # argparse has no public list of what was added to a parser.
    found = [_argument(action, words.get(action.dest, ())) for action in parser._actions]  # noqa: SLF001
    return Verb(
        name=command.name,
        summary=command.summary,
        flags=tuple(one for one in found if one.flags),
        places=tuple(one for one in found if not one.flags),
    )


_BY_LABEL = {"DIR": Takes.FOLDER, "FILE": Takes.FILE, "ID": Takes.IDS}


def _argument(action: argparse.Action, words: Sequence[str]) -> Argument:
    label = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    takes = _BY_LABEL.get(label, Takes.TEXT)
    words = words or tuple(str(word) for word in action.choices or ())
    if words:
        takes = Takes.WORDS
    if action.nargs == 0:
        takes = Takes.NOTHING
    return Argument(
        flags=tuple(action.option_strings),
        label=label,
        summary=" ".join((action.help or "").split()).replace("%(default)s", str(action.default)),
        takes=takes,
        words=tuple(words),
        optional=action.nargs == argparse.OPTIONAL,
    )
