"""Excluded time in a real Prometheus: scrapes, calendars and groups tick at places of their own."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import plans
import pytest
from histories import HOUR, MINUTE, Life, live
from prometheus_server import started
from remote_write import Series
from rule_oracle import METRIC, POLICY
from rule_replay import Replay, read_rules

from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.emitters.rules import RULES
from truegreen_definitions.plan import Component, ExcludedTime, Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus_server import Prometheus

START = 1_700_006_400_000
SCRAPE = 30_000
BEGINS = START + 2 * HOUR + 17 * MINUTE
UPKEEP = (ExcludedTime(calendar="upkeep", reason="agreed"),)
ERRORS = Signal(
    good=f'sum(increase({METRIC}{{code!~"5.."}}[$window]))',
    total=f"sum(increase({METRIC}[$window]))",
)
OF_UP = '{agreement="up",service="order-to-cash"}'
MET = (
    f"min((xla:good:increase5m{OF_UP} >= bool 0.99 * xla:total:increase5m{OF_UP}"
    f" and xla:total:increase5m{OF_UP} > 0))[$window:5m]"
)
TOGETHER = Signal(
    good=f"sum_over_time({MET})",
    total=f"count_over_time({MET})",
    slice_seconds=300,
    components=(Component(agreement="up", weight=Decimal(0)),),
)


@pytest.fixture(scope="module")
def server(
    tool: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    """A server for the histories of this module."""
    with started(tool("prometheus"), tmp_path_factory.mktemp("prometheus")) as running:
        yield running


def rules() -> str:
    """Return the rules of a promise over counters, one that excludes upkeep, and both at once."""
    parts = {
        "up": ERRORS,
        "counted": replace(ERRORS, exclusions=UPKEEP),
        "together": replace(TOGETHER, exclusions=UPKEEP),
    }
    agreements = tuple(
        plans.over(
            replace(
                plans.AVAILABILITY,
                id=f"order-to-cash/{name}",
                name=name,
                objective=Decimal("0.99"),
                parts=of,
            ),
            "1d",
            POLICY,
        )
        for name, of in sorted(parts.items())
    )
    plan = plans.under(POLICY, replace(plans.PLAN, agreements=agreements))
    return next(iter(RULES.emit(plan, BuildInfo()))).text


@pytest.mark.parametrize("seed", range(3))
def test_nothing_of_a_maintenance_is_counted(seed: int, server: Prometheus) -> None:
    """All fails in a maintenance, and no count of it is bad once its calendar has been scraped."""
    rng = random.Random(seed)
    shift = seed * 20 * HOUR
    begins = BEGINS + shift + rng.randrange(10 * MINUTE)
    ends = begins + rng.choice((rng.randrange(6 * MINUTE, HOUR), 15 * MINUTE))
    ends += -ends % (5 * MINUTE) if seed % 2 else 0
    life = Life(
        start=START + shift,
        end=START + shift + 5 * HOUR,
        scrape_ms=SCRAPE,
        instances=2,
        rate=lambda _: 5.0,
        failing=lambda at: 1.0 if begins <= at < ends else 0.0,
    )
    scraped = range(life.start + rng.randrange(SCRAPE), life.end, SCRAPE)
    shown = [(at, float(begins <= at < ends)) for at in scraped]
    server.write(counter.series(METRIC) for counter in live(life, rng.randrange(1 << 30)))
    server.write([Series.of("xla_calendar_active", {"calendar": "upkeep"}, shown)])
    look = life.end / 1e3
    Replay(server, read_rules(rules())).run([look], since=life.start / 1e3)
    known = next(at for at, active in shown if active)
    for name in ("counted", "together"):
        of = f'{{agreement="{name}"}}'
        bad = server.steps(
            f"xla:total:increase5m{of} - ignoring () xla:good:increase5m{of}",
            known + SCRAPE,
            life.end - 5 * MINUTE,
            10,
        )
        counted = next(iter(bad.values()))
        wrong = [((at - ends) / 1e3, value) for at, value in counted if value]
        assert not wrong, f"{name}: bad events, seconds after the end: {wrong[:5]}"
        total = server.value(f"sum_over_time(xla:total:increase5m{of}[5h:5m])", look)
        assert total, f"{name}: something is counted before and after"
