"""What changes when a running probe is given another assignment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from truegreen_synthetics.journeys import CompiledJourney
    from truegreen_synthetics.selection import Assignment

__all__ = ["Changes", "changes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Journeys by what becomes of them; the others go on as if nothing had happened.

    Attributes:
        gone: Names of those to end.
        changed: New forms of those that are to go on differently.
        added: Those to begin.
    """

    gone: tuple[str, ...]
    changed: tuple[CompiledJourney, ...]
    added: tuple[CompiledJourney, ...]


def changes(old: Assignment, new: Assignment) -> Changes:
    """Return what has to happen so that a probe with the old assignment has the new one."""
    before = {one.name: meaning for one, meaning in zip(old.journeys, old.meanings, strict=True)}
    after = {one.name: meaning for one, meaning in zip(new.journeys, new.meanings, strict=True)}
    return Changes(
        gone=tuple(name for name in before if name not in after),
        changed=tuple(
            one
            for one in new.journeys
            if one.name in before and before[one.name] != after[one.name]
        ),
        added=tuple(one for one in new.journeys if one.name not in before),
    )
