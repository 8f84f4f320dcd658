"""The completion of zsh, by `_arguments`: with the words of `--help` beside each choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.completion.grammar import IDS, Takes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from truegreen_definitions.completion.grammar import Argument, Verb

__all__ = ["zsh_script"]

_SCRIPT = """\
#compdef truegreen
# zsh completion of truegreen: eval "$(truegreen completion zsh)", or a file _truegreen in $fpath
_truegreen_ids() {{
    local -a ids
    ids=(${{(f)"$({ids} 2>/dev/null)"}})
    compadd -a ids
}}
_truegreen() {{
    local context state line
    typeset -A opt_args
    local -a verbs
    verbs=(
{verbs}
    )
    _arguments -C '(- *)--help[show help]' '(- *)--version[show the version]' \\
        '1: :->verb' '*:: :->rest'
    case $state in
        verb) _describe command verbs ;;
        rest)
            case $line[1] in
{rest}
            esac ;;
    esac
}}
if [ "$funcstack[1]" = _truegreen ]; then
    _truegreen "$@"
else
    compdef _truegreen truegreen
fi
"""


def zsh_script(verbs: Sequence[Verb]) -> str:
    """Return the script that makes zsh complete the verbs."""
    return _SCRIPT.format(
        ids=IDS,
        verbs="\n".join(
            f"        {_quoted(f'{verb.name}:{_escaped(verb.summary)}')}" for verb in verbs
        ),
        rest="\n".join(_rest(verbs)),
    )


def _rest(verbs: Iterable[Verb]) -> Iterator[str]:
    for verb in verbs:
        specs = [
            *(_quoted(spec) for flag in verb.flags for spec in _flag(flag)),
            *(_quoted(f"{index}:{_value(place)}") for index, place in enumerate(verb.places, 1)),
        ]
        yield f"                {verb.name}) _arguments -S {' '.join(specs)} ;;"


def _flag(flag: Argument) -> Iterator[str]:
    """Yield the specification of each spelling of a flag; one rules out the others."""
    others = f"({' '.join(flag.flags)})" if len(flag.flags) > 1 else ""
    for word in flag.flags:
        spec = f"{others}{word}[{_escaped(flag.summary)}]"
        if flag.takes is Takes.NOTHING:
            yield spec
        else:
            yield f"{spec}{'::' if flag.optional else ':'}{_value(flag)}"


def _value(argument: Argument) -> str:
    """Return the label of a value, and what completes it."""
    label = _escaped(argument.label)
    match argument.takes:
        case Takes.WORDS:
            return f"{label}:({' '.join(argument.words)})"
        case Takes.IDS:
            return f"{label}:_truegreen_ids"
        case Takes.FILE:
            return f"{label}:_files"
        case Takes.FOLDER:
            return f"{label}:_files -/"
        case _:
            return f"{label}: "


def _escaped(text: str) -> str:
    for character in "\\:[]":
        text = text.replace(character, f"\\{character}")
    return text


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
