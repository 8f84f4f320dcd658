"""Which format and encoding a client is given, from its `Accept` and `Accept-Encoding`.

Source: RFC 9110, sections 12.4.2 (weights), 12.5.1 and 12.5.3; Prometheus, "Scrape protocol
content negotiation". What cannot be read is skipped, never an error: a client that asks for
nothing we have is given text 0.0.4, which every scraper reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_telemetry.exposition import Format

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["accepts_gzip", "choose_format"]

_OFFERED: dict[tuple[str, str], Format] = {
    ("application/openmetrics-text", "1.0.0"): Format.OPENMETRICS,
    ("application/openmetrics-text", ""): Format.OPENMETRICS,
    ("text/plain", "0.0.4"): Format.TEXT,
    ("text/plain", ""): Format.TEXT,
    ("text/*", ""): Format.TEXT,
    ("*/*", ""): Format.TEXT,
}


def choose_format(accept: str) -> Format:
    """Return the format of the highest weight; of equal ones the first that is named."""
    best, weight = Format.TEXT, 0.0
    for name, parameters in _elements(accept):
        form = _OFFERED.get((name, parameters.get("version", "")))
        found = _weight(parameters)
        if form is not None and found > weight:
            best, weight = form, found
    return best


def accepts_gzip(accept_encoding: str) -> bool:
    """Return whether gzip may be sent; `gzip` itself speaks before `*`."""
    weights = {name: _weight(parameters) for name, parameters in _elements(accept_encoding)}
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


def _elements(header: str) -> Iterator[tuple[str, dict[str, str]]]:
    for element in header.split(","):
        name, *rest = (part.strip() for part in element.split(";"))
        pairs = (part.partition("=") for part in rest)
        yield name.lower(), {k.strip().lower(): v.strip().strip('"') for k, _, v in pairs}


def _weight(parameters: dict[str, str]) -> float:
    """Return `q` between 0 and 1; 1 where it is missing, 0 where it is no number."""
    try:
        weight = float(parameters.get("q", "1"))
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
