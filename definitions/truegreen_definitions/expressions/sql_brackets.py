"""Brackets of SQL that never close: sqlglot forgives one that is missing in front of the end.

`cast(score as integer` and `trim(score` are read as if they were closed, and the plan would hold
what nobody wrote. So brackets are counted on the tokens, where texts and comments hold none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import TokenType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlglot import Token

__all__ = ["missing_bracket"]

_CLOSES = {
    TokenType.L_PAREN: TokenType.R_PAREN,
    TokenType.L_BRACKET: TokenType.R_BRACKET,
    TokenType.L_BRACE: TokenType.R_BRACE,
}
_CLOSING = {TokenType.R_PAREN: ")", TokenType.R_BRACKET: "]", TokenType.R_BRACE: "}"}


def missing_bracket(tokens: Iterable[Token]) -> tuple[str, Token] | None:
    """Return the bracket that is missing and the token that it is missing for.

    That is the innermost one that is open where the wrong one, or the end, comes; None where all
    close. One that closes what nobody opened is none of ours: no parser reads past it.
    """
    opened: list[Token] = []
    for token in tokens:
        if token.token_type in _CLOSES:
            opened.append(token)
        elif token.token_type in _CLOSING and opened:
            if _CLOSES[opened[-1].token_type] != token.token_type:
                break
            opened.pop()
    if not opened:
        return None
    return _CLOSING[_CLOSES[opened[-1].token_type]], opened[-1]
