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
from typing import TYPE_CHECKING

from truegreen_definitions.units import number_text

if TYPE_CHECKING:
    from collections.abc import Iterator

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


Value = str | int | bool | Decimal | Sequence["Value"] | Mapping[str, "Value"] | Commented


def dumps(value: Value) -> str:
    """Return a value as a YAML document that ends with a line end."""
    return "".join(f"{line}\n" for line in _lines(value))


def _lines(value: Value) -> Iterator[str]:
    if isinstance(value, Commented):
        yield from _comment(value.comment)
        yield from _lines(value.value)
    elif isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _entry(f"{_scalar(key)}:", item)
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        for item in value:
            yield from _item(item)
    else:
        yield _inline(value)


def _entry(key: str, item: Value) -> Iterator[str]:
    """Yield the lines of `key: item`."""
    if isinstance(item, Commented):
        yield from _comment(item.comment)
        item = item.value
    if _is_block(item):
        yield key
        yield from _indented(_lines(item))
    elif isinstance(item, str) and _fits_block(item):
        yield f"{key} {_LITERAL if item.endswith(_END) else _LITERAL_STRIPPED}"
        yield from _indented(item.removesuffix(_END).split(_END))
    else:
        yield f"{key} {_inline(item)}"


def _item(item: Value) -> Iterator[str]:
    """Yield the lines of `- item`."""
    if isinstance(item, Commented):
        yield from _comment(item.comment)
        item = item.value
    if isinstance(item, str) or not _is_block(item):
        yield f"- {_inline(item)}"
        return
    first, *rest = _lines(item)
    yield f"- {first}"
    yield from _indented(rest)


def _indented(lines: Iterator[str] | Sequence[str]) -> Iterator[str]:
    for line in lines:
        yield INDENT + line if line else ""


def _comment(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield f"# {_UNPRINTABLE.sub('�', line)}".rstrip()


def _is_block(value: Value) -> bool:
    """Return whether a value takes lines of its own: a filled mapping or sequence."""
    return isinstance(value, Mapping | Sequence) and not isinstance(value, str) and bool(value)


def _fits_block(text: str) -> bool:
    """Return whether a literal block holds the text exactly, and is worth it."""
    lines = text.removesuffix(_END).split(_END)
    return (
        len(lines) > 1
        and bool(lines[0])
        and not lines[0].startswith(" ")
        and bool(lines[-1])
        and all(line == line.rstrip(" ") and not _UNPRINTABLE.search(line) for line in lines)
    )


def _inline(value: Value) -> str:
    if isinstance(value, str):
        return _scalar(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return number_text(value)
    return "{}" if isinstance(value, Mapping) else "[]"


def _scalar(text: str) -> str:
    if _DURATION.fullmatch(text):
        return text
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT:
        return text
    if _UNPRINTABLE.search(text) is None:
        return "'" + text.replace("'", "''") + "'"
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    if char in '"\\':
        return "\\" + char
    return "\\n" if char == _END else f"\\u{ord(char):04x}"
