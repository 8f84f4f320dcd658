"""The words of an exposition: the Prometheus text format 0.0.4 and OpenMetrics 1.0.

A `…_total` or gauge line is the same bytes in both; they differ in the name of a counter's family
(without `_total` in OpenMetrics), in the escapes of HELP, in `_created`, and in the closing
`# EOF`. No sample carries a timestamp: that would turn off staleness in Prometheus.
"""

from __future__ import annotations

import enum
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from truegreen_definitions.names import Metric
    from truegreen_telemetry.samples import LabelValues

__all__ = ["Format", "metadata", "number", "samples_of", "series_name"]


class Format(enum.Enum):
    """An exposition format; the value is its content type."""

    TEXT = "text/plain; version=0.0.4; charset=utf-8"
    OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"

    @property
    def content_type(self) -> str:
        """The `Content-Type` of a response."""
        return self.value


def metadata(metric: Metric, form: Format) -> str:
    """Return the HELP and TYPE lines of a family."""
    text = metric.help.replace("\\", r"\\").replace("\n", r"\n")
    name = metric.name
    if form is Format.OPENMETRICS:
        text = text.replace('"', r"\"")
        name = name.removesuffix("_total") if metric.type == "counter" else name
    return f"# HELP {name} {text}\n# TYPE {name} {metric.type}\n"


def samples_of(metric: Metric) -> frozenset[str]:
    """Return the names of a family and of its samples."""
    name = metric.name.removesuffix("_total") if metric.type == "counter" else metric.name
    more = {"counter": ("_total", "_created"), "histogram": ("_bucket", "_count", "_sum")}
    return frozenset((name, *(f"{name}{end}" for end in more.get(metric.type, ()))))


def series_name(name: str, labels: tuple[str, ...], values: LabelValues) -> str:
    """Return `name{label="value",…}` with the values escaped."""
    pairs = ",".join(f'{k}="{_escaped(v)}"' for k, v in zip(labels, values, strict=True))
    return f"{name}{{{pairs}}}" if pairs else name


def number(value: float) -> str:
    """Return a sample value: the shortest text that reads back as the same float."""
    if isfinite(value):
        return repr(float(value))
    return "NaN" if value != value else "+Inf" if value > 0 else "-Inf"  # noqa: PLR0124  NaN


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
