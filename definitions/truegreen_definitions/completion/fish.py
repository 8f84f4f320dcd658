"""The completion of fish: a line for each thing that may stand somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.completion.grammar import IDS, Takes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.completion.grammar import Argument, Verb

__all__ = ["fish_script"]

_HEAD = """\
# fish completion of truegreen: truegreen completion fish | source
complete -c truegreen -f
complete -c truegreen -n __fish_use_subcommand -l help -d 'Show help'
complete -c truegreen -n __fish_use_subcommand -l version -d 'Show the version'
"""


def fish_script(verbs: Sequence[Verb]) -> str:
    """Return the script that makes fish complete the verbs."""
    lines = [line for verb in verbs for line in _verb(verb)]
    return _HEAD + "".join(f"{line}\n" for line in lines)


def _verb(verb: Verb) -> Iterator[str]:
    yield (
        f"complete -c truegreen -n __fish_use_subcommand -a {verb.name} -d {_quoted(verb.summary)}"
    )
    begin = f"complete -c truegreen -n '__fish_seen_subcommand_from {verb.name}'"
    for flag in verb.flags:
        spelt = " ".join(f"-l {w[2:]}" if w[:2] == "--" else f"-s {w[1:]}" for w in flag.flags)
        value = "" if flag.takes is Takes.NOTHING else f" {_value(flag)}"
        yield f"{begin} {spelt}{value} -d {_quoted(flag.summary)}"
    for place in verb.places:
        if place.takes is not Takes.TEXT:
            yield f"{begin} {_value(place)}"


def _value(argument: Argument) -> str:
    """Return what completes a value; fish offers none where it is not said to be needed."""
    match argument.takes:
        case Takes.WORDS:
            return f"-x -a {_quoted(' '.join(argument.words))}"
        case Takes.IDS:
            return f"-x -a '({IDS} 2>/dev/null)'"
        case Takes.FILE:
            return "-r -F"
        case Takes.FOLDER:
            return "-x -a '(__fish_complete_directories)'"
        case _:
            return "-x"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
