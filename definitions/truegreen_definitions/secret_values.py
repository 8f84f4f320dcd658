"""Secrets of definitions: read by the process that needs them, never shown.

`${secret:NAME}` is the environment variable `NAME`, or the content of the file that `NAME_FILE`
names, without its last line break. A missing one is named, never guessed. Where a text was cut,
which `…` says, a part of a secret is masked like the whole.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from truegreen_definitions.errors import TerminalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["MASK", "Secrets", "read_secrets"]

MASK = "***"
CUT = "…"
LEAST_PART = 3  # what is shorter tells nothing, and is found everywhere


class Secrets:
    """Values of secrets by name, and the way to keep them out of texts."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)
        forms = {form for value in self._values.values() for form in _forms(value)}
        # The longest first: one secret may be a part of another.
        self._forms = sorted(forms, key=lambda form: (-len(form), form))

    def __getitem__(self, name: str) -> str:
        """Return the value of a secret."""
        return self._values[name]

    def __repr__(self) -> str:
        """Return the names alone."""
        return f"Secrets({sorted(self._values)})"

    def hide(self, value: str) -> None:
        """Mask a value from now on that was not known at the start: a token, say."""
        more = {form for form in _forms(value) if form} - set(self._forms)
        self._forms = sorted((*self._forms, *more), key=lambda form: (-len(form), form))

    def mask(self, text: str) -> str:
        """Return a text in which every secret, as it is or encoded, is `***`."""
        for form in self._forms:
            text = text.replace(form, MASK)
        if CUT not in text:
            return text
        first, *others = text.split(CUT)
        pieces = [first, *(self._without_end(piece) for piece in others)]
        return CUT.join([*map(self._without_beginning, pieces[:-1]), pieces[-1]])

    def _without_beginning(self, piece: str) -> str:
        """Return what stands before a cut without the beginning of a secret at its end."""
        lengths = (
            length
            for form in self._forms
            for length in range(LEAST_PART, min(len(form), len(piece) + 1))
            if piece.endswith(form[:length])
        )
        most = max(lengths, default=0)
        return piece[:-most] + MASK if most else piece

    def _without_end(self, piece: str) -> str:
        """Return what stands behind a cut without the end of a secret at its beginning."""
        lengths = (
            length
            for form in self._forms
            for length in range(LEAST_PART, min(len(form), len(piece) + 1))
            if piece.startswith(form[-length:])
        )
        return (MASK if (most := max(lengths, default=0)) else "") + piece[most:]


def read_secrets(
    names: Iterable[str], environment: Mapping[str, str], read: Callable[[str], str]
) -> Secrets:
    """Return the secrets of those names.

    Args:
        names: Names without `secret:`.
        environment: Environment variables.
        read: Returns the text of a file; raises OSError or UnicodeDecodeError.

    Raises:
        TerminalError: Some have no value or a file cannot be read; the message names them all.
    """
    values, faults = {}, []
    for name in sorted(set(names)):
        path = environment.get(f"{name}_FILE")
        if name in environment:
            values[name] = environment[name]
        elif path is None:
            faults.append(f"{name} has no value: set {name}, or {name}_FILE to a file's path")
        else:
            try:
                values[name] = read(path).removesuffix("\n").removesuffix("\r")
            except OSError as error:
                faults.append(f"{name}: cannot read {path} ({error.strerror})")
            except UnicodeDecodeError:
                faults.append(f"{name}: {path} is no UTF-8 text")
        if values.get(name) == "":
            faults.append(f"{name} is empty")
    if faults:
        raise TerminalError(f"secrets are missing: {'; '.join(faults)}")
    return Secrets(values)


def _forms(value: str) -> tuple[str, ...]:
    encoded = (quote(value, safe=""), quote_plus(value), json.dumps(value)[1:-1])
    return (value, *encoded, repr(value)[1:-1])
