"""Templates in texts: `${name}` of a journey or an indicator, and `${secret:NAME}`.

A journey's texts hold variables, which an earlier step extracts, and secrets, which the probe
reads from its environment: neither is known to the compiler, so it checks them and leaves them
in place. An indicator's parameters, `${name}` or `${name:default}`, it fills in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions.expressions.errors import ExpressionError
from truegreen_definitions.suggestions import suggestion

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["RUN_VARIABLE", "Reference", "check_variables", "fill", "references"]

RUN_VARIABLE = "run"
"""The variable that every run of a journey has from its start: an id that no other run has."""

_TEMPLATE = re.compile(r"\$\{([^{}]*)(\}?)")
_VARIABLE = re.compile(r"[a-z_][a-z0-9_]*")
_SECRET = re.compile(r"[A-Z_][A-Z0-9_]*")
_SECRET_WORD = "secret"  # noqa: S105  the word of the language, not a secret


@dataclass(frozen=True, slots=True)
class Reference:
    """A template in a text: `${name}` or `${name:rest}`.

    Attributes:
        rest: What follows the colon; None without one.
        start: First character in the text, from 0.
        width: Number of characters, braces included.
    """

    name: str
    rest: str | None
    start: int
    width: int


def references(text: str) -> tuple[Reference, ...]:
    """Return the templates of a text, in order.

    Raises:
        ExpressionError: One is not closed or has no name.
    """
    out = []
    for found in _TEMPLATE.finditer(text):
        name, colon, rest = found[1].partition(":")
        if not found[2] or not _VARIABLE.fullmatch(name):
            raise ExpressionError(
                "template/syntax",
                f"{found[0]!r} is no template",
                hint="write ${name} in lower case, or ${secret:NAME} in upper case",
                span=(found.start(), len(found[0])),
            )
        out.append(Reference(name, rest if colon else None, found.start(), len(found[0])))
    return tuple(out)


def check_variables(text: str, known: Collection[str]) -> None:
    """Check a journey's text: every template is a known variable or a named secret.

    Raises:
        ExpressionError: A template is malformed, or nothing gives it a value.
    """
    for one in references(text):
        span = (one.start, one.width)
        if one.name == _SECRET_WORD:
            if not _SECRET.fullmatch(one.rest or ""):
                raise ExpressionError(
                    "template/syntax",
                    f"{one.rest or ''!r} is no name of a secret",
                    hint="write the name of an environment variable, such as ${secret:TEST_CARD}",
                    span=span,
                )
        elif one.rest is not None or one.name not in known:
            raise ExpressionError(
                "template/unknown-variable",
                f"nothing gives {text[one.start : one.start + one.width]} a value here",
                hint=f"an earlier step extracts it; {suggestion(one.name, sorted(known))}",
                span=span,
            )


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return an indicator's text with its parameters filled in, once: values are no templates.

    Raises:
        ExpressionError: A parameter has neither a value nor a default.
    """
    out, end = [], 0
    for one in references(text):
        value = values.get(one.name, one.rest)
        if value is None:
            raise ExpressionError(
                "template/no-value",
                f"parameter {one.name} has no value",
                hint=f"give it one: with: {{{one.name}: …}}",
                span=(one.start, one.width),
            )
        out += [text[end : one.start], value]
        end = one.start + one.width
    return "".join([*out, text[end:]])
