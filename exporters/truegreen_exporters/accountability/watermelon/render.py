"""Closed periods of services for people: the states, what they were judged by, what SLAs tell."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from truegreen_definitions.names import InformationValue, WatermelonValue, WeightValue
from truegreen_exporters.accountability.watermelon.portfolio import portfolio
from truegreen_exporters.accountability.watermelon.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["portfolio_text", "text"]

SHOWN_REASONS = 3

_TELLS = {
    InformationValue.INFORMATIVE: "it tells: where it is missed, experience is worse",
    InformationValue.CONTRARY: "it tells the contrary: where it is missed, experience is better",
    InformationValue.NOTHING: "it says nothing about experience: met or missed, it is the same",
    InformationValue.UNDETECTABLE: "no detectable information: too few cases, or too close",
}


def text(document: Mapping[str, Any]) -> str:
    """Return what closed periods say of a service."""
    return "\n".join(_lines(document)) + "\n"


def portfolio_text(documents: Sequence[Mapping[str, Any]]) -> str:
    """Return how many services were watermelons in their last closed period, and of what weight."""
    last = [one["periods"][-1] for one in documents if one["periods"]]
    bad = sum(one["state"] == WatermelonValue.WATERMELON for one in last)
    suspected = sum(one["suspected"] for one in last)
    unknown = sum(one["state"] == WatermelonValue.UNKNOWN for one in last)
    unknown += len(documents) - len(last)
    of = f"{len(documents):,} service{'' if len(documents) == 1 else 's'}"
    return (
        f"portfolio: {bad:,} of {of} watermelon in the last closed period, "
        f"{suspected:,} suspected, {unknown:,} unknown\n" + "".join(_weights(documents))
    )


def _weights(documents: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the share of revenue that watermelons made, of each currency in which there is any."""
    found = portfolio(map(_weighed, documents))
    for (by, currency), states in sorted(found.items()):
        whole, bad = sum(states.values()), states[WatermelonValue.WATERMELON]
        if by is WeightValue.REVENUE and whole:
            share = f"{100 * bad / whole:.1f} %"
            of = f"{bad:,.2f} of {whole:,.2f} {currency} = {share}"
            yield f"portfolio by revenue: {of} of that period's revenue was a watermelon's\n"


def _weighed(document: Mapping[str, Any]) -> tuple[WatermelonValue, dict[str, Decimal]]:
    """Return the last state of a service, and its revenue by currency."""
    last = document["periods"][-1:]
    earned: dict[str, Decimal] = defaultdict(Decimal)
    for channel in document["revenue"]["channels"]:
        earned[channel["currency"]] += Decimal(channel["amount"])
    state = last[0]["state"] if last else WatermelonValue.UNKNOWN
    return WatermelonValue(state), earned


def _lines(document: Mapping[str, Any]) -> Iterator[str]:
    unit, zone = document["unit"], document["zone"]
    yield f"{document['title']} ({document['service']}), closed {unit}s in {zone}"
    yield f"  defined at {document['definition']}"
    yield from map("  {}".format, _earned(document["revenue"]))
    if not document["periods"]:
        yield f"  no {unit} is closed that anything is known of"
        return
    for period in document["periods"][:-1]:
        yield f"  {_period(period)}"
    last = document["periods"][-1]
    yield f"  {_period(last)}"
    width = max((len(one["agreement"]) for one in last["agreements"]), default=0)
    for one in last["agreements"]:
        what = f"{one['kind']} {one['agreement']:{width}}  {one['standing']:12}"
        yield f"    {what}  {one['shown']}"
    if document["in_a_row"]:
        unit = f"{unit}{'s' if document['in_a_row'] > 1 else ''}"
        yield (
            f"  watermelon for {document['in_a_row']:,} {unit} in a row; first in "
            f"{document['first']}"
        )
    if document["score"] is not None:
        yield f"  {_score(document['score'])}"
    for one in document["slas"]:
        yield from _worth(one, document["periods"])


