"""YAML for people: block style, comments where they help, the same bytes every time.

PyYAML's dumper knows no comments, folds PromQL where it likes and is too slow for thousands of
rules; what is written here is the part of YAML that Prometheus and Alertmanager read. What
`dumps` returns, `yaml.safe_load` reads back to the same value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from truegreen_definitions.units import number_text

__all__ = ["Commented", "Value", "dumps"]

INDENT = "  "
_END = "\n"
_LITERAL, _LITERAL_STRIPPED = "|", "|-"

# Words and names that no YAML 1.1 or 1.2 reader takes for anything but text.
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*(?::[A-Za-z0-9_./-]+)*(?: [A-Za-z0-9_./-]+)*")
_DURATION = re.compile(r"(?:[0-9]+(?:ms|[smhdwy]))+")
_NOT_TEXT = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})
_UNPRINTABLE = re.compile(
    r"[^\x20-\x7e\xa1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)

_ESCAPED = re.compile(rf'["\\]|{_UNPRINTABLE.pattern}')


@dataclass(frozen=True, slots=True)
class Commented:
    """A value with a comment in the lines above it (above its key, in a mapping)."""

    value: Value
    comment: str


# The plain types come first: asking an abstract one takes ten times as long.
_COLLECTIONS = (dict, list, tuple, Mapping, Sequence)

Value = str | int | bool | Decimal | Sequence["Value"] | Mapping[str, "Value"] | Commented


def dumps(value: Value) -> str:
    """Return a value as a YAML document that ends with a line end."""
    lines: list[str] = []
    _write(value, "", lines)
    return "".join(f"{line}\n" for line in lines)


def _write(value: Value, indent: str, lines: list[str]) -> None:
    """Add the lines of a value, each behind an indentation."""
    if isinstance(value, Commented):
        _comment(value.comment, indent, lines)
        value = value.value
    if not _is_block(value):
        lines.append(indent + _inline(value))
    elif isinstance(value, (dict, Mapping)):
        for key, item in value.items():
            _entry(f"{indent}{_scalar(key)}:", item, indent, lines)
    elif isinstance(value, Sequence):
        for item in value:
            _item(item, indent, lines)


def _entry(key: str, item: Value, indent: str, lines: list[str]) -> None:
    """Add the lines of `key: item`."""
    if isinstance(item, Commented):
        _comment(item.comment, indent, lines)
        item = item.value
    if isinstance(item, str):
        if _END in item and _fits_block(item):
            lines.append(f"{key} {_LITERAL if item.endswith(_END) else _LITERAL_STRIPPED}")
            text = item.removesuffix(_END).split(_END)
            lines.extend(f"{indent}{INDENT}{line}" if line else "" for line in text)
        else:
            lines.append(f"{key} {_scalar(item)}")
    elif _is_block(item):
        lines.append(key)
        _write(item, indent + INDENT, lines)
    else:
        lines.append(f"{key} {_inline(item)}")


def _item(item: Value, indent: str, lines: list[str]) -> None:
    """Add the lines of `- item`."""
    if isinstance(item, Commented):
        _comment(item.comment, indent, lines)
        item = item.value
    first, below = len(lines), indent + INDENT
    _write(item, below, lines)
    lines[first] = f"{indent}- {lines[first].removeprefix(below)}"


def _comment(text: str, indent: str, lines: list[str]) -> None:
    shown = (_UNPRINTABLE.sub("�", line) for line in text.splitlines())
    lines.extend(f"{indent}# {line}".rstrip() for line in shown)


def _is_block(value: Value) -> bool:
    """Return whether a value takes lines of its own: a filled mapping or sequence."""
    return isinstance(value, _COLLECTIONS) and not isinstance(value, str) and bool(value)


def _fits_block(text: str) -> bool:
    """Return whether a literal block holds the text exactly, and is worth it."""
    lines = text.removesuffix(_END).split(_END)
    return (
        len(lines) > 1
        and bool(lines[0])
        and not lines[0].startswith(" ")
        and bool(lines[-1])
        and all(not line.endswith(" ") and _is_printable(line) for line in lines)
    )


def _is_printable(text: str) -> bool:
    return (text.isascii() and text.isprintable()) or _UNPRINTABLE.search(text) is None


def _inline(value: Value) -> str:
    if isinstance(value, str):
        return _scalar(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return number_text(value)
    return "{}" if isinstance(value, Mapping) else "[]"


@lru_cache(maxsize=8_192)  # keys, names, labels and windows come again and again
def _scalar(text: str) -> str:
    if _DURATION.fullmatch(text):
        return text
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT:
        return text
    if _is_printable(text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    if char in '"\\':
        return "\\" + char
    return "\\n" if char == _END else f"\\u{ord(char):04x}"
