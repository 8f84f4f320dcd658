"""A process's own metrics join the exposition."""

from __future__ import annotations

from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics

from truegreen_definitions import names
from truegreen_telemetry.exposition import Format
from truegreen_telemetry.process import ProcessTelemetry
from truegreen_telemetry.rendering import Renderer
from truegreen_telemetry.samples import SampleStore


def test_process_families_stand_behind_the_store_s_own() -> None:
    """The joined exposition parses strictly and holds CPU, memory and our own series."""
    store = SampleStore()
    store.gauge(names.SOURCE_UP).child("tickets").set(1)
    joined = ProcessTelemetry().joined(store.snapshot())
    body = Renderer().render(joined, Format.OPENMETRICS).decode()
    found = {s.name: s.value for family in openmetrics(body) for s in family.samples}
    assert found["truegreen_source_up"] == 1
    assert found["process_cpu_seconds_total"] > 0
    assert found["process_resident_memory_bytes"] > 1e6
    assert found["python_info"] == 1
    assert {"python_gc_collections_total", "process_start_time_seconds"} <= set(found)
