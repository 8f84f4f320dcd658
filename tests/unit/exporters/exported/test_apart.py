"""Measures, strata and reasons of exclusion as a scraper reads them after one cycle."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

import plans
import pytest
from prometheus_client.parser import text_string_to_metric_families as plain_text
from structlog.testing import capture_logs

from truegreen_definitions.plan import Column, Exclusion, Stratum
from truegreen_definitions.plan.codec import LoadedPlan, digest
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store
from truegreen_telemetry.exposition import Format
from truegreen_telemetry.rendering import Renderer

if TYPE_CHECKING:
    from pathlib import Path

    from truegreen_definitions.plan import Measurement, Plan

AT = datetime(2016, 3, 20, tzinfo=UTC)
ROWS = (
    "id,rating,answered,application,updated\n"
    "a,5,01/03/2016 00:00,webshop,1\n"
    "b,2,02/03/2016 12:00,webshop,1\n"
    "c,1,19/03/2016 12:00,webshop,1\n"
    "d,3,19/03/2016 12:00,webshop,1\n"
    "a,4,01/03/2016 00:00,webshop,2\n"
)
BY = (Stratum(column="score", values=("4", "1")),)
OUT = (Exclusion(sql="score <= 1", reason="angry"), Exclusion(sql="score <= 2", reason="test"))


def company(measurement: Measurement) -> Plan:
    """Return the small plan with one measure, and a csat that is shown apart."""
    parts = replace(plans.CSAT.parts, by=BY, exclusions=OUT)
    csat = replace(plans.CSAT, parts=parts)
    return replace(plans.PLAN, agreements=(csat,), measurements=(measurement,))


def shown(plan: Plan, folder: Path) -> dict[str, dict[frozenset[tuple[str, str]], float]]:
    """Return the samples after a cycle, by metric and labels; empty labels are left out."""
    (folder / "surveys.csv").write_text(ROWS)
    loaded = LoadedPlan(plan=plan, digest=digest(plan), revision="")
    around = Surroundings(folder=folder, clock=lambda: AT)
    with Store(None, plan) as store:
        text = Renderer().render(Exporter(loaded, store, around).cycle(AT), Format.TEXT).decode()
    return {
        family.name: {
            frozenset((k, v) for k, v in one.labels.items() if v and k != "service"): one.value
            for one in family.samples
        }
        for family in plain_text(text)
    }


def labels(**named: str) -> frozenset[tuple[str, str]]:
    """Return labels as `shown` has them."""
    return frozenset(named.items())


def test_a_promised_measure_is_shown_with_its_sample(tmp_path: Path) -> None:
    """The last revision counts: (4 + 2 + 1 + 3) / 4 in March, with bounds, sums and rows."""
    found = shown(company(plans.LIKED), tmp_path)
    own = {"agreement": "liked", "kind": "xla", "window": "month"}
    assert found["xla_window_value"][labels(**own)] == 2.5
    lower, upper = (found[f"xla_window_value_{side}"][labels(**own)] for side in ("lower", "upper"))
    assert lower < 2.5 < upper
    assert found["xla_window_quotient"][labels(**own, part="numerator")] == 10
    assert found["xla_window_quotient"][labels(**own, part="denominator")] == 4
    assert found["xla_window_sample"][labels(**own, part="total")] == 4
    assert (
        labels(agreement="liked", kind="xla", window="prev_month") not in found["xla_window_value"]
    )


def test_a_watched_measure_is_named_as_one(tmp_path: Path) -> None:
    """Without a promise it has no agreement and no kind, and a currency where it is money."""
    parts = replace(plans.LIKED.parts, aggregate="sum", unit="EUR", currency="EUR")
    one = replace(plans.LIKED, kind="", bound=None, sampling="census", parts=parts)
    found = shown(company(one), tmp_path)
    assert found["xla_window_value"][labels(measure="liked", window="month", currency="EUR")] == 10
    assert found["xla_window_sample"][labels(measure="liked", window="month", part="total")] == 4


def test_strata_add_up_to_the_whole(tmp_path: Path) -> None:
    """Values that nobody listed are `other`, so nothing is missing from the strata."""
    liked = replace(plans.LIKED, parts=replace(plans.LIKED.parts, by=BY, aggregate="count"))
    found = shown(company(liked), tmp_path)
    own = {"agreement": "csat", "kind": "xla", "part": "total", "window": "month"}
    apart = {
        value: found["xla_stratum_events"][labels(**own, by="score", stratum=value)]
        for value in ("4", "1", "other")
    }
    assert apart == {"4": 1, "1": 0, "other": 1}
    assert sum(apart.values()) == found["xla_window_events"][labels(**own)]
    of = {"agreement": "liked", "kind": "xla", "window": "month", "by": "score"}
    counts = [found["xla_stratum_value"][labels(**of, stratum=v)] for v in ("4", "1", "other")]
    assert counts == [1, 1, 2]


@pytest.mark.parametrize(
    ("kind", "expression", "value", "count"),
    [
        ("decimal", "try_cast(rating AS DECIMAL(38,12))", "4", 1),
        ("decimal", "try_cast(rating AS DECIMAL(38,12)) / 2", "1.5", 1),
        ("boolean", "rating = '4'", "true", 1),
        ("date", "CAST(strptime(answered, '%d/%m/%Y %H:%M') AS DATE)", "2016-03-19", 2),
        ("text", "'0' || rating", "04", 1),
        ("text", "'0' || rating", "4", 0),
    ],
)
def test_a_stratum_is_compared_as_what_its_column_is(
    kind: Literal["decimal", "boolean", "date", "text"],
    expression: str,
    value: str,
    count: int,
    tmp_path: Path,
) -> None:
    """`1` is a decimal 1 whatever its digits, and a text is that text alone."""
    table = replace(plans.SURVEYS, columns=(*plans.SURVEYS.columns, Column(name="mark", type=kind)))
    source = replace(
        plans.SURVEY_EXPORT, columns=(*plans.SURVEY_EXPORT.columns, ("mark", expression))
    )
    by = (Stratum(column="mark", values=(value,)),)
    csat = replace(plans.CSAT, parts=replace(plans.CSAT.parts, by=by, mature_after_seconds=0))
    plan = replace(plans.PLAN, tables=(table,), sources=(source,), agreements=(csat,))
    found = shown(plan, tmp_path)["xla_stratum_events"]
    own = {"agreement": "csat", "kind": "xla", "part": "total", "window": "month", "by": "mark"}
    assert found[labels(**own, stratum=value)] == count
    assert found[labels(**own, stratum="other")] == 4 - count


def test_reasons_add_up_to_what_was_left_out(tmp_path: Path) -> None:
    """A row that meets two exclusions counts for the first."""
    liked = replace(plans.LIKED, parts=replace(plans.LIKED.parts, exclusions=OUT))
    found = shown(company(liked), tmp_path)
    for agreement, whole in (("csat", "xla_window_events"), ("liked", "xla_window_sample")):
        own = {"agreement": agreement, "kind": "xla", "window": "month"}
        apart = {
            reason: found["xla_window_excluded"][labels(**own, reason=reason)]
            for reason in ("angry", "test")
        }
        assert apart == {"angry": 1, "test": 1}
        assert found[whole][labels(**own, part="excluded")] == 2


def test_a_measure_that_fails_shows_nothing(tmp_path: Path) -> None:
    """An expression that fails on a row takes its value away, and no other."""
    broken = replace(plans.LIKED, parts=replace(plans.LIKED.parts, value="CAST('x' AS INT)"))
    found = shown(company(broken), tmp_path)
    assert "xla_window_value" not in found
    assert found["xla_window_events"]


def test_what_fails_is_told_once(tmp_path: Path) -> None:
    """An agreement that fails whole and apart fails once, not twice a cycle, and recovers once."""
    parts = replace(plans.CSAT.parts, good="CASE WHEN score = 3 THEN error('3') ELSE true END")
    csat = replace(plans.CSAT, parts=replace(parts, by=BY))
    plan = replace(plans.PLAN, agreements=(csat,))
    loaded = LoadedPlan(plan=plan, digest="d", revision="")
    file = tmp_path / "surveys.csv"
    with Store(None, plan) as store, capture_logs() as logs:
        exporter = Exporter(loaded, store, Surroundings(folder=tmp_path, clock=lambda: AT))
        for rows in (ROWS, ROWS, ROWS + "d,4,19/03/2016 12:00,webshop,2\n"):
            file.write_text(rows)
            exporter.cycle(AT)
    told = [one["event"] for one in logs if one.get("what") == f"agreement {csat.id}"]
    assert told == ["failed", "recovered"]
    assert exporter.failed == {}


def test_what_fails_apart_alone_is_told_once(tmp_path: Path) -> None:
    """An exclusion's reason that fails does so once; that the whole is counted is no recovery."""
    csat = replace(plans.CSAT, parts=replace(plans.CSAT.parts, by=BY))
    plan = replace(plans.PLAN, agreements=(csat,))
    loaded = LoadedPlan(plan=plan, digest="d", revision="")
    (tmp_path / "surveys.csv").write_text(ROWS)
    missing = (Stratum(column="nowhere", values=("1",)),)
    broken = replace(csat, parts=replace(csat.parts, by=missing))
    with Store(None, plan) as store, capture_logs() as logs:
        around = Surroundings(folder=tmp_path, clock=lambda: AT)
        exporter = Exporter(
            replace(loaded, plan=replace(plan, agreements=(broken,))), store, around
        )
        exporter.cycle(AT)
        exporter.cycle(AT + timedelta(minutes=1))
        exporter.adopt(loaded)
        exporter.cycle(AT + timedelta(minutes=2))
    told = [one["event"] for one in logs if one.get("what") == f"agreement {csat.id}"]
    assert told == ["failed", "recovered"]
