"""What there is to report of a run: its problems, those that are allowed, and the files."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from truegreen_definitions.problems import Allowed, Problem

__all__ = ["Report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run found.

    Attributes:
        problems: In order of place.
        allowed: Problems that a comment in the file allows.
        texts: Text of each file by the path that problems show.
        located: The same file as a path from the root of the repository, where it is another
            one; code hosts find the line by it.
        version: Of this program.
    """

    problems: tuple[Problem, ...]
    allowed: tuple[Allowed, ...] = ()
    texts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    located: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    version: str = ""

    def path(self, shown: str) -> str:
        """Return the path by which a code host knows a file."""
        return self.located.get(shown, shown)
