"""What is said about one thing of a plan: facts by name, for people and for scripts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_definitions.plan import Origin

__all__ = ["VERSION", "Explanation", "Fact", "fact", "json_text", "text"]

VERSION = 1


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known under a name: one line or several, never none."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Everything that follows from one definition, or from a part of one.

    Attributes:
        id: As people and alerts name it.
        what: `agreement`, `service`, `step`, …
        origin: Where it is defined, below the folder of the definitions.
    """

    id: str
    what: str
    title: str
    origin: Origin
    facts: tuple[Fact, ...]


def fact(name: str, lines: Iterable[str] | str) -> tuple[Fact, ...]:
    """Return the fact of some lines, empty ones left out; nothing when none is left."""
    kept = tuple(line for line in ((lines,) if isinstance(lines, str) else lines) if line)
    return (Fact(name, kept),) if kept else ()


def text(found: Explanation) -> str:
    """Return an explanation to be read."""
    out = [f"{found.what.capitalize()} {found.id}: {found.title}"]
    out += [f"  defined in: {found.origin}"]
    for one in found.facts:
        if len(one.lines) == 1 and "\n" not in one.lines[0]:
            out.append(f"  {one.name}: {one.lines[0]}")
            continue
        out.append(f"  {one.name}:")
        out += [f"    {part}" for line in one.lines for part in line.splitlines()]
    return "\n".join(out) + "\n"


def json_text(found: Iterable[Explanation]) -> str:
    """Return explanations as one document: every fact is a list of texts under its name."""
    document = {
        "version": VERSION,
        "explanations": [
            {
                "id": one.id,
                "what": one.what,
                "title": one.title,
                "path": one.origin.path,
                "line": one.origin.line,
                "facts": {fact.name: list(fact.lines) for fact in one.facts},
            }
            for one in found
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
