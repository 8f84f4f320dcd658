"""The past of the fast signals."""

from __future__ import annotations

import pytest
from plans import PLAN
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from truegreen_definitions import names
from truegreen_definitions.plan import Signal
from truegreen_demo.signals import history_openmetrics

END = 1_795_262_400
START = END - 3 * 86_400 - 3_600


def test_history_is_strict_openmetrics_of_every_signal_agreement() -> None:
    """Each signal agreement has one sample a step of each part; records have none."""
    text = "".join(history_openmetrics(PLAN, start=START, end=END))
    families = {family.name: family.samples for family in text_string_to_metric_families(text)}
    signals = {a.name for a in PLAN.agreements if isinstance(a.parts, Signal)}
    for part in ("good", "total"):
        samples = families[f"xla:{part}:increase5m"]
        assert {sample.labels["agreement"] for sample in samples} == signals
        assert len(samples) == len(signals) * ((END - START) // 300 + 1)


def test_days_are_the_sums_of_their_steps() -> None:
    """All day long the whole UTC day before is shown, and a day that began earlier never."""
    text = "".join(history_openmetrics(PLAN, start=START, end=END))
    families = {family.name: family.samples for family in text_string_to_metric_families(text)}
    for part in ("good", "total"):
        steps = {
            (s.labels["agreement"], float(s.timestamp)): s.value
            for s in families[f"xla:{part}:increase5m"]
        }
        days = families[f"xla:{part}:sum"]
        assert len(days) > 2 * 288
        for sample in days:
            # At a midnight itself the day that ends is not over yet.
            midnight = (float(sample.timestamp) - 1) // 86_400 * 86_400
            every = range(int(midnight) - 86_100, int(midnight) + 1, 300)
            assert sample.value == sum(steps[sample.labels["agreement"], at] for at in every)


def test_the_past_keeps_every_promise() -> None:
    """Good never exceeds total, and about a third of each budget is spent."""
    text = "".join(history_openmetrics(PLAN, start=START, end=END))
    sums: dict[tuple[str, str], float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples if family.name != names.OVERRUN_5M.name else ():
            key = (sample.labels["agreement"], family.name)
            sums[key] = sums.get(key, 0) + sample.value
    for agreement in PLAN.agreements:
        if isinstance(agreement.parts, Signal):
            total = sums[agreement.name, "xla:total:increase5m"]
            bad = total - sums[agreement.name, "xla:good:increase5m"]
            assert 0.2 < bad / total / float(1 - agreement.objective) < 0.5


def test_shares_of_the_robots_runs_are_their_whole() -> None:
    """Every five minutes the steps' shares and what is nobody's are the overrun of all runs."""
    text = "".join(history_openmetrics(PLAN, start=START, end=END))
    families = {family.name: family.samples for family in text_string_to_metric_families(text)}
    whole: dict[float, float] = {}
    shared: dict[float, float] = {}
    for sample in families[names.OVERRUN_5M.name]:
        at, part = float(sample.timestamp), sample.labels["part"]
        if part == "whole":
            whole[at] = sample.value
        elif part in ("share", "nobody") and sample.labels["method"] == "proportional":
            shared[at] = shared.get(at, 0.0) + sample.value
    assert len(whole) == (END - START) // 300 + 1
    assert sum(value > 0 for value in whole.values()) > len(whole) / 5
    assert shared == pytest.approx(whole)
