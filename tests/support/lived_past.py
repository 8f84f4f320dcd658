"""The example company's last hours as one Prometheus has seen them, up to a moment of our choice.

Nothing is written down here that our own code would have said: the demo's records are read by the
real exporter, robots walk the real journey through the probe's own counters, the shop counts its
requests, and the built rules are evaluated over all of it. Only time is ours, and how long the
shop took: from `BROKEN` on paying is slow and no request fails.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from remote_write import Series
from robots import CART, GONE, PAID, PRODUCTS, Clock
from rule_replay import Replay, read_rules

from truegreen_definitions import names
from truegreen_definitions.names import ComponentValue
from truegreen_definitions.plan.codec import dumps
from truegreen_definitions.plan.file import PlanFile
from truegreen_definitions.secret_values import Secrets
from truegreen_demo.workspace import write_records
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store
from truegreen_synthetics.browsing.visits import Seen
from truegreen_synthetics.equipment import Equipment
from truegreen_synthetics.journeys import compile_journey
from truegreen_synthetics.metrics import ProbeMetrics
from truegreen_synthetics.robot import Robot
from truegreen_synthetics.schedule import aligned
from truegreen_telemetry.exposition import Format
from truegreen_telemetry.plan_reload import PlanReload
from truegreen_telemetry.rendering import Renderer
from truegreen_telemetry.samples import SampleStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from prometheus_server import Prometheus

    from truegreen_definitions.plan import Journey, Plan, Source
    from truegreen_synthetics.browsing.visits import Visit
    from truegreen_synthetics.http.exchanges import Exchange, Request
    from truegreen_synthetics.http.responses import Response

__all__ = [
    "BROKEN",
    "LAG",
    "LAST_READ",
    "NOW",
    "REPLANNED",
    "REVISION",
    "WATCHED",
    "browsed",
    "live",
]

NOW = datetime(2026, 11, 18, 14, 0, tzinfo=UTC)
START, BROKEN = NOW - timedelta(hours=2), NOW - timedelta(minutes=40)
WATCHED = timedelta(hours=1)
"""How far back the rules are evaluated at each of their ticks."""

LAG = timedelta(minutes=10)
"""How old the newest event in a long window may be."""

PROBED, EXPORTED, READ = 10, 60, 2_400  # seconds
REVISION, OTHER_PLAN = "4f2c9e1", ("0" * 64, "9a07d3c")
REPLANNED = LAST_READ = NOW - WATCHED + timedelta(seconds=READ)
"""When other definitions came into force, and records were counted the last time."""

SLOW_PAY_SECONDS = 1.5
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


@dataclass(slots=True)
class _Seen:
    """What was scraped: samples by series, as the series stands in an exposition."""

    samples: dict[str, list[tuple[int, float]]]

    def scrape(self, at: float, exposition: str) -> None:
        """Take over every sample of an exposition, at a moment in Unix seconds."""
        for line in exposition.splitlines():
            if line and not line.startswith("#"):
                series, _, value = line.rpartition(" ")
                self.samples.setdefault(series, []).append((round(at * 1e3), float(value)))

    def series(self) -> Iterator[Series]:
        """Yield every series."""
        for text, samples in self.samples.items():
            name, _, inside = text.removesuffix("}").partition("{")
            labels = {key: _unquoted(value) for key, value in _LABEL.findall(inside)}
            yield Series.of(name, labels, samples)


def _unquoted(value: str) -> str:
    return value.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")


def _asks(source: Source, url: str) -> Source:
    """Let a source that asks a Prometheus ask this one."""
    read = source.read
    return (
        replace(source, read=replace(read, location=url)) if read.format == "prometheus" else source
    )


def live(plan: Plan, rules: Iterable[str], folder: Path, server: Prometheus) -> None:
    """Let a server see the company's last hours, and evaluate the rules over them.

    Args:
        plan: The example company's.
        rules: Its rule files.
        folder: Where records and state are kept.
        server: Empty.
    """
    path = folder / "plan.json"
    sources = tuple(_asks(one, server.url) for one in plan.sources)
    path.write_text(dumps(replace(plan, sources=sources), REVISION), encoding="utf-8")
    file, seen = PlanFile(path), _Seen({})
    write_records(folder, NOW)
    for part in (_exported, _probed):
        part(file, folder, seen)
    _sold(seen)
    server.write(seen.series())
    replay = Replay(server, [rule for text in rules for rule in read_rules(text)])
    first, last = ((NOW - WATCHED).timestamp(), NOW.timestamp())
    for rule in replay.rules:
        rule.widen(round(first * 1e3), round(last * 1e3))
    replay.run([last], since=START.timestamp())
    server.write(replay.alerts())


def _moments(first: datetime, every: int) -> Iterator[datetime]:
    while first <= NOW:
        yield first
        first += timedelta(seconds=every)


def _exported(file: PlanFile, folder: Path, seen: _Seen) -> None:
    """Let the exporter read at times within the watched hour; scrape it all along."""
    loaded, wall, renderer = file.current(), Clock(), Renderer()
    before = replace(loaded, digest=OTHER_PLAN[0], revision=OTHER_PLAN[1])
    with Store(None, loaded.plan) as store:
        around = Surroundings(folder=folder, clock=lambda: datetime.fromtimestamp(wall.now, UTC))
        exporter = Exporter(before, store, around)
        PlanReload(file, loaded, ComponentValue.EXPORTER, exporter.samples, wall)
        for moment in _moments(NOW - WATCHED, READ):
            wall.now = moment.timestamp()
            if moment == REPLANNED:
                exporter.adopt(loaded)
            text = renderer.render(exporter.cycle(moment, wait=True), Format.TEXT).decode()
            for later in range(0, min(READ, round(NOW.timestamp() - wall.now) + 1), EXPORTED):
                seen.scrape(wall.now + later, text)


def _probed(file: PlanFile, _folder: Path, seen: _Seen) -> None:
    """Let robots walk every journey of the plan for all of the time; scrape them all along."""
    loaded, store, renderer = file.current(), SampleStore(), Renderer()
    wall = Clock(START.timestamp())
    secrets = Secrets({"TEST_CARD": "4000-0000-0000-0002"})
    plan = loaded.plan
    journeys = tuple(
        compile_journey(one, plan.policy.synthetic, secrets, "robot/1") for one in plan.journeys
    )
    [location] = {place for one in plan.journeys for place in one.locations}
    metrics = ProbeMetrics(store, location, journeys, wall)
    info = store.gauge(names.PLAN_INFO)
    info.child(ComponentValue.PROBE, *OTHER_PLAN).set(1)
    PlanReload(file, loaded, ComponentValue.PROBE, store, wall)
    [journey] = journeys
    schedule = aligned(every=2.0, phase=0.5, patience=4.0, wall=wall.now, monotonic=wall.now)
    robot = Robot(journey, schedule, lambda: Shop(wall), metrics, wall)
    for moment in _moments(START, PROBED):
        _walk(robot, wall, moment)
        metrics.hub_lag(0.002)
        if moment == REPLANNED:
            info.clear()
            info.child(ComponentValue.PROBE, loaded.digest, REVISION).set(1)
        seen.scrape(moment.timestamp(), renderer.render(store.snapshot(), Format.TEXT).decode())


def _walk(robot: Robot, wall: Clock, until: datetime) -> None:
    """Let a robot do all that is due up to a moment."""
    while (due := wall.now + robot.seconds_to_wait()) <= until.timestamp():
        wall.now = due
        robot.act()


class _Pages:
    """Browsers whose every page is painted and loaded in so many seconds."""

    def __init__(self, wall: Clock, paint_seconds: float, load_seconds: float) -> None:
        self._wall = wall
        self._paint, self._load = paint_seconds, load_seconds

    def picture_of(self, _journey: str) -> str:
        return ""

    def visit(self, asked: Visit) -> Seen:
        started = self._wall.now
        self._wall.now += self._load
        return Seen(
            started=started,
            ended=self._wall.now,
            url=asked.url,
            status=200,
            headers={},
            phases={"first_byte": 0.1},
            page_load_seconds=self._load,
            largest_paint_seconds=self._paint,
        )

    def left(self, run: str) -> None:
        """Nothing is kept."""


def browsed(
    journey: Journey, server: Prometheus, *, paint_seconds: float, load_seconds: float
) -> None:
    """Let a server see a journey of browser steps that a robot walked in the last half hour."""
    store, renderer, seen = SampleStore(), Renderer(), _Seen({})
    wall = Clock((NOW - WATCHED / 2).timestamp())
    compiled = compile_journey(journey, None, Secrets({}), "robot/1")
    metrics = ProbeMetrics(store, journey.locations[0], (compiled,), wall)
    browsers: Any = _Pages(wall, paint_seconds, load_seconds)
    equipment = Equipment(clock=wall, wall=wall, browsers=browsers)
    schedule = aligned(every=30.0, phase=0.5, patience=4.0, wall=wall.now, monotonic=wall.now)
    robot = Robot(compiled, schedule, lambda: Shop(wall), metrics, wall, equipment=equipment)
    for moment in _moments(NOW - WATCHED / 2, EXPORTED):
        _walk(robot, wall, moment)
        seen.scrape(moment.timestamp(), renderer.render(store.snapshot(), Format.TEXT).decode())
    server.write(seen.series())


def _sold(seen: _Seen) -> None:
    """Let the shop answer some requests each second, one of two thousand with an error."""
    rng, counts = random.Random(20_265), {"200": 0, "500": 0}
    for moment in _moments(START, PROBED):
        failed = sum(rng.random() < 0.0005 for _ in range(30))
        counts["500"] += failed
        counts["200"] += 30 - failed
        lines = (
            f'shop_requests_total{{code="{code}",synthetic="false"}} {count}'
            for code, count in counts.items()
        )
        seen.scrape(moment.timestamp(), "\n".join(lines))


class Shop:
    """Answers a robot; from `BROKEN` on paying takes long."""

    def __init__(self, wall: Clock) -> None:
        self._wall = wall

    def send(self, request: Request, timeout_seconds: float, exchange: Exchange) -> Response:
        """Let the time of an answer pass and give it."""
        if request.method == "DELETE":
            answer, seconds = GONE, 0.05
        elif request.path == "/cart":
            answer, seconds = CART, 0.12
        elif request.path.endswith("/pay"):
            slow = self._wall.now >= BROKEN.timestamp()
            answer, seconds = PAID, SLOW_PAY_SECONDS if slow else 0.2
        else:
            answer, seconds = PRODUCTS, 0.04
        assert seconds < timeout_seconds
        self._wall.now += seconds
        exchange.phases.update(first_byte=seconds, body=0.0)
        return answer

    def close(self) -> None:
        """Nothing is kept."""
