"""The words of a model: what its docstring says of it and of each of its fields."""

from __future__ import annotations

import inspect
import re
import sys
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from truegreen_definitions.models.base import Model

__all__ = ["Words", "example_of", "words_of"]

_SECTION = "Attributes:\n"
_ENTRY = re.compile(r"(\w+): (.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a model's docstring says.

    Attributes:
        summary: Its first paragraph, in one line.
        more: Its other paragraphs, each in one line.
        fields: Name of a field in Python to its description, in one line.
    """

    summary: str
    more: tuple[str, ...]
    fields: Mapping[str, str]


def words_of(model: type[Model]) -> Words:
    """Return the words of a model; its fields have those of its base classes as well."""
    text, _, section = inspect.cleandoc(model.__doc__ or "").partition(_SECTION)
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]
    fields: dict[str, str] = {}
    for base in reversed(model.__mro__[1:]):
        fields |= _entries(inspect.cleandoc(base.__doc__ or "").partition(_SECTION)[2])
    fields |= _entries(section)
    return Words(
        summary=next(iter(paragraphs), ""),
        more=tuple(paragraphs[1:]),
        fields=MappingProxyType(
            {name: fields[name] for name in model.model_fields if name in fields}
        ),
    )


def example_of(model: type[Model]) -> str:
    """Return the YAML after `Example:` in the docstring of a model's module."""
    page = inspect.cleandoc(sys.modules[model.__module__].__doc__ or "")
    lines = page.partition("Example:\n")[2].splitlines()
    return "".join(f"{line.removeprefix('    ')}\n" for line in lines)


def _entries(section: str) -> Iterator[tuple[str, str]]:
    """Yield each entry of an `Attributes:` section; its further lines are indented once more."""
    found: list[list[str]] = []
    for line in inspect.cleandoc(section).splitlines():
        if line.startswith(" ") and found:
            found[-1].append(line.strip())
        elif line:
            found.append([line])
    for lines in found:
        match = _ENTRY.fullmatch(" ".join(lines))
        if match:
            yield match[1], match[2]
