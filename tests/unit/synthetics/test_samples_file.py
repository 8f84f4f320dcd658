"""Counts equal a recount from raw samples."""

from __future__ import annotations

import io
import json
from bisect import bisect_left
from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from robots import CART, GONE, PAID, PRODUCTS, Clock, Script, answer, compiled

from truegreen_definitions import names
from truegreen_synthetics.equipment import Equipment
from truegreen_synthetics.metrics import ProbeMetrics
from truegreen_synthetics.runs import Run, judge
from truegreen_synthetics.samples_file import SamplesFile
from truegreen_telemetry.samples import SampleStore

SECONDS = st.floats(0, 4).map(lambda seconds: round(seconds, 3))


def counted(store: SampleStore, metric: Any) -> dict[tuple[str, ...], Any]:
    """Return the values of a metric by its labels."""
    for family in store.snapshot().families:
        if family.metric is metric:
            return dict(zip(family.keys, family.values, strict=True))
    raise AssertionError(metric.name)


@given(
    st.lists(st.tuples(SECONDS, SECONDS, SECONDS, st.booleans(), SECONDS), min_size=1, max_size=20)
)
@settings(max_examples=60)
def test_outcomes_and_buckets_equal_a_recount(
    runs: list[tuple[float, Any, Any, bool, Any]],
) -> None:
    """Satisfied, tolerated and all buckets are those of the raw samples, tainted ones left out."""
    journey, store, file = compiled(), SampleStore(), io.StringIO()
    metrics = ProbeMetrics(store, "fra", (journey,))
    observer = SamplesFile(metrics, file)
    clock = Clock()
    for browse, cart, pay, well, lag in runs:
        paid = PAID if well else answer({"state": "refused"})
        script = Script(clock, [(browse, PRODUCTS), (cart, CART), (pay, paid), (0.1, GONE)])
        late = lag if lag > 2 else 0.0
        equipment = Equipment(clock=clock, lag=lambda _start, late=late: late)
        Run(journey, script, observer, clock, equipment=equipment).go(clock.now)
    lines = [json.loads(line) for line in file.getvalue().splitlines()]
    kept = [line for line in lines if not line["tainted"]]
    levels = {step.name: (step.satisfied_seconds, step.tolerated_seconds) for step in journey.steps}
    recount: Counter[tuple[str, str]] = Counter()
    for line in kept:
        again = judge(line["intended_seconds"], *levels[line["step"]]).value
        recount[line["step"], "failed" if line["reason"] else again] += 1
    outcomes = counted(store, names.STEP_OUTCOMES)
    assert {(k[1], k[4]): v for k, v in outcomes.items() if v} == dict(recount)
    for key, histogram in counted(store, names.STEP_DURATION).items():
        which = f"{key[4]}_seconds"
        own = [line[which] for line in kept if line["step"] == key[1]]
        places = Counter(bisect_left(histogram.bounds, seconds) for seconds in own)
        expected = [places[place] for place in range(len(histogram.bounds) + 1)]
        assert list(histogram.counts) == expected
    tainted = sum(counted(store, names.TAINTED_SAMPLES).values())
    assert tainted == len(lines) - len(kept)
