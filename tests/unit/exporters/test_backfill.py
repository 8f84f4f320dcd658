"""The past that is written equals what a scrape would have shown then."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import plans
import pytest
from ingesting import ingest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from scraping import queried, running_prometheus

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.files import write_in_parts
from truegreen_definitions.plan import Records
from truegreen_exporters.asked import questions, value_questions
from truegreen_exporters.backfill import history, make_blocks
from truegreen_exporters.engines.duckdb import DuckDbEngine
from truegreen_exporters.exported.values import ExportedValues
from truegreen_exporters.intake.mapping import Mapping
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store
from truegreen_telemetry.endpoint import MetricsApp
from truegreen_telemetry.samples import SampleStore
from truegreen_telemetry.server import MetricsServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

RIPE = replace(
    plans.LIKED,
    id="order-to-cash/ripe",
    name="ripe",
    parts=replace(plans.LIKED.parts, aggregate="sum", mature_after_seconds=3 * 86_400),
)
ALIVE = replace(
    plans.BACKLOG,
    parts=replace(
        plans.BACKLOG.parts, at="answered_at", until="answered_at + INTERVAL (score) DAY"
    ),
)
START, END = datetime(2016, 2, 20, tzinfo=UTC), datetime(2016, 4, 5, 10, 30, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Two hundred answers, one every seven hours, from February to April."""
    begin = datetime(2016, 2, 10, 0, 30)  # noqa: DTZ001  the export is in local time
    times = [begin + timedelta(hours=7 * i) for i in range(200)]
    (tmp_path / "surveys.csv").write_text(
        "id,rating,answered,application,updated\n"
        + "".join(f"{i},{i % 5 + 1},{t:%d/%m/%Y %H:%M},webshop,1\n" for i, t in enumerate(times))
    )
    with Store(None, plans.PLAN) as found:
        mapping = Mapping.of(plans.SURVEY_EXPORT, plans.SURVEYS)
        ingest(found, mapping, Surroundings(folder=tmp_path), lambda: False)
        yield found


