"""A scrape of 100,000 series with gzip: ours against prometheus_client's WSGI application.

Each round changes some values, then asks both applications for `/metrics` as Prometheus does. Ours
takes a snapshot first, so that what is measured is everything between a cycle and its scrape.
"""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING

from pairing import compare
from prometheus_client import CollectorRegistry, Gauge, make_wsgi_app

from truegreen_definitions import names
from truegreen_telemetry.endpoint import MetricsApp
from truegreen_telemetry.samples import SampleStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SERIES = 100_000
SHARE = 100  # one of so many changes
OPENMETRICS = "application/openmetrics-text;version=1.0.0"


def main() -> None:
    """Print the ratios of three kinds of change in both formats; an argument: how many series."""
    series = int(sys.argv[1]) if len(sys.argv) > 1 else SERIES
    store, registry = SampleStore(), CollectorRegistry()
    metric = names.WINDOW_EVENTS
    peer = Gauge(metric.name, metric.help, metric.labels, registry=registry)
    family, ours, theirs = store.gauge(metric), [], []
    for n in range(series):
        values = (f"service-{n // 100}", f"agreement-{n % 20}", "xla", f"part-{n % 100}", "30d")
        ours.append(family.child(*values))
        theirs.append(peer.labels(*values))
        ours[-1].set(n)
        theirs[-1].set(n)
    app, handler = MetricsApp(store.snapshot), make_wsgi_app(registry)
    few, everything = series // SHARE, range(series)
    chance = random.Random(7)
    changes: dict[str, Callable[[], Sequence[int]]] = {
        "nothing changed": lambda: (),
        "1 % changed, together": lambda: range(series // 2, series // 2 + few),
        "1 % changed, at random": lambda: chance.sample(everything, few),
        "all changed": lambda: everything,
    }
    for accept in ("text/plain", OPENMETRICS):
        for title, change in changes.items():
            compare(
                f"{series} series, {accept.split(';')[0]}, {title}",
                lambda app=app, accept=accept: ask(app, accept),
                lambda accept=accept: ask(handler, accept),
                "prometheus_client",
                before=lambda change=change: alter(change(), ours, theirs),
            )


def alter(which: Sequence[int], *children: Sequence[Gauge]) -> None:
    """Give some series another value, in both."""
    for n in which:
        value = random.random() * 1000
        for each in children:
            each[n].set(value)


def ask(app: Callable[..., Sequence[bytes]], accept: str) -> bytes:
    """Return the body of a scrape."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/metrics",
        "QUERY_STRING": "",
        "HTTP_ACCEPT": accept,
        "HTTP_ACCEPT_ENCODING": "gzip",
    }
    return b"".join(app(environ, lambda *_: None))


if __name__ == "__main__":
    main()
