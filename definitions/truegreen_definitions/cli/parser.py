"""The parser of the command line: argparse, with the near word for one that there is not."""

from __future__ import annotations

import argparse
import re

TYPE_CHECKING = False  # `typing` takes longer to import than an unchanged `build` may take
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn

__all__ = ["Parser"]

_CHOICE = re.compile(r"invalid choice: '(.*)' \(choose from (.*)\)", re.DOTALL)
_UNKNOWN = re.compile(r"unrecognized arguments: (.*)", re.DOTALL)


class Parser(argparse.ArgumentParser):
    """Parses as argparse does; what it refuses comes with the word that may have been meant."""

    def error(self, message: str) -> NoReturn:
        """End with usage, message and a near word on stderr, and exit code 2."""
        super().error(f"{message}{self._meant(message)}")

    def _meant(self, message: str) -> str:
        from truegreen_definitions.suggestions import near_word

        choice, unknown = _CHOICE.search(message), _UNKNOWN.search(message)
        if choice is not None:
            near = near_word(choice[1], re.findall(r"'([^']*)'", choice[2]))
            return f"; {near}" if near else ""
        flags = re.findall(r"--[a-z-]+", unknown[1]) if unknown is not None else []
        known = sorted(self._flags())
        found = (near for flag in flags if (near := near_word(flag, known)))
        return "".join(f"; {near}" for near in found)

    def _flags(self) -> Iterator[str]:
        """Yield the flags of this parser and of the verbs below it."""
        for action in self._actions:
            yield from (flag for flag in action.option_strings if flag.startswith("--"))
            if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001  it has no other name
                for below in action.choices.values():
                    yield from below._flags()  # noqa: SLF001  of the same class
