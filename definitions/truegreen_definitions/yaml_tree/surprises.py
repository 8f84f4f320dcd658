"""Plain scalars that YAML readers do not agree on, each with what to write in its place.

YAML 1.1 reads `no` as false, `010` as 8, `1:30` as 90 and `12_000` as 12000; YAML 1.2 reads
text or other numbers there. We read none of them by either rule: what is meant has to be written so
that every reader agrees.

Source: yaml.org/type/{bool,int,float,null,merge,value}.html (YAML 1.1), YAML 1.2.2 §10.3.2.
"""

from __future__ import annotations

import re

__all__ = ["plainly", "surprise"]

_LONGEST_HINT = 40
_SUSPECT = frozenset("0123456789+-.~=<nNyYtTfFoO")
"""With one of these begins whatever is told below: most texts are told apart at once."""

_BOOLEANS = {"yes": "true", "on": "true", "true": "true", "no": "false", "off": "false"}
_BOOLEANS |= {"false": "false"}

# No two repetitions of a pattern can share a digit (`++`): a file may hold a number of millions.
_NUMBERS = (
    (re.compile(r"[-+]?0[0-7_]+"), "an octal number"),
    (re.compile(r"[-+]?0[0-9_]+"), "a number or text"),
    (re.compile(r"[-+]?0o[0-7_]+"), "an octal number"),
    (re.compile(r"[-+]?0x[0-9a-fA-F_]+"), "a hexadecimal number"),
    (re.compile(r"[-+]?0b[01_]+"), "a binary number"),
    (re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"), "a number of base 60"),
    (re.compile(r"[-+]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)[eE][-+]?[0-9]+"), "a number or text"),
    (
        re.compile(r"(?=.*_)[-+]?(?:[0-9][0-9_]*+\.?|\.[0-9])[0-9_]*+(?:[eE][-+]?[0-9]+)?"),
        "a number with underscores",
    ),
    (re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"), "infinity or no number"),
    (re.compile(r"\+[0-9]+(?:\.[0-9]*)?|[-+]?\.[0-9][0-9_]*|[-+]?[0-9]+\."), "a number or text"),
)


def surprise(text: str) -> tuple[str, str] | None:
    """Return message and hint for a plain scalar that readers disagree on, else None."""
    if not text or text[0] not in _SUSPECT:
        return None
    word = _BOOLEANS.get(text.lower())
    if word is not None and text not in {"true", "false"}:
        hint = f"write {word}, or quote it: '{text}'"
        return f"`{text}` is a boolean to some YAML readers and text to others", hint
    if text in {"~", "Null", "NULL"}:
        return f"`{text}` means nothing to some YAML readers", f"write null, or quote it: '{text}'"
    if text in {"=", "<<"}:
        return f"`{text}` has a meaning of its own in YAML", f"quote it: '{text}'"
    for pattern, meaning in _NUMBERS:
        if pattern.fullmatch(text):
            return f"`{text}` is {meaning} to some YAML readers", _number_hint(text)
    return None


def plainly(text: str) -> str:
    """Return the boolean or number that every reader would take a surprise for; else empty.

    An octal number is none: `010` is 8 to some and 10 to others.
    """
    word = _BOOLEANS.get(text.lower())
    if word is not None:
        return word
    plain = re.sub(r"^(-?)\.(?=[0-9])", r"\g<1>0.", text.replace("_", ""))
    return plain if re.fullmatch(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", plain) else ""


def _number_hint(text: str) -> str:
    if len(text) > _LONGEST_HINT:
        return "quote it, if it is meant as text"
    plain = text.replace("_", "").lstrip("+")
    digits = re.fullmatch(r"(-?)0*(\d+)(\.\d*)?|(-?)(\.\d+)", plain)
    if digits is None:
        return f"quote it: '{text}'"
    sign, whole, part = digits[1] or digits[4] or "", digits[2] or "0", digits[3] or digits[5] or ""
    number = f"{sign}{whole}{part if part != '.' else ''}"
    return f"write {number}, or quote it: '{text}'"