def test_every_sample_is_what_a_scrape_would_have_shown(store: Store) -> None:
    """Each line, read by a strict parser, is the part of its window seen from its time."""
    engine = DuckDbEngine(store.connection)
    text = "".join(history(engine, plans.PLAN, START, END, timedelta(hours=6)))
    ((agreement, question),) = questions(plans.PLAN)
    found = {
        (s.timestamp and float(s.timestamp), s.labels["window"], s.labels["part"]): s.value
        for family in openmetrics(text)
        for s in family.samples
    }
    moments = [
        START + i * timedelta(hours=6) for i in range((END - START) // timedelta(hours=6) + 1)
    ]
    want = {
        (at.timestamp(), window, part): getattr(parts, part)
        for at in moments
        for window, parts in DuckDbEngine(store.connection).parts_at(question, at).items()
        for part in ("good", "total", "pending", "excluded")
    }
    assert found == want
    assert len(set(want.values())) > 20
    assert agreement.id == "order-to-cash/csat"


def test_every_value_is_what_a_scrape_would_have_shown(store: Store) -> None:
    """Each line of a measure is its value, bound, sum or rows seen from its time, in any class."""
    plan = replace(plans.PLAN, agreements=(), measurements=(plans.LIKED, ALIVE, RIPE))
    engine, step = DuckDbEngine(store.connection), timedelta(hours=30)
    text = "".join(history(engine, plan, START, END, step))
    found = {
        (
            s.name,
            s.timestamp and float(s.timestamp),
            *sorted((name, text) for name, text in s.labels.items() if text),
        ): s.value
        for family in openmetrics(text)
        for s in family.samples
    }
    want = {}
    for at in (START + i * step for i in range((END - START) // step + 1)):
        shown = SampleStore()
        values = ExportedValues(shown)
        for measurement, question in value_questions(plan):
            values.show(measurement, engine.values_at(question, at))
        for family in shown.snapshot().families:
            for key, value in zip(family.keys, family.values, strict=True):
                labels = zip(family.metric.labels, key, strict=True)
                named = sorted((name, text) for name, text in labels if text)
                want[family.metric.name, at.timestamp(), *named] = value
    assert found.keys() == want.keys()
    assert found == pytest.approx(want)
    assert {name for name, *_ in want} == {
        "xla_window_value",
        "xla_window_value_lower",
        "xla_window_value_upper",
        "xla_window_quotient",
        "xla_window_sample",
    }


def test_promtool_makes_blocks_of_it(
    store: Store, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """Promtool accepts the text, and its blocks hold the very samples."""
    engine, told = DuckDbEngine(store.connection), list[tuple[int, int]]()

    def tell(done: int, of: int) -> None:
        told.append((done, of))

    parts = history(engine, plans.PLAN, START, END, timedelta(hours=1), progress=tell)
    write_in_parts(tmp_path / "history.om", (part.encode() for part in parts))
    windows = len(plans.CSAT.windows)
    assert told == [(done + 1, windows) for done in range(windows)]
    blocks = tmp_path / "data"
    tool("promtool")
    make_blocks(tmp_path / "history.om", blocks)
    assert len(list(blocks.iterdir())) <= 3  # long blocks, not one for every two hours
    (blocks / "wal").mkdir()
    dumped = subprocess.run(
        [tool("promtool"), "tsdb", "dump", '--match={part="good",window="month"}', blocks],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    got = {int(line.split()[-1]): float(line.split()[-2]) for line in dumped}
    ((_, question),) = questions(plans.PLAN)
    for hours in range(0, 1000, 97):
        at = START + timedelta(hours=hours)
        parts = DuckDbEngine(store.connection).parts_at(question, at)["month"]
        assert got[int(at.timestamp() * 1000)] == parts.good
    assert len(got) == (END - START) // timedelta(hours=1) + 1


def test_an_agreement_that_cannot_be_counted_is_named(store: Store) -> None:
    """An expression that fails on one row ends with the agreement, its line and the reason."""
    assert isinstance(plans.CSAT.parts, Records)
    broken = replace(plans.CSAT.parts, good="CAST(concat(score, 'x') AS BIGINT) > 3")
    plan = replace(plans.PLAN, agreements=(replace(plans.CSAT, parts=broken),))
    with pytest.raises(TerminalError) as error:
        list(history(DuckDbEngine(store.connection), plan, START, END, timedelta(days=1)))
    words = str(error.value)
    assert words.startswith(f"agreement order-to-cash/csat ({plans.CSAT.origin}) cannot be counted")
    assert re.search(r"Could not convert string '\dx' to INT64", words)
    assert "\n" not in words


def test_what_is_no_history_is_refused_by_promtool(
    tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """A text that promtool does not take is an error in one line."""
    tool("promtool")
    (tmp_path / "history.om").write_text("nonsense\n")
    with pytest.raises(TerminalError, match="promtool makes no blocks of the history: "):
        make_blocks(tmp_path / "history.om", tmp_path / "data")


def test_prometheus_has_the_past(store: Store, tmp_path: Path, tool: Callable[[str], str]) -> None:
    """A real Prometheus on the blocks answers for moments of the past as a scrape would have."""
    engine = DuckDbEngine(store.connection)
    parts = history(engine, plans.PLAN, START, END, timedelta(hours=1))
    write_in_parts(tmp_path / "history.om", (part.encode() for part in parts))
    prometheus = tool("prometheus")
    make_blocks(tmp_path / "history.om", tmp_path / "p" / "data")
    ((_, question),) = questions(plans.PLAN)
    with (
        MetricsServer(MetricsApp(SampleStore().snapshot)) as server,
        running_prometheus(prometheus, tmp_path / "p", server.port) as url,
    ):
        for hours in (0, 400, 1000):
            at = START + timedelta(hours=hours)
            want = engine.parts_at(question, at)["30d"].total
            asked = f'xla_window_events{{part="total",window="30d"}} @ {at.timestamp()}'
            (found,) = queried(url, asked)
            assert float(found["value"][1]) == want
