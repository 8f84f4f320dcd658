"""Expositions say what the store holds, by outside judges."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain_text

from truegreen_definitions import names
from truegreen_telemetry.exposition import Format, metadata, number
from truegreen_telemetry.instruments import Buckets
from truegreen_telemetry.rendering import Renderer
from truegreen_telemetry.samples import SampleStore, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

PAY = ("order-to-cash", "pay", "buy-something", "fra")
Samples = dict[tuple[str, frozenset[tuple[str, str]]], str]


def expected(snapshot: Snapshot) -> Samples:
    """Return every sample a store stands for, by plain reading of the format's definition."""
    out: Samples = {}
    for family in snapshot.families:
        for key, value in zip(family.keys, family.values, strict=True):
            labels = dict(zip(family.metric.labels, key, strict=True))
            name = family.metric.name
            if not isinstance(value, Buckets):
                out[name, frozenset(labels.items())] = str(float(value))
                continue
            for i, bound in enumerate([*value.bounds, float("inf")]):
                le = "+Inf" if bound == float("inf") else str(float(bound))
                cell = frozenset({**labels, "le": le}.items())
                out[f"{name}_bucket", cell] = str(float(sum(value.counts[: i + 1])))
            out[f"{name}_count", frozenset(labels.items())] = str(float(sum(value.counts)))
            out[f"{name}_sum", frozenset(labels.items())] = str(float(value.sum))
    return out


def parsed(parse: Callable[[str], object], body: bytes) -> Samples:
    """Return what a parser of prometheus_client reads."""
    return {
        (sample.name, frozenset(sample.labels.items())): str(float(sample.value))
        for family in parse(body.decode())  # type: ignore[attr-defined]
        for sample in family.samples
    }


def judge(snapshot: Snapshot) -> bytes:
    """Check both formats against the store and against duplicates; return the text one."""
    renderer = Renderer()
    text = renderer.render(snapshot, Format.TEXT)
    om = renderer.render(snapshot, Format.OPENMETRICS)
    lines = [line for line in text.split(b"\n") if line and not line.startswith(b"#")]
    keys = [line.rsplit(b" ", 1)[0] for line in lines]
    assert len(keys) == len(set(keys))
    assert parsed(plain_text, text) == parsed(openmetrics, om) == expected(snapshot)
    assert om.endswith(b"# EOF\n")
    return text


def example() -> SampleStore:
    """Return a store with a family of each kind."""
    store = SampleStore()
    store.gauge(names.WINDOW_EVENTS).child("s", "a", "xla", "good", "30d").set(877)
    store.counter(names.STEP_OUTCOMES).child(*PAY, "satisfied").inc(3)
    store.counter(names.STEP_OUTCOMES).child(*PAY, "failed")
    for step in ("pay", "browse"):
        key = ("order-to-cash", step, "buy-something", "fra", "service")
        histogram = store.histogram(names.STEP_DURATION).child(*key, bounds=(0.25, 0.7, 60))
        for value in (0.1, 0.25, 0.3, 61):
            histogram.observe(value)
    return store


def test_both_formats_say_what_the_store_holds() -> None:
    """A text and a strict OpenMetrics parser read the very samples of the store."""
    text = judge(example().snapshot())
    assert b'le="60.0"' in text
    assert b'le="+Inf"' in text


labels = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
finite = st.floats(allow_nan=False)


@given(st.dictionaries(labels, finite, max_size=5), st.dictionaries(labels, labels, max_size=5))
def test_any_label_value_and_number_survives(
    gauges: dict[str, float], counters: dict[str, str]
) -> None:
    """Quotes, backslashes, line feeds and extreme numbers are read back unchanged."""
    store = SampleStore()
    for source, value in gauges.items():
        store.gauge(names.SOURCE_LAG).child(source).set(value)
    for source, reason in counters.items():
        store.counter(names.SOURCE_REJECTED).child(source, reason).inc(len(reason))
    judge(store.snapshot())


def test_a_renderer_follows_series_that_come_and_go() -> None:
    """Kept prefixes never outlive their series."""
    store, renderer = SampleStore(), Renderer()
    gauges = store.gauge(names.SOURCE_UP)
    gauges.child("a").set(1)
    gauges.child("b").set(2)
    assert b'{source="b"} 2.0' in renderer.render(store.snapshot(), Format.TEXT)
    gauges.remove("a")
    gauges.child("c").set(3)
    body = renderer.render(store.snapshot(), Format.TEXT)
    assert [line for line in body.splitlines() if not line.startswith(b"#")] == [
        b'truegreen_source_up{source="b"} 2.0',
        b'truegreen_source_up{source="c"} 3.0',
    ]


def test_help_is_escaped_as_each_format_wants() -> None:
    r"""A quote in HELP is `\"` in OpenMetrics and stays plain in text, where `\"` is an error."""
    metric = replace(names.SOURCE_UP, help='the "last"\nreading \\ it')
    assert r"the \"last\"\nreading \\ it" in metadata(metric, Format.OPENMETRICS)
    assert r'the "last"\nreading \\ it' in metadata(metric, Format.TEXT)


def test_an_empty_store_is_a_valid_exposition() -> None:
    """A store without series renders nothing but the end of OpenMetrics."""
    store = SampleStore()
    store.gauge(names.SOURCE_UP)
    renderer = Renderer()
    assert renderer.render(store.snapshot(), Format.TEXT) == b""
    assert renderer.render(store.snapshot(), Format.OPENMETRICS) == b"# EOF\n"


@given(st.floats())
def test_numbers_read_back_as_the_same_float(value: float) -> None:
    """The text of a number reads back as that number, NaN and infinities included."""
    assert repr(float(number(value))) == repr(value)


def test_promtool_finds_nothing_to_say(tool: Callable[[str], str]) -> None:
    """`promtool check metrics` neither fails nor lints every exported metric of the contract."""
    store = SampleStore()
    for metric in names.ALL:
        if metric.by == "rules":
            continue
        key = tuple("x" for _ in metric.labels)
        if metric.type == "histogram":
            store.histogram(metric).child(*key, bounds=(1, 2)).observe(1)
        elif metric.type == "counter":
            store.counter(metric).child(*key).inc()
        else:
            store.gauge(metric).child(*key).set(1)
    text = judge(store.snapshot())
    ran = subprocess.run(
        [tool("promtool"), "check", "metrics"], check=False, input=text, capture_output=True
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
