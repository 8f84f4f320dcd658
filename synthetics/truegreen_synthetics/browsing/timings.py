"""How a page came, as its browser knows it: asked by a script, told in our units.

Source: W3C Navigation Timing 2, Largest Contentful Paint.
"""

from __future__ import annotations

from typing import Any

__all__ = ["TIMINGS", "told_of"]

SETTLED_SECONDS = 0.25
TIMINGS = """
known => new Promise(tell => {
  if (performance.timeOrigin === known) return tell({origin: known});
  const done = () => {
    const watch = new PerformanceObserver(() => {});
    watch.observe({type: 'largest-contentful-paint', buffered: true});
    const paints = watch.takeRecords().map(one => one.startTime);
    const page = performance.getEntriesByType('navigation')[0];
    const parts = [page, ...performance.getEntriesByType('resource')];
    tell({
      origin: performance.timeOrigin,
      paint: paints.length ? Math.max(...paints) : null,
      load: page.loadEventEnd,
      bytes: parts.reduce((sum, one) => sum + one.transferSize, 0),
      dns: page.domainLookupEnd - page.domainLookupStart,
      tls: page.secureConnectionStart ? page.connectEnd - page.secureConnectionStart : 0,
      connect: (page.secureConnectionStart || page.connectEnd) - page.connectStart,
      first_byte: page.responseStart - page.requestStart,
      body: page.responseEnd - page.responseStart,
    });
  };
  // What was painted last is told some frames after the load event.
  setTimeout(done, LIMIT);
})
""".replace("LIMIT", f"{SETTLED_SECONDS * 1000:g}")
"""A function of the time origin that is known already; of another page it gives milliseconds."""

_PHASES = ("dns", "connect", "tls", "first_byte", "body")


def told_of(timings: dict[str, Any]) -> dict[str, Any]:
    """Return what the script gave as fields of `Seen`; of nothing, that nothing is known."""
    load, paint = timings.get("load") or 0.0, timings.get("paint")
    return {
        "received_bytes": int(timings.get("bytes") or 0),
        "phases": {one: timings[one] / 1000 for one in _PHASES if timings.get(one, 0) > 0},
        "page_load_seconds": load / 1000 if load else None,
        "largest_paint_seconds": paint / 1000 if paint is not None else None,
    }
