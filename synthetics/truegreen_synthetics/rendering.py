"""Texts with `${variable}` and `${secret:NAME}`, compiled to functions of the variables.

A secret is put in when the text is compiled; a variable when it is rendered. What a variable
holds is encoded for the place it goes to, so that a value from a response cannot change the
shape of a request. Inside JSON a string that is one variable alone keeps the variable's type:
`{"qty": "${n}"}` with n = 3 is `{"qty": 3}`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote, quote_plus

from truegreen_definitions.expressions.templates import references

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from truegreen_definitions.secret_values import Secrets

__all__ = [
    "Constant",
    "RenderError",
    "Renderer",
    "form_body",
    "header_text",
    "json_body",
    "plain_text",
    "secret_names",
    "url_path",
]

Variables: TypeAlias = "Mapping[str, object]"
Renderer: TypeAlias = "Callable[[Variables], str]"
Piece: TypeAlias = "str | Renderer"

SECRET = "secret"  # noqa: S105  the word of the language
PATH_SAFE = "/?&=:@!$'()*+,;~%"


class Constant:
    """The renderer of a text without variables.

    Attributes:
        text: What it renders, always.
    """

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __call__(self, _variables: Variables) -> str:
        """Return it."""
        return self.text


class RenderError(ValueError):
    """A variable's value does not fit where it goes."""


def secret_names(texts: Iterable[str]) -> frozenset[str]:
    """Return the names of the secrets that texts refer to."""
    found = (one for text in texts for one in references(text))
    return frozenset(one.rest for one in found if one.name == SECRET and one.rest is not None)


def url_path(text: str, secrets: Secrets) -> Renderer:
    """Return the renderer of a path and query; values are percent-encoded, `/` too."""
    return _joined(
        _pieces(
            text,
            secrets,
            literal=lambda part: quote(part, safe=PATH_SAFE),
            value=lambda found, name: quote(_scalar(found, name), safe=""),
        )
    )


def plain_text(text: str, secrets: Secrets) -> Renderer:
    """Return the renderer of a text that has no form of its own: values go in as they are."""
    return _joined(_pieces(text, secrets, literal=str, value=_scalar))


def header_text(text: str, secrets: Secrets) -> Renderer:
    """Return the renderer of a header's value; a value with a line break does not fit."""

    def value(found: object, name: str) -> str:
        rendered = _scalar(found, name)
        if not rendered.isprintable():
            raise RenderError(f"variable {name} has characters that no header may hold")
        return rendered

    return _joined(_pieces(text, secrets, literal=str, value=value))


def json_body(text: str, secrets: Secrets) -> Renderer:
    """Return the renderer of a JSON document; templates stand in its strings, not its keys."""
    return _joined(_document_pieces(json.loads(text), secrets))


def form_body(fields: Iterable[tuple[str, str]], secrets: Secrets) -> Renderer:
    """Return the renderer of a form's (name, value) pairs; templates stand in both.

    Source: URL standard, application/x-www-form-urlencoded; a space is `+`.
    """
    inside = [
        [*_form_pieces(name, secrets), "=", *_form_pieces(text, secrets)] for name, text in fields
    ]
    return _joined(_between(inside, "&"))


def _form_pieces(text: str, secrets: Secrets) -> list[Piece]:
    def value(found: object, name: str) -> str:
        return quote_plus(_scalar(found, name))

    return _pieces(text, secrets, literal=quote_plus, value=value)


def _document_pieces(node: object, secrets: Secrets) -> list[Piece]:
    if isinstance(node, str):
        return _string_pieces(node, secrets)
    if isinstance(node, dict):
        inside = [[_dumps(key) + ":", *_document_pieces(node[key], secrets)] for key in node]
        return ["{", *_between(inside), "}"]
    if isinstance(node, list):
        return ["[", *_between([_document_pieces(item, secrets) for item in node]), "]"]
    return [_dumps(node)]


def _string_pieces(text: str, secrets: Secrets) -> list[Piece]:
    found = references(text)
    if len(found) == 1 and found[0].width == len(text) and found[0].name != SECRET:
        return [_variable(found[0].name, lambda value, _name: _dumps(value))]

    def value(found: object, name: str) -> str:
        return _dumps(_scalar(found, name))[1:-1]

    pieces = _pieces(text, secrets, literal=lambda part: _dumps(part)[1:-1], value=value)
    return ['"', *pieces, '"']


def _pieces(
    text: str,
    secrets: Secrets,
    *,
    literal: Callable[[str], str],
    value: Callable[[object, str], str],
) -> list[Piece]:
    out: list[Piece] = []
    end = 0
    for one in references(text):
        out.append(literal(text[end : one.start]))
        if one.name == SECRET and one.rest is not None:
            out.append(value(secrets[one.rest], f"secret:{one.rest}"))
        else:
            out.append(_variable(one.name, value))
        end = one.start + one.width
    return [*out, literal(text[end:])]


def _variable(name: str, encode: Callable[[object, str], str]) -> Renderer:
    def render(variables: Variables) -> str:
        if name not in variables:
            raise RenderError(f"variable {name} has no value")
        return encode(variables[name], name)

    return render


def _joined(pieces: list[Piece]) -> Renderer:
    merged: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    if all(isinstance(piece, str) for piece in merged):
        whole = "".join(piece for piece in merged if isinstance(piece, str))
        return Constant(whole)

    def render(variables: Variables) -> str:
        return "".join([p if isinstance(p, str) else p(variables) for p in merged])

    return render


def _between(groups: list[list[Piece]], mark: str = ",") -> list[Piece]:
    out: list[Piece] = []
    for index, group in enumerate(groups):
        out += [mark, *group] if index else group
    return out


def _scalar(value: object, name: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return _dumps(value)
    kind = "an object" if isinstance(value, dict) else "a list"
    raise RenderError(f"variable {name} is {kind}: only a text, number or boolean fits here")


def _dumps(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)
