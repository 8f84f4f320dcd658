"""Rendering a scrape: our exposition against prometheus_client's, on the same samples."""

from __future__ import annotations

from pairing import compare
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics

from truegreen_definitions import names
from truegreen_telemetry.exposition import Format, Renderer
from truegreen_telemetry.samples import SampleStore

SERIES = 10_000


def main() -> None:
    """Print the ratios of both formats."""
    metric = names.WINDOW_EVENTS
    store, registry = SampleStore(), CollectorRegistry()
    family = store.gauge(metric)
    peer = Gauge(metric.name, metric.help, metric.labels, registry=registry)
    for n in range(SERIES):
        values = (f"service-{n // 20}", f"agreement-{n % 20}", "xla", "good", "30d")
        family.child(*values).set(n)
        peer.labels(*values).set(n)
    renderer, snapshot = Renderer(), store.snapshot()
    forms = ((Format.TEXT, generate_latest), (Format.OPENMETRICS, generate_openmetrics))
    for form, generate in forms:
        compare(
            f"{SERIES} series, {form.name.lower()}",
            lambda form=form: renderer.render(snapshot, form),
            lambda generate=generate: generate(registry),
            "prometheus_client",
        )


if __name__ == "__main__":
    main()
