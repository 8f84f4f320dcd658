"""One whole reading of a source into a store, in the caller's thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_exporters.intake.ingest import Outcome, kept, reading_of
from truegreen_exporters.sources import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_exporters.intake.mapping import Mapping
    from truegreen_exporters.sources.pages import Surroundings
    from truegreen_exporters.store import Store

__all__ = ["ingest"]

_PAGES = {kind.format: kind.pages for kind in KINDS}


def ingest(
    store: Store, mapping: Mapping, around: Surroundings, stopped: Callable[[], bool]
) -> Outcome:
    """Read every part of a source as far as it goes; `stopped` is asked between pages."""
    reading = reading_of(store, mapping, around, stopped)
    return kept(store, mapping, _PAGES[mapping.source.read.format](reading))
