"""A cycle reads, counts and shows; what fails says so and keeps its last good data."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import plans
import pytest
from prometheus_client.parser import text_string_to_metric_families as plain_text

from truegreen_definitions.names import RejectReasonValue
from truegreen_definitions.plan import Plan, Records
from truegreen_definitions.plan.codec import LoadedPlan, digest
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store, StoreError
from truegreen_telemetry.exposition import Format
from truegreen_telemetry.rendering import Renderer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from truegreen_telemetry.samples import Snapshot

AT = datetime(2016, 3, 20, tzinfo=UTC)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = "id,rating,answered,application,updated\n"
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def exporter(store: Store, folder: Path, plan: Plan = plans.PLAN) -> Exporter:
    """Return an exporter with a standing clock."""
    loaded = LoadedPlan(plan=plan, digest=digest(plan), revision="abc")
    return Exporter(loaded, store, Surroundings(folder=folder, clock=lambda: NOW))


def samples(snapshot: Snapshot) -> Samples:
    """Return the samples a scraper would read."""
    text = Renderer().render(snapshot, Format.TEXT).decode()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in plain_text(text)
        for sample in family.samples
    }


def of(found: Samples, name: str, **labels: str) -> float | None:
    """Return one sample."""
    return found.get((name, frozenset(labels.items())))


def part(found: Samples, part: str, window: str) -> float | None:
    """Return a part of the csat agreement."""
    labels = {"service": "order-to-cash", "agreement": "csat", "kind": "xla"}
    return of(found, "xla_window_events", **labels, part=part, window=window)


def test_calendars_are_shown_as_they_are_at_the_time(store: Store, tmp_path: Path) -> None:
    """Every calendar of the plan is 1 while it is active and 0 otherwise."""
    one = exporter(store, tmp_path)
    monday_noon = datetime(2026, 11, 23, 11, tzinfo=UTC)
    night = datetime(2026, 11, 30, 23, tzinfo=UTC)
    active = {
        at: {
            name: of(samples(one.recall(at)), "xla_calendar_active", calendar=name)
            for name in ("office-hours", "maintenance")
        }
        for at in (monday_noon, night)
    }
    assert active == {
        monday_noon: {"office-hours": 1, "maintenance": 0},
        night: {"office-hours": 0, "maintenance": 1},
    }


@pytest.fixture
def store() -> Iterator[Store]:
    """A store in memory."""
    with Store(None, plans.PLAN) as found:
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three answers of March, one of February, one bad row, one of no service."""
    (tmp_path / "surveys.csv").write_text(
        HEADER + "a,5,01/03/2016 00:00,webshop,1\nb,4,02/03/2016 12:00,webshop,1\n"
        "c,1,19/03/2016 12:00,webshop,1\nd,5,29/02/2016 23:59,webshop,1\n"
        "e,5,soon,webshop,1\nf,5,02/03/2016 12:00,other,1\n"
    )
    return tmp_path


def test_a_cycle_shows_parts_and_sources(store: Store, folder: Path) -> None:
    """Window parts, source counters, lag, success and plan are all shown after one cycle."""
    found = samples(exporter(store, folder).cycle(AT))
    assert [part(found, "good", w) for w in ("30d", "all", "month", "prev_month")] == [3, 3, 2, 1]
    assert [part(found, "total", w) for w in ("30d", "all", "month", "prev_month")] == [4, 4, 3, 1]
    source = {"source": "survey-export"}
    assert of(found, "truegreen_source_up", **source) == 1
    assert of(found, "truegreen_source_rows_total", **source) == 5
    assert of(found, "truegreen_source_unmatched_rows_total", **source) == 1
    rejected = "truegreen_source_rejected_rows_total"
    assert {r: of(found, rejected, **source, reason=r) for r in RejectReasonValue} == {
        r: float(r == "bad_value") for r in RejectReasonValue
    }
    assert of(found, "truegreen_source_lag_seconds", **source) == 13 * 3600
    success = "truegreen_source_last_success_timestamp_seconds"
    assert of(found, success, **source) == NOW.timestamp()
    info = {"component": "exporter", "digest": digest(plans.PLAN), "revision": "abc"}
    assert of(found, "truegreen_plan_info", **info) == 1
    assert of(found, "truegreen_cycle_duration_seconds", component="exporter") is not None


def test_a_failing_source_keeps_its_last_good_data(store: Store, folder: Path) -> None:
    """When the files go, `up` is 0 and the parts stay; when they come back, it is 1 again."""
    running = exporter(store, folder)
    before = samples(running.cycle(AT))
    path = folder / "surveys.csv"
    path.rename(folder / "away")
    failing = samples(running.cycle(AT))
    assert of(failing, "truegreen_source_up", source="survey-export") == 0
    assert part(failing, "total", "all") == part(before, "total", "all") == 4
    assert "no file matches" in running.failed["source survey-export"][0]
    (folder / "away").rename(path)
    again = samples(running.cycle(AT))
    assert of(again, "truegreen_source_up", source="survey-export") == 1
    assert of(again, "truegreen_source_rows_total", source="survey-export") == 5
    assert not running.failed


def test_what_was_stored_is_shown_before_the_first_reading(store: Store, folder: Path) -> None:
    """A new process shows the store's counts at once, none smaller than before."""
    exporter(store, folder).cycle(AT)
    found = samples(exporter(store, folder).recall(AT))
    assert part(found, "total", "all") == 4
    assert of(found, "truegreen_source_rows_total", source="survey-export") == 5
    assert of(found, "truegreen_source_up", source="survey-export") is None


def test_an_agreement_that_cannot_be_counted_is_not_shown(folder: Path) -> None:
    """An expression that fails on the rows takes away its own series, not those of others."""
    assert isinstance(plans.CSAT.parts, Records)
    broken = replace(
        plans.CSAT,
        id="order-to-cash/broken",
        name="broken",
        parts=replace(plans.CSAT.parts, good="CAST(survey_id AS INTEGER) > 0"),
    )
    plan = replace(plans.PLAN, agreements=(broken, plans.CSAT))
    with Store(None, plan) as store:
        running = exporter(store, folder, plan)
        found = samples(running.cycle(AT))
        assert part(found, "total", "all") == 4
        shown = {dict(labels).get("agreement") for _, labels in found}
        assert "broken" not in shown
        assert "Could not convert" in running.failed["agreement order-to-cash/broken"][0]
        assert of(found, "truegreen_source_lag_seconds", source="survey-export") == 13 * 3600


def test_a_store_that_cannot_be_written_is_the_source_s_fault(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk shows as `up` 0 with the reason, and the cycle goes on."""

    def refuse(*_: object) -> None:
        raise StoreError("cannot write state file: disk full")

    monkeypatch.setattr(store, "add", refuse)
    running = exporter(store, folder)
    found = samples(running.cycle(AT))
    assert of(found, "truegreen_source_up", source="survey-export") == 0
    assert running.failed == {"source survey-export": ("cannot write state file: disk full",)}
