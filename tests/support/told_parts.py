"""What a counting of many questions told, by question."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from truegreen_exporters.engines.advance import Advance
    from truegreen_exporters.engines.question import Parts

__all__ = ["told"]


def told(found: Advance) -> dict[int, dict[str, Parts]]:
    """Return the parts of each question of which something is new, by its place."""
    return dict(chain.from_iterable(one.parts() for one in found.blocks)) | found.alone
