"""The completion of bash: one function, for every bash since 3.2, without bash-completion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.completion.grammar import IDS, Takes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from truegreen_definitions.completion.grammar import Argument, Verb

__all__ = ["bash_script"]

_SCRIPT = """\
# bash completion of truegreen: eval "$(truegreen completion bash)"
_truegreen_words() {{ COMPREPLY=($(compgen -W "$1" -- "$current")); }}
_truegreen_paths() {{
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen "$1" -- "$current"))
}}
_truegreen() {{
    local IFS=$'\\n' current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        _truegreen_words {verbs}
        return
    fi
    if [ "$current" = = ]; then
        current=
    elif [ "$before" = = ]; then
        before=${{COMP_WORDS[COMP_CWORD-2]}}
    fi
    case ${{COMP_WORDS[1]}}:$before in
{values}
    esac
    case $current in
        -*)
            case ${{COMP_WORDS[1]}} in
{flags}
            esac
            return ;;
    esac
    case ${{COMP_WORDS[1]}} in
{places}
    esac
}}
complete -F _truegreen truegreen
"""


def bash_script(verbs: Sequence[Verb]) -> str:
    """Return the script that makes bash complete the verbs."""
    return _SCRIPT.format(
        verbs=_list((*(verb.name for verb in verbs), "--help", "--version")),
        values="\n".join(_values(verbs)),
        flags="\n".join(
            f"                {verb.name}) "
            f"_truegreen_words {_list(flag for one in verb.flags for flag in one.flags)} ;;"
            for verb in verbs
        ),
        places="\n".join(_places(verbs)),
    )


def _values(verbs: Iterable[Verb]) -> Iterator[str]:
    """Yield what follows each flag that has a value; where it may have none, a flag may follow."""
    for verb in verbs:
        for flag in verb.flags:
            if flag.takes is Takes.NOTHING:
                continue
            after = " | ".join(f"{verb.name}:{word}" for word in flag.flags)
            end = '[ "${current#-}" = "$current" ] && return' if flag.optional else "return"
            yield f"        {after}) {_action(flag)}; {end} ;;"


def _places(verbs: Iterable[Verb]) -> Iterator[str]:
    """Yield what stands in a verb's places: what fits the first, and the further ones as well."""
    for verb in verbs:
        if not verb.places:
            continue
        first, *rest = verb.places
        line = f"        {verb.name}) "
        if rest:
            others = "; ".join(_action(place) for place in rest)
            yield f'{line}if [ "$COMP_CWORD" -eq 2 ]; then {_action(first)}; else {others}; fi ;;'
        else:
            yield f"{line}{_action(first)} ;;"


def _action(argument: Argument) -> str:
    match argument.takes:
        case Takes.WORDS:
            return f"_truegreen_words {_list(argument.words)}"
        case Takes.IDS:
            return f'_truegreen_words "$({IDS} 2>/dev/null)"'
        case Takes.FILE:
            return "_truegreen_paths -f"
        case Takes.FOLDER:
            return "_truegreen_paths -d"
        case _:
            return ":"


def _list(words: Iterable[str]) -> str:
    """Return words a line each, as one word of bash; ours need no quoting of their own."""
    return "$'" + "\\n".join(words) + "'"
