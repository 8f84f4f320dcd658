"""What the exporter shows of what services are worth, and when it stops showing it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import plans
import pytest

from truegreen_definitions import names
from truegreen_definitions.plan import ExchangeRate
from truegreen_exporters.accountability.expectations.shown import (
    AGAIN_SECONDS,
    SOON_SECONDS,
    ShownProspects,
    rates_in_force,
)
from truegreen_exporters.engines.engine import CountError
from truegreen_telemetry.samples import SampleStore

if TYPE_CHECKING:
    from truegreen_definitions.names import Metric
    from truegreen_exporters.engines.volume_question import Bucket, VolumeQuestion

AT = datetime(2026, 11, 25, 14, 20, tzinfo=UTC)  # a Wednesday, in office hours
WEEKS = 12


class Till:
    """An engine that knows a steady shop, and can be told to fail or to know nothing."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[int, int]]] = []
        self.fails = self.knows_nothing = False

    def volume(self, question: VolumeQuestion, span: tuple[int, int]) -> tuple[Bucket, ...]:
        """Return 15 orders of 20.00 in each bucket."""
        self.asked.append((question.where, span))
        if self.fails:
            raise CountError("no such column\nin the second line")
        if self.knows_nothing:
            return ()
        step = question.step
        starts = range(span[1] // step * step - WEEKS * 7 * 86_400, span[1], step)
        return tuple((at, 15, Decimal(300)) for at in starts)


def show(shown: ShownProspects, till: Till, at: datetime = AT) -> dict[str, tuple[str, ...]]:
    """Show the valued company at a moment; return what failed."""
    return shown.show(plans.WORTH, till, at)  # type: ignore[arg-type]  all it asks an engine for


def samples(store: SampleStore, metric: Metric) -> dict[tuple[str, ...], float]:
    """Return the values of a family by its labels."""
    for family in store.snapshot().families:
        if family.metric is metric:
            return dict(zip(family.keys, family.values, strict=True))  # type: ignore[arg-type]
    return {}


def test_a_channel_is_shown_with_its_worth() -> None:
    """Sixty orders an hour are one a minute, worth 20 EUR, of which 31 % are earned."""
    store = SampleStore()
    assert set(show(ShownProspects(store), Till()).values()) == {()}
    orders = samples(store, names.EXPECTED_TRANSACTIONS)
    assert orders["order-to-cash", "web", "point"] == pytest.approx(1)
    worth = samples(store, names.EXPECTED_VALUE)
    web = ("order-to-cash", "web", "EUR")
    assert worth[*web, "revenue", "point"] == pytest.approx(20)
    assert worth[*web, "margin", "point"] == pytest.approx(6.2)
    assert not [key for key in worth if key[2] == "USD" and key[3] == "margin"]


def test_what_nobody_can_expect_is_absent() -> None:
    """Without history there is no series at all; when it comes, it is there seconds later."""
    store, till = SampleStore(), Till()
    shown = ShownProspects(store)
    till.knows_nothing = True
    show(shown, till)
    assert samples(store, names.EXPECTED_TRANSACTIONS) == {}
    till.knows_nothing = False
    show(shown, till, AT + timedelta(seconds=SOON_SECONDS - 1))
    assert samples(store, names.EXPECTED_VALUE) == {}
    show(shown, till, AT + timedelta(seconds=SOON_SECONDS))
    assert samples(store, names.EXPECTED_VALUE) != {}


def test_a_failure_is_told_and_shows_nothing_old() -> None:
    """Rows that cannot be counted hide the figure, and say why in one line."""
    store, till = SampleStore(), Till()
    shown = ShownProspects(store)
    show(shown, till)
    till.fails = True
    faults = show(shown, till, AT + timedelta(seconds=AGAIN_SECONDS))
    assert faults["expectation of order-to-cash/web"] == ("no such column",)
    assert samples(store, names.EXPECTED_VALUE) == {}
    till.fails = False
    assert set(show(shown, till, AT + timedelta(seconds=AGAIN_SECONDS)).values()) == {()}
    assert samples(store, names.EXPECTED_VALUE) != {}


@pytest.mark.parametrize(
    ("later", "again"),
    [(timedelta(seconds=AGAIN_SECONDS - 1), 0), (timedelta(seconds=AGAIN_SECONDS), 2),
     (timedelta(minutes=40), 2), (timedelta(seconds=-1), 2)],
)  # fmt: skip
def test_rows_are_asked_for_as_often_as_it_takes(later: timedelta, again: int) -> None:
    """Both channels are asked again after five minutes, in the next hour, or back in time."""
    shown, till = ShownProspects(SampleStore()), Till()
    show(shown, till)
    till.asked.clear()
    show(shown, till, AT + later)
    assert len(till.asked) == again


def test_a_service_matters_more_in_its_critical_period() -> None:
    """In office hours the declared factor holds, at night 1."""
    store = SampleStore()
    shown = ShownProspects(store)
    show(shown, Till())
    assert samples(store, names.CRITICAL_FACTOR) == {("order-to-cash",): 1.5}
    show(shown, Till(), AT.replace(hour=2))
    assert samples(store, names.CRITICAL_FACTOR) == {("order-to-cash",): 1.0}


def test_a_rate_holds_from_its_day_on() -> None:
    """Of all declared rates that of the latest day is in force, and never one of a day to come."""
    to_come = ExchangeRate(currency="USD", rate=Decimal(2), on=date(2027, 1, 1))
    policy = replace(plans.WORTH.policy, rates=(*plans.WORTH.policy.rates, to_come))

    def rate(at: datetime) -> list[Decimal]:
        return [one.rate for one in rates_in_force(policy, at) if one.currency == "USD"]

    assert rate(AT) == [Decimal("0.9215")]
    assert rate(datetime(2026, 11, 1, 23, 59, tzinfo=UTC)) == [Decimal("0.9188")]
    assert rate(datetime(2026, 9, 30, 23, 59, tzinfo=UTC)) == []
    assert rate(datetime(2027, 1, 1, tzinfo=UTC)) == [Decimal(2)]


def test_rates_are_shown_with_their_day() -> None:
    """The rate and its date are two series of the same pair."""
    store = SampleStore()
    show(ShownProspects(store), Till())
    assert samples(store, names.FX_RATE) == {("CHF", "EUR"): 1.065, ("USD", "EUR"): 0.9215}
    day = datetime(2026, 11, 2, tzinfo=UTC).timestamp()
    assert samples(store, names.FX_RATE_DATE) == {("CHF", "EUR"): day, ("USD", "EUR"): day}


def test_another_plan_shows_nothing_of_the_one_before() -> None:
    """What was expected under another definition is forgotten."""
    store, till = SampleStore(), Till()
    show(ShownProspects(store), till)
    shown = ShownProspects(store)
    for metric in (names.EXPECTED_VALUE, names.CRITICAL_FACTOR, names.FX_RATE):
        assert samples(store, metric) == {}
    till.asked.clear()
    show(shown, till)
    assert len(till.asked) == 2
