"""Exemplars: in OpenMetrics beside the bucket they fell into, nowhere else."""

from __future__ import annotations

from prometheus_client.openmetrics.parser import text_string_to_metric_families

from truegreen_definitions import names
from truegreen_telemetry.exposition import Format
from truegreen_telemetry.instruments import Exemplar
from truegreen_telemetry.rendering import Renderer
from truegreen_telemetry.samples import SampleStore

LABELS = ("shop", "pay", "buy", "fra", "intended")


def test_the_newest_exemplar_of_each_bucket_is_shown() -> None:
    """Prometheus's own parser finds trace, value and time at the right `le`, the newest alone."""
    store = SampleStore()
    histogram = store.histogram(names.STEP_DURATION).child(*LABELS, bounds=(0.5, 2.0))
    for number, value in enumerate((0.1, 1.0, 1.5, 9.0)):
        histogram.observe(value)
        if value > 0.5:
            histogram.keep(Exemplar(f"{number:032x}", f"{number:016x}", value, 1_700_000_000.5))
    text = Renderer().render(store.snapshot(), Format.OPENMETRICS).decode()
    (family,) = text_string_to_metric_families(text)
    found = {
        one.labels["le"]: one.exemplar and (one.exemplar.labels, one.exemplar.value)
        for one in family.samples
        if one.name.endswith("_bucket")
    }
    assert found == {
        "0.5": None,
        "2.0": ({"trace_id": f"{2:032x}", "span_id": f"{2:016x}"}, 1.5),
        "+Inf": ({"trace_id": f"{3:032x}", "span_id": f"{3:016x}"}, 9.0),
    }
    assert " 1700000000.500\n" in text


def test_the_text_format_knows_none() -> None:
    """In Prometheus's older format the lines are those without exemplars, from one renderer."""
    store, bare = SampleStore(), SampleStore()
    for one in (store, bare):
        one.histogram(names.STEP_DURATION).child(*LABELS, bounds=(0.5,)).observe(1.0)
    child = store.histogram(names.STEP_DURATION).child(*LABELS, bounds=(0.5,))
    child.keep(Exemplar("a" * 32, "b" * 16, 1.0, 1.0))
    renderer = Renderer()
    assert b"trace_id" in renderer.render(store.snapshot(), Format.OPENMETRICS)
    assert renderer.render(store.snapshot(), Format.TEXT) == Renderer().render(
        bare.snapshot(), Format.TEXT
    )
