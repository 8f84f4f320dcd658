"""Entries are booked where it is sure, exact from there on, and never written over."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import plans
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truegreen_definitions.names import BookingValue, BoundValue, LossStratumValue
from truegreen_definitions.plan import (
    AvoidedRule,
    CatchUp,
    LossTerms,
    MoneySeverity,
    Outage,
    TransactionValue,
)
from truegreen_exporters.accountability.expectations.expectation import Season
from truegreen_exporters.accountability.expectations.spans import WEEK, Spans, union
from truegreen_exporters.accountability.expectations.volume import Volume
from truegreen_exporters.accountability.losses import windows
from truegreen_exporters.accountability.losses.avoided import Detection, avoided, chance
from truegreen_exporters.accountability.losses.booking import Booking
from truegreen_exporters.accountability.losses.channel import Channel
from truegreen_exporters.accountability.losses.entries import entries
from truegreen_exporters.accountability.losses.ground import Ground
from truegreen_exporters.accountability.losses.incident import Episode, Incident, episodes
from truegreen_exporters.accountability.losses.placebo import Placebo

if TYPE_CHECKING:
    from collections.abc import Iterable

HOUR = 3_600
START = 1_767_225_600  # 2026-01-01 00:00 UTC
OUTAGE = START + 20 * WEEK + 20 * HOUR  # in the evening, so that it goes on after midnight
NOW = OUTAGE + 3 * 86_400
TRUSTED = Placebo(windows=90, coverage=0.95, bias=0.0, booked=0.01, widened=1.0)
VALUE = TransactionValue(
    channel="web",
    currency="EUR",
    per_transaction=None,
    table="orders",
    amount="amount",
    margin=Decimal("0.31"),
    at="ordered_at",
)
TERMS = LossTerms(
    catch_up=(CatchUp(channel="web", within_seconds=4 * HOUR, handling=Decimal("0.40")),),
    severities=(
        MoneySeverity(severity="sev1", at_least=Decimal(50_000)),
        MoneySeverity(severity="sev2", at_least=Decimal(1_000)),
    ),
)


def channel(value: TransactionValue = VALUE, terms: LossTerms = TERMS) -> Channel:
    """Return a channel of the shop."""
    service = replace(
        plans.SERVICE,
        zone="UTC",
        values=(value,),
        losses=terms,
        outage=Outage(delay_days=Decimal(2), cost_of_capital=Decimal("0.08")),
    )
    return Channel(service=service, value=value, terms=terms)


def sold(incidents: Iterable[Incident], back: int = 0, price: Decimal = Decimal("20.10")) -> Volume:
    """Return a shop whose hours are all alike but a little, without what incidents took away.

    Args:
        incidents: In them nothing is sold.
        back: Sold beside the usual in the hour after each of them.
        price: Of every order.
    """
    torn = union((one.start, one.end or NOW) for one in incidents)
    ends = {end for _, end in torn}
    buckets = []
    for start in range(START, NOW, HOUR // 4):
        count = 100 + start // HOUR * 7 % 5 + (back if start in ends else 0)
        if any(low <= start < high for low, high in torn):
            continue
        buckets.append((start, count, count * price))
    return Volume(buckets, HOUR // 4)


def ground(
    incidents: Iterable[Incident],
    *,
    back: int = 0,
    of: Channel | None = None,
    placebo: Placebo = TRUSTED,
    unusual: Spans = (),
) -> tuple[Ground, tuple[Episode, ...]]:
    """Return what is known of a shop, and its episodes."""
    mine, known = of or channel(), tuple(incidents)
    volume = sold(known, back)
    found = episodes(known, catch_up=mine.catch_up_seconds, step=volume.step, planned=(), now=NOW)
    out = union(span for one in found for span in one.frame)
    season = Season(zone="UTC", left_out=out)
    return (
        Ground(channel=mine, volume=volume, season=season, unusual=unusual, placebo=placebo),
        found,
    )


def written(
    incidents: Iterable[Incident], latest: Iterable[Booking] = (), **told: Any
) -> tuple[Booking, ...]:
    """Return what is new in the ledger."""
    known, found = ground(incidents, **told)
    before = {one.key: one for one in latest}
    return entries(known, found, before, now=NOW, known=NOW * 1_000_000)


ONE = Incident(
    id="A", start=OUTAGE, end=OUTAGE + 6 * HOUR, severity="sev1", step="pay", vendor="paygate"
)
OTHER = Incident(
    id="B", start=OUTAGE + 3 * HOUR, end=OUTAGE + 8 * HOUR, severity="sev3", step="checkout"
)


def test_an_outage_costs_what_was_not_sold() -> None:
    """Eight hours without a sale cost the usual sales of eight hours, less those who came back."""
    (entry,) = written([ONE, OTHER], back=400)
    assert entry.state is BookingValue.BOOKED
    usual = 8 * 4 * 102
    assert float(entry.gross) == pytest.approx(usual, rel=0.01)
    assert float(entry.recovered) == pytest.approx(400, abs=30)
    assert entry.net == entry.gross - entry.recovered
    worth = entry.net * Decimal("20.10") * Decimal("0.31")
    assert abs(entry.money.point - worth) < Decimal("0.1")
    assert entry.money.lower < entry.money.point < entry.money.upper
    delay = entry.recovered * (Decimal("20.10") * 2 * Decimal("0.08") / 365 + Decimal("0.40"))
    assert abs(entry.deferred - delay) < Decimal("0.01")


def test_money_adds_up_by_whatever_it_is_told_apart() -> None:
    """Days, incidents, steps, vendors and severities of an entry each add up to its money."""
    (entry,) = written([ONE, OTHER], back=400)
    assert {one.day for one in entry.portions} == {"2026-05-21", "2026-05-22"}
    assert {one.incident for one in entry.portions} == {"A", "B"}
    days = ("2026-05-01", "2026-05-31")
    service = channel().service
    vendors = windows.by_vendor([entry], days)
    for bound in BoundValue:
        told = [amount for (_, _, one), amount in vendors.items() if one is bound]
        assert sum(told) == getattr(entry.money, bound)
    strata = windows.by_stratum([entry], days, service)
    for stratum in LossStratumValue:
        told = [amount for (one, *_), amount in strata.items() if one is stratum]
        assert sum(told) == entry.money.point, stratum
    parts = [windows.by_vendor([entry], (day, day)) for day in ("2026-05-21", "2026-05-22")]
    assert sum(sum(part.values()) for part in parts) == sum(vendors.values())
    # Alone for three hours, together for three, alone for two, all hours being nearly alike.
    of_one = strata[LossStratumValue.VENDOR, "paygate", "EUR"]
    assert of_one / entry.money.point == pytest.approx(Decimal("4.5") / 8, rel=Decimal("0.01"))
    assert windows.by_severity([entry], days, TERMS.severities) == {
        ("sev1", "sev2"): 1,
        ("sev3", "sev2"): 1,
    }


@settings(max_examples=12)
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(1, 24), st.sampled_from(("", "paygate"))),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(("EUR", "JPY", "KWD")),
)
def test_sums_are_exact_for_any_incidents(drawn: list[tuple[int, int, str]], currency: str) -> None:
    """However incidents overlap, days and vendors add up to the money, and all of it is Decimal."""
    of = channel(replace(VALUE, currency=currency))
    begun = [(OUTAGE + first * HOUR // 4, long * HOUR // 4, who) for first, long, who in drawn]
    incidents = [
        Incident(id=str(n), start=start, end=start + long, vendor=vendor)
        for n, (start, long, vendor) in enumerate(begun)
    ]
    for entry in written(incidents, of=of):
        _walk_money(entry)
        if entry.booked:
            for bound in BoundValue:
                parts = [getattr(one.money, bound) for one in entry.portions]
                assert sum(parts) == getattr(entry.money, bound)
        assert Booking.of(entry.document) == entry


def _walk_money(value: object, name: str = "") -> None:
    """Assert that everything with a number of money or of sales in it is a Decimal."""
    if is_dataclass(value):
        for one in fields(value):
            if one.name != "evidence":  # how it was estimated: floats, told and not counted
                _walk_money(getattr(value, one.name), one.name)
    elif isinstance(value, tuple):
        for one in value:
            _walk_money(one, name)
    else:
        assert not isinstance(value, float), name
        exact = {"lower", "point", "upper", "gross", "recovered", "net", "deferred"}
        assert (type(value) is Decimal) == (name in exact), name


def test_nothing_is_booked_that_may_be_nothing() -> None:
    """Where the shop sold as ever, the entry says so, has no portions, and counts nowhere."""
    quiet = Incident(id="Q", start=OUTAGE, end=OUTAGE + 2 * HOUR)
    known, found = ground([quiet])
    known = replace(known, volume=sold([]))
    (entry,) = entries(known, found, {}, now=NOW, known=0)
    assert entry.state is BookingValue.NOT_PROVEN
    assert entry.portions == ()
    assert windows.by_vendor([entry], ("2026-01-01", "2026-12-31")) == {}
    assert windows.states([entry], ("2026-05-01", "2026-05-31"), "UTC")[entry.state] == 1


def test_booking_stops_where_intervals_do_not_hold() -> None:
    """A coverage below 85 %, or too few windows, books nothing, and what is booked stays."""
    poor = replace(TRUSTED, coverage=0.84)
    few = replace(TRUSTED, windows=19)
    for placebo in (poor, few):
        (entry,) = written([ONE], placebo=placebo)
        assert entry.state is BookingValue.UNCALIBRATED
        (later,) = written([ONE], [entry])
        assert (later.state, later.revision) == (BookingValue.BOOKED, 1)
    (booked,) = written([ONE])
    assert written([ONE], [booked], placebo=poor) == ()


def test_unusual_days_and_young_channels_are_not_guessed() -> None:
    """On a holiday ordinary weeks say nothing, and without four of them neither does anybody."""
    (entry,) = written([ONE], unusual=((OUTAGE, OUTAGE + HOUR),))
    assert entry.state is BookingValue.UNUSUAL
    known, found = ground([ONE])
    young = Volume([(OUTAGE - 2 * WEEK, 5, Decimal(10)), (OUTAGE - HOUR, 5, Decimal(10))], 900)
    (entry,) = entries(replace(known, volume=young), found, {}, now=NOW, known=0)
    assert entry.state is BookingValue.NO_HISTORY


def test_what_was_booked_stays_and_a_correction_stands_beside_it() -> None:
    """The same rows write nothing; other rows write the next revision, by the same widening."""
    (first,) = written([ONE], placebo=replace(TRUSTED, widened=1.3))
    assert written([ONE], [first]) == ()
    longer = replace(ONE, end=OUTAGE + 7 * HOUR)
    (second,) = written([longer], [first])
    assert (second.episode, second.revision) == ("A", 1)
    assert second.money.point > first.money.point
    assert second.evidence["widened"] == first.evidence["widened"] == 1.3
    assert second.digest != first.digest
    other = channel(replace(VALUE, margin=Decimal("0.9")))
    assert written([longer], [first], of=other) == (), "a changed definition restates nothing"


def test_nothing_is_written_before_it_is_over() -> None:
    """While the incident lasts, or customers may still come back, there is no entry."""
    known, found = ground([ONE])
    assert entries(known, found, {}, now=OUTAGE + 10 * HOUR - 1, known=0) == ()
    assert len(entries(known, found, {}, now=OUTAGE + 10 * HOUR, known=0)) == 1
    assert written([replace(ONE, end=None)]) == ()


def test_the_chance_of_an_outage_is_that_of_its_distribution() -> None:
    """Of two outages in eight cases the chance is 0.3, and the interval is that of Beta(3, 7)."""
    found = chance(2, 8)
    assert found.point == pytest.approx(0.3)
    assert (found.lower, found.upper) == pytest.approx((0.074854, 0.600094), abs=1e-5)


def test_what_was_prevented_is_worth_the_chance_of_its_outage() -> None:
    """A remedied detection counts with enough cases behind it, and is worth chance times loss."""
    terms = replace(TERMS, avoided=AvoidedRule(stays_away_seconds=86_400, least_cases=5))
    known, _ = ground([], of=channel(terms=terms))
    cases = [
        Detection(id=str(n), symptom="disk", at=START + n, seconds=2 * HOUR if n < 3 else None,
                  impact=n < 3, remedied=False)
        for n in range(6)
    ]  # fmt: skip
    saved = Detection(
        id="S", symptom="disk", at=OUTAGE, seconds=None, impact=False, remedied=True, vendor="v"
    )
    (found,) = avoided(known, [*cases, saved], START)
    assert (found.incident, found.vendor, found.cases, found.outages) == ("S", "v", 6, 3)
    usual = 2 * 4 * 102 * 20.10 * 0.31
    assert float(found.money.point) == pytest.approx(0.5 * usual, rel=0.01)
    assert 0 < found.money.lower < found.money.point < found.money.upper
    assert avoided(known, [*cases[:4], saved], START) == (), "four cases say too little"
    assert avoided(known, [*cases, replace(saved, remedied=False)], START) == ()
    assert avoided(known, [*cases, saved], OUTAGE + 1) == ()
    assert avoided(replace(known, channel=channel()), [*cases, saved], START) == ()