def _period(period: Mapping[str, Any]) -> str:
    word = "suspected watermelon" if period["suspected"] else period["state"]
    depth = "" if period["depth"] is None else f"  depth {period['depth']:+.3f}"
    shown = f"{word.upper() if word == 'watermelon' else word:20}{depth}"
    why = _why_unknown(period["agreements"]) if period["state"] == WatermelonValue.UNKNOWN else ""
    return f"{period['period']}  {shown}{why and f'  {why}'}".rstrip()


def _why_unknown(agreements: Sequence[Mapping[str, Any]]) -> str:
    """Return what is not known of a period: of a side, or which way the sides differ."""
    known = {Standing.MISSED, Standing.SEEMS_MISSED}
    why = []
    for kind in ("sla", "xla"):
        side = [one for one in agreements if one["kind"] == kind]
        if not side:
            why.append(f"no {kind.upper()} is judged")
        elif not known & {one["standing"] for one in side}:
            lack = [one for one in side if one["standing"] == Standing.UNKNOWN]
            why += [f"{one['agreement']}: {one['shown']}" for one in lack]
    unsure = {Standing.SEEMS_MET, Standing.SEEMS_MISSED}
    seems = [one for one in agreements if one["standing"] in unsure]
    why = why or [f"{one['agreement']} {one['standing']}, not for sure" for one in seems]
    more = f"; and {len(why) - SHOWN_REASONS:,} more" if len(why) > SHOWN_REASONS else ""
    return "; ".join(why[:SHOWN_REASONS]) + more


def _score(score: Mapping[str, Any]) -> str:
    if score["points"] is None:
        return "XLA score: unknown, no weighed agreement has data"
    sum_ = " + ".join(f"{p['weight']:g} x {p['contribution']:.3f}" for p in score["parts"])
    whole = sum(p["weight"] for p in score["parts"])
    shown = f"XLA score {score['points']:.1f} of 100: ({sum_}) / {whole:g} = {score['mean']:.1f}"
    if score["vetoed"]:
        shown += f"; vetoed by {', '.join(score['vetoed'])}"
    elif score["bounded_by"]:
        shown += f"; no more than {score['bounded_by']} contributes, for it is missed"
    if score["unknown"]:
        shown += f"; without {', '.join(score['unknown'])}: no data"
    return shown


def _earned(revenue: Mapping[str, Any]) -> Iterator[str]:
    for one in revenue["channels"]:
        by = "by their amounts" if one["each"] is None else f"at {one['each']} each, as declared"
        yield (
            f"revenue of {one['channel']} in {revenue['period']}: {Decimal(one['amount']):,.2f} "
            f"{one['currency']}, {one['transactions']:,} transactions {by}"
        )


def _worth(one: Mapping[str, Any], periods: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    table = one["table"]
    over = f"{periods[0]['period']} to {periods[-1]['period']}"
    yield f"  what {one['sla']} tells of experience, {over}: {one['verdict']}"
    yield f"    {_TELLS[InformationValue(one['verdict'])]}"
    sides = (
        ("met", table["met_bad"], table["met_good"], one["unknown_met"]),
        ("missed", table["missed_bad"], table["missed_good"], one["unknown_missed"]),
    )
    for side, bad, good, unknown in sides:
        share = f" = {100 * bad / (bad + good):.1f} %" if bad + good else ""
        more = f", {unknown:,} more nobody knows of" if unknown else ""
        yield f"    bad where {side:6}  {bad:,} of {bad + good:,}{share}{more}"
    for name, method in (("lift", "Katz log"), ("area", "DeLong"), ("pooled", "Mantel-Haenszel")):
        found = one[name]
        if found is not None:
            ends = f"{found['lower']:.2f} to {found['upper']:.2f}"
            yield f"    {name:6}  {found['point']:.2f} (95 %: {ends}; {method})"
    for trap in one["traps"]:
        yield f"    trap: {trap}"
