"""Snapshots of one store as expositions, plain or compressed; what has not changed is kept."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from truegreen_telemetry.exposition import Format, metadata
from truegreen_telemetry.gzip_parts import Part, gzip_of
from truegreen_telemetry.lines import FamilyLines

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_definitions.names import Metric
    from truegreen_telemetry.samples import FamilySnapshot, Snapshot

__all__ = ["Renderer"]

_EOF = Part("# EOF\n")


class Renderer:
    """Renders snapshots of one store, in any format; one thread at a time.

    Args:
        rest: Called between pieces of work of a millisecond or so; lets others run.
    """

    def __init__(self, rest: Callable[[], None] | None = None) -> None:
        self._rest = rest
        self._lines: dict[tuple[str, bool], FamilyLines] = {}

    def render(self, snapshot: Snapshot, form: Format) -> bytes:
        """Return the exposition; a family without series is left out."""
        return b"".join([part.data for part in self._parts(snapshot, form)])

    def zipped(self, snapshot: Snapshot, form: Format) -> bytes:
        """Return the same exposition as one gzip member."""
        return gzip_of(self._parts(snapshot, form), self._rest)

    def _parts(self, snapshot: Snapshot, form: Format) -> list[Part]:
        parts: list[Part] = []
        for family in snapshot.families:
            if family.keys:
                parts.append(_head(family.metric, form))
                parts += self._lines_of(family, form).parts(family)
        return [*parts, _EOF] if form is Format.OPENMETRICS else parts

    def _lines_of(self, family: FamilySnapshot, form: Format) -> FamilyLines:
        """Return a family's lines, which both formats share but for starts and exemplars."""
        counter = family.metric.type == "counter" and family.since is not None
        histogram = family.metric.type == "histogram"
        more = (counter or histogram) and form is Format.OPENMETRICS
        found = self._lines.get((family.metric.name, more))
        if found is None:
            found = FamilyLines(
                family.metric, created=more and counter, exemplars=more, rest=self._rest
            )
            self._lines[family.metric.name, more] = found
        return found


@lru_cache(maxsize=1024)
def _head(metric: Metric, form: Format) -> Part:
    return Part(metadata(metric, form))
