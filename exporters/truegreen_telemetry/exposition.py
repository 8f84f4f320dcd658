"""Snapshots as text: the Prometheus text format 0.0.4 and OpenMetrics 1.0.

Sample lines are the same bytes in both; they differ in the name of a counter's family (without
`_total` in OpenMetrics), in the escapes of HELP, and in the closing `# EOF`. No sample carries a
timestamp: that would turn off staleness in Prometheus.
"""

from __future__ import annotations

import enum
from math import isfinite
from typing import TYPE_CHECKING, TypeAlias

from truegreen_telemetry.samples import Buckets

if TYPE_CHECKING:
    from truegreen_definitions.names import Metric
    from truegreen_telemetry.samples import FamilySnapshot, LabelValues, Snapshot

__all__ = ["Format", "Renderer", "metadata", "number", "series_name"]

Prefixes: TypeAlias = tuple[str, ...]


class Format(enum.Enum):
    """An exposition format; the value is its content type."""

    TEXT = "text/plain; version=0.0.4; charset=utf-8"
    OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"

    @property
    def content_type(self) -> str:
        """The `Content-Type` of a response."""
        return self.value


class Renderer:
    """Renders snapshots of one store.

    Everything before a value is rendered once and kept until a series comes or goes.
    """

    def __init__(self) -> None:
        self._cache: dict[str, tuple[tuple[LabelValues, ...], tuple[Prefixes, ...]]] = {}

    def render(self, snapshot: Snapshot, form: Format) -> bytes:
        """Return the exposition; a family without series is left out."""
        out: list[str] = []
        for family in snapshot.families:
            if family.keys:
                out.append(metadata(family.metric, form))
                self._lines(family, out)
        if form is Format.OPENMETRICS:
            out.append("# EOF\n")
        return "".join(out).encode()

    def _lines(self, family: FamilySnapshot, out: list[str]) -> None:
        for prefixes, value in zip(self._prefixes(family), family.values, strict=True):
            if not isinstance(value, Buckets):
                out.append(f"{prefixes[0]}{number(value)}\n")
                continue
            below = 0
            for prefix, count in zip(prefixes, value.counts, strict=False):
                below += count
                out.append(f"{prefix}{below}\n")
            out.append(f"{prefixes[-2]}{below}\n{prefixes[-1]}{number(value.sum)}\n")

    def _prefixes(self, family: FamilySnapshot) -> tuple[Prefixes, ...]:
        name = family.metric.name
        keys, prefixes = self._cache.get(name, ((), ()))
        if keys is not family.keys:
            pairs = zip(family.keys, family.values, strict=True)
            prefixes = tuple(_prefixes_of(family.metric, key, value) for key, value in pairs)
            self._cache[name] = family.keys, prefixes
        return prefixes


def metadata(metric: Metric, form: Format) -> str:
    """Return the HELP and TYPE lines of a family."""
    text = metric.help.replace("\\", r"\\").replace("\n", r"\n")
    name = metric.name
    if form is Format.OPENMETRICS:
        text = text.replace('"', r"\"")
        name = name.removesuffix("_total") if metric.type == "counter" else name
    return f"# HELP {name} {text}\n# TYPE {name} {metric.type}\n"


def series_name(name: str, labels: tuple[str, ...], values: LabelValues) -> str:
    """Return `name{label="value",…}` with the values escaped."""
    pairs = ",".join(f'{k}="{_escaped(v)}"' for k, v in zip(labels, values, strict=True))
    return f"{name}{{{pairs}}}" if pairs else name


def number(value: float) -> str:
    """Return a sample value: the shortest text that reads back as the same float."""
    if isfinite(value):
        return repr(float(value))
    return "NaN" if value != value else "+Inf" if value > 0 else "-Inf"  # noqa: PLR0124  NaN


def _prefixes_of(metric: Metric, key: LabelValues, value: float | Buckets) -> Prefixes:
    if not isinstance(value, Buckets):
        return (f"{series_name(metric.name, metric.labels, key)} ",)
    labels = (*metric.labels, "le")
    bounds = (*(number(bound) for bound in value.bounds), "+Inf")
    buckets = (series_name(f"{metric.name}_bucket", labels, (*key, le)) for le in bounds)
    rest = (series_name(f"{metric.name}_{part}", metric.labels, key) for part in ("count", "sum"))
    return tuple(f"{series} " for series in (*buckets, *rest))


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
