"""Series of periods from the records: every day is what one question about it alone answers."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import correlation

import pytest
from desks import Desks, shown

from truegreen_definitions import names
from truegreen_definitions.compiler import compile_folder
from truegreen_definitions.plan import Outcome, Plan, Values
from truegreen_exporters.accountability.outcomes.document import document as outcome_document
from truegreen_exporters.accountability.outcomes.document import find
from truegreen_exporters.accountability.outcomes.periods import periods_before, series_of
from truegreen_exporters.asked import value_questions
from truegreen_exporters.engines.duckdb import DuckDbEngine
from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.store import Store

DEFINITIONS = Path(__file__).parents[1] / "watermelon" / "definitions"
AT = datetime(2026, 11, 8, tzinfo=UTC)
BEGIN = AT - timedelta(days=150)
OUTCOME = Outcome(
    kind="revenue",
    goal="more tickets",
    measure="tickets",
    lags=3,
    leading=("hours-to-resolve",),
)
WEEK = (30, 28, 28, 30, 36, 12, 8)


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The south desk, whose tickets a day are its outcome."""
    found = compile_folder(DEFINITIONS).plan
    assert found is not None
    (hours,) = found.measurements
    count = Values(table="tickets", at="resolved_at", where="", aggregate="count")
    opened = replace(count, at="opened_at", until="resolved_at")
    share = replace(hours.parts, aggregate="quantile", quantile=Decimal("0.9"))
    watched = replace(hours, bound=None, kind="")
    more = [
        replace(watched, id=f"south/{name}", name=name, parts=parts)
        for name, parts in (("tickets", count), ("backlog", opened), ("slowest", share))
    ]
    services = tuple(
        replace(one, outcome=OUTCOME) if one.name == "south" else one for one in found.services
    )
    return replace(found, services=services, measurements=(hours, *more))


@pytest.fixture(scope="module")
def desks(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Desks:
    """Five months: after a slow day fewer tickets come two days later, beside a strong week."""
    chance = random.Random(2)
    found = Desks(plan=plan, folder=tmp_path_factory.mktemp("outcomes"))
    hours = [4 + 3 * chance.random() for _ in range(150)]
    for day in range(150):
        lost = 4 * (hours[day - 2] - 5.5) if day > 1 else 0
        for place in range(max(1, round(WEEK[day % 7] - lost + chance.gauss(0, 1)))):
            when = BEGIN + timedelta(days=day, minutes=10 * place)
            found.ticket("south", when, hours=hours[day] + chance.random())
    return found


def test_many_periods_are_each_alone(plan: Plan, desks: Desks) -> None:
    """Counts, means, quantiles and what is alive at an end: dealt together, as asked alone."""
    desks.export(AT)
    spans = periods_before(AT, "day", "Europe/Berlin")
    with Store(desks.state, plan) as store:
        engine = DuckDbEngine(store.connection)
        service = plan.service("south")
        series = series_of(plan, service, engine, spans)
        asked = dict(value_questions(plan))
        for measurement, question in asked.items():
            begun = False
            for place in range(3, len(spans), 9):
                start, end = spans[place]
                alone = replace(
                    question,
                    windows=(),
                    fixed=(("x", (microseconds(start), microseconds(end))),),
                )
                value = engine.values_at(alone, spans[-1][1])["x"].value
                begun = begun or bool(value)
                told = series[measurement.name][place]
                assert told == (pytest.approx(value) if begun and value is not None else None)
            assert begun


def test_days_turn_in_the_service_s_zone() -> None:
    """The last day ends at midnight in Berlin, 25 hours after it began when the clocks go back."""
    days = periods_before(datetime(2026, 10, 26, 12, tzinfo=UTC), "day", "Europe/Berlin")
    assert days[-1][1] == datetime(2026, 10, 25, 23, tzinfo=UTC)
    assert days[-1][1] - days[-1][0] == timedelta(hours=25)
    weeks = periods_before(datetime(2026, 10, 28, tzinfo=UTC), "week", "UTC")
    assert weeks[-1] == (datetime(2026, 10, 19, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC))


def test_the_exporter_shows_what_moves_the_outcome(plan: Plan, desks: Desks) -> None:
    """Hours to resolve lead tickets by two days: published, validated, with interval and worth."""
    snapshot = desks.export(AT)
    pair = {"service": "south", "measure": "hours-to-resolve", "outcome": "tickets", "lag": "2d"}
    found = shown(snapshot, names.OUTCOME_CORRELATION, **pair)
    assert found["lower",] < found["point",] < found["upper",] < 0
    assert shown(snapshot, names.OUTCOME_SAMPLE, **pair)[()] > 20
    assert shown(snapshot, names.LEADING_VALIDATED, service="south") == {("hours-to-resolve",): 1}
    with Store(desks.state, plan) as store:
        engine = DuckDbEngine(store.connection)
        said = find(plan, plan.service("south"), OUTCOME, engine, AT)
    assert (said.published[0].indicator, said.published[0].lag) in {
        ("hours-to-resolve", 2),
        ("slowest", 2),
    }
    (lead,) = said.leading
    assert lead.by is not None
    assert lead.by.point == pytest.approx(found["point",])
    _assert_found_again(plan, desks)


def _assert_found_again(plan: Plan, desks: Desks) -> None:
    """From the values of the document alone: differences to the week before, ranks, correlation."""
    with Store(desks.state, plan) as store:
        engine = DuckDbEngine(store.connection)
        document = json.loads(
            json.dumps(outcome_document(plan, plan.service("south"), OUTCOME, engine, AT))
        )
    best, series, season = document["published"][0], document["series"], document["season"]

    def moved(name: str) -> list[float | None]:
        pairs = zip(series[name][season:], series[name], strict=False)
        return [None if None in pair else pair[0] - pair[1] for pair in pairs]

    later = moved(document["outcome"])[best["lag"] :]
    both = [one for one in zip(moved(best["indicator"]), later, strict=False) if None not in one]
    assert len(both) == best["pairs"]
    ranks = [
        [sum(it < one for it in side) + sum(it == one for it in side) / 2 for one in side]
        for side in zip(*both, strict=True)
    ]
    assert correlation(*ranks) == pytest.approx(best["point"])
    assert len(series[document["outcome"]]) == len(periods_before(AT, "day", "Europe/Berlin"))
