"""What prevented outages would have cost: an opinion by a declared rule, never netted with losses.

A prevention counts when three things are on record: its detection (`detected_at` of an incident
whose `impact_share` is 0), a remedy (a row of Table `remediations` of that incident, `ok`, with its
end), and the return to normal (the fault did not come back for `stays_away`). It is worth

    P(outage | symptom, nobody acts) x E(median length of such outages, from then on) x each

P comes from own history: of n detections of the symptom without a remedy that worked, k became
outages. Its distribution is Beta(k + 1, n - k + 1); with fewer than `least_cases` of them, or
without one outage, nothing is said. The lower bound is the product of the lower bounds.

Source of the distribution: Bayes with a uniform prior; its quantiles by sums of binomial terms.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import comb
from statistics import median
from typing import TYPE_CHECKING, Any

from truegreen_exporters.accountability.expectations.spans import aligned
from truegreen_exporters.accountability.losses.answerable import day_of
from truegreen_exporters.accountability.losses.booking import Money, booked_money
from truegreen_exporters.accountability.losses.incident import Episode, Incident
from truegreen_exporters.accountability.losses.shortfall import Estimate, shortfall
from truegreen_exporters.accountability.losses.worth import amounts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from truegreen_exporters.accountability.losses.ground import Ground
    from truegreen_exporters.accountability.losses.shortfall import Shortfall
    from truegreen_exporters.accountability.losses.worth import Amounts

__all__ = ["METHOD", "Avoided", "Detection", "avoided", "chance"]

METHOD = "beta-median-ratio/1"

_HALVINGS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """Something that was detected and might have become an outage.

    Attributes:
        symptom: What it looked like; detections of one symptom are compared.
        at: When it was detected, in Unix seconds.
        seconds: How long its outage was; None where it became none, or lasts.
        impact: Whether customers felt it.
        remedied: Whether a remedy worked, and the fault stayed away.
    """

    id: str
    symptom: str
    at: int
    seconds: int | None
    impact: bool
    remedied: bool
    vendor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Avoided:
    """What a prevention was worth.

    Attributes:
        cases: How many detections of its symptom nobody remedied: n.
        outages: How many of them became outages: k.
        evidence: What anybody needs to compute it again, as plain data.
    """

    incident: str
    day: str
    vendor: str
    currency: str
    money: Money
    cases: int
    outages: int
    evidence: Mapping[str, Any] = field(default_factory=dict)


def avoided(ground: Ground, detections: Iterable[Detection], since: int) -> tuple[Avoided, ...]:
    """Return what the preventions since an instant were worth to a channel, in order.

    Args:
        ground: What is known of the channel.
        detections: Of its service.
        since: In Unix seconds.
    """
    rule, known = ground.channel.terms.avoided, tuple(detections)
    found = []
    for one in sorted(known, key=lambda one: (one.at, one.id)):
        if rule is None or one.impact or not one.remedied or one.at < since:
            continue
        alike = [it for it in known if it.symptom == one.symptom and not it.remedied]
        lasted = [it.seconds for it in alike if it.impact and it.seconds]
        if len(alike) < rule.least_cases or not lasted:
            continue
        made = _avoided(ground, one, alike, int(median(lasted)))
        if made is not None:
            found.append(made)
    return tuple(found)


def chance(outages: int, cases: int) -> Estimate:
    """Return the chance of an outage with its 95 % interval, from k outages of n cases."""
    return Estimate(
        lower=_quantile(outages, cases, 0.025),
        point=(outages + 1) / (cases + 2),
        upper=_quantile(outages, cases, 0.975),
    )


def _quantile(outages: int, cases: int, share: float) -> float:
    """Return a quantile of Beta(k + 1, n - k + 1), by halving."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _below(middle, outages, cases) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _below(p: float, outages: int, cases: int) -> float:
    """Return how likely it is that the chance lies below p: P(Bin(n + 1, p) > k)."""
    n = cases + 1
    return sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(outages + 1, n + 1))


def _avoided(
    ground: Ground, one: Detection, alike: Sequence[Detection], seconds: int
) -> Avoided | None:
    """Return what a prevention was worth; None where history does not say.

    Args:
        ground: What is known of the channel.
        one: What was prevented.
        alike: Detections of its symptom that nobody remedied.
        seconds: The median length of the outages among them.
    """
    value = ground.channel.value
    episode = _episode(ground, one, seconds)
    found = shortfall(ground.volume, episode, ground.season)
    if found is None:
        return None
    found = found.widened(ground.placebo.widened)
    each = amounts(ground.volume, episode, found, ground.season, value)
    if each is None:
        return None
    outages = sum(it.impact for it in alike)
    likely, worth = chance(outages, len(alike)), _worth(ground, found, each)
    return Avoided(
        incident=one.id,
        day=day_of(one.at, ground.season.zone),
        vendor=one.vendor,
        currency=value.currency,
        money=booked_money(
            Estimate(
                lower=likely.lower * worth.lower,
                point=likely.point * worth.point,
                upper=likely.upper * worth.upper,
            ),
            value.currency,
        ),
        cases=len(alike),
        outages=outages,
        evidence={
            "method": METHOD,
            "symptom": one.symptom,
            "detected": one.at,
            "alike": [
                {"id": it.id, "detected": it.at, "outage": it.impact, "seconds": it.seconds}
                for it in alike
            ],
            "median_seconds": seconds,
            "chance": [likely.lower, likely.point, likely.upper],
            "stretch": list(episode.outage[0]),
            "weeks": list(found.expectation.weeks),
            "sums": list(found.expectation.sums),
            "expected": found.expectation.point,
            "half_width": found.expectation.half_width,
            "widened": found.factor,
            "each": each.each,
            "each_from": each.basis,
            "share": str(ground.channel.share),
        },
    )


def _episode(ground: Ground, one: Detection, seconds: int) -> Episode:
    """Return the outage that there would have been from the detection on."""
    step = ground.volume.step
    span = (one.at, one.at + max(seconds, step))
    incident = Incident(id=one.id, start=span[0], end=span[1])
    outage = aligned((span,), step)
    return Episode(incidents=(incident,), outage=outage, catch_up=(), running=False)


def _worth(ground: Ground, found: Shortfall, each: Amounts) -> Estimate:
    """Return what would have been sold in it."""
    half = found.expectation.half_width * found.factor
    expected, of_each = found.expectation.point, each.each * float(ground.channel.share)
    return Estimate(
        lower=max(expected - half, 0.0) * of_each,
        point=expected * of_each,
        upper=(expected + half) * of_each,
    )
