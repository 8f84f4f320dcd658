"""The ledger of losses for people: a line an entry, and the receipt of one.

A receipt holds all that the estimate was made of. Truegreen is not needed to check it: the SQL
counts the transactions from the table, `expectation` and `shortfall` say how the rest follows, and
the digest is

    sha256 of the entry without `digest` and `sql`, as JSON in UTF-8 with sorted keys, no spaces
    and no escapes but JSON's own: json.dumps(entry, sort_keys=True, ensure_ascii=False,
    separators=(",", ":"))
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from truegreen_definitions.names import BookingValue
from truegreen_exporters.accountability.money import amount, figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["FORMAT", "receipt", "table"]

FORMAT = 1
_SAYS = {
    BookingValue.BOOKED: "booked",
    BookingValue.NOT_PROVEN: "not proven",
    BookingValue.NO_HISTORY: "no history",
    BookingValue.UNUSUAL: "unusual day",
    BookingValue.UNCALIBRATED: "not calibrated",
    BookingValue.SETTLING: "settling",
    BookingValue.WITHDRAWN: "withdrawn",
}
_WHY = {
    BookingValue.BOOKED: "neither the gross nor the net loss can be zero",
    BookingValue.NOT_PROVEN: "zero lies within an interval, so it may have cost nothing",
    BookingValue.NO_HISTORY: "fewer than four ordinary weeks before it can be compared",
    BookingValue.UNUSUAL: "ordinary weeks say nothing about such a day",
    BookingValue.UNCALIBRATED: "on windows without an outage the intervals did not hold",
    BookingValue.SETTLING: "customers may still come back",
    BookingValue.WITHDRAWN: "what was known of it has changed",
}


def table(entries: Sequence[dict[str, Any]]) -> str:
    """Return the newest revision of every entry, a line each, and what is booked by currency."""
    newest = {(one["service"], one["channel"], one["episode"]): one for one in entries}
    ordered = sorted(
        newest.values(), key=lambda one: (one["start"], one["service"], one["channel"])
    )
    header = ("BEGAN", "INCIDENT", "SERVICE/CHANNEL", "STATE", "NET LOSS", "95 %", "VENDOR")
    lines = [header, *map(_line, ordered)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(header))]
    out = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]
    out += [f"booked: {text}" for text in _booked(ordered)] or ["booked: nothing"]
    return "\n".join(out) + "\n"


def receipt(entry: dict[str, Any]) -> str:
    """Return one revision of an entry, with everything it rests on."""
    state, currency = BookingValue(entry["state"]), entry["currency"]
    evidence = entry["evidence"]
    out = [
        (
            f"Loss of {entry['service']}/{entry['channel']} by {entry['episode']}, "
            f"revision {entry['revision']}: {_SAYS[state]}"
        ),
        f"  because {evidence.get('why', _WHY[state])}",
        f"  written down: {_instant(entry['known'] // 1_000_000)}",
    ]
    for one in evidence.get("incidents", ()):
        span = f"{_instant(one['start'])} to {_instant(one['end'])}"
        out.append(f"  incident {one['id']}: {span}, from {one['from']}")
    if "method" in evidence:
        out += _arithmetic(entry, evidence, currency)
    for portion in entry["portions"]:
        told = ", ".join(filter(None, (portion["step"], portion["vendor"], portion["severity"])))
        owed = amount(Decimal(portion["money"]["point"]), currency)
        out.append(f"  of it {portion['incident']} on {portion['day']} ({told or 'ours'}): {owed}")
    if entry.get("sql"):
        out += ["  transactions, bucket by bucket:", *_indented(entry["sql"])]
    return (
        "\n".join(
            [*out, f"  defined at: {evidence.get('line', '')}", f"  digest: {entry['digest']}"]
        )
        + "\n"
    )


def _arithmetic(entry: dict[str, Any], evidence: dict[str, Any], currency: str) -> Iterator[str]:
    weeks = ", ".join(map(str, evidence["weeks"]))
    sums = ", ".join(f"{one:.1f}" for one in evidence["sums"])
    money = {bound: amount(Decimal(text), currency) for bound, text in entry["money"].items()}
    gross, net = evidence["gross"], evidence["net"]
    yield f"  method {evidence['method']}, weeks before: {weeks}"
    yield f"  what each of them says of these minutes: {sums}"
    yield (
        f"  expected {evidence['expected']:.1f} +- {evidence['half_width']:.1f}, "
        f"widened {evidence['widened']:.2f} times; actual {evidence['actual']}"
    )
    yield f"  gross shortfall {gross[1]:.1f} ({gross[0]:.1f} to {gross[2]:.1f})"
    yield f"  recovered {entry['recovered']} of {evidence['actual_after']} in the catch-up"
    yield f"  net {net[1]:.1f} ({net[0]:.1f} to {net[2]:.1f})"
    yield (
        f"  {evidence['each']:.2f} {currency} each ({evidence['each_from']}), "
        f"of it {evidence['share']} is {evidence['basis']}"
    )
    yield f"  net loss {money['point']} ({money['lower']} to {money['upper']})"
    yield f"  deferred: {amount(Decimal(entry['deferred']), currency)}"


def _line(entry: dict[str, Any]) -> tuple[str, ...]:
    state, currency = BookingValue(entry["state"]), entry["currency"]
    lower, point, upper = (Decimal(entry["money"][one]) for one in ("lower", "point", "upper"))
    estimated = "method" in entry["evidence"]
    vendors = sorted({one["vendor"] for one in entry["portions"]} - {""})
    return (
        _instant(entry["start"]),
        entry["episode"],
        f"{entry['service']}/{entry['channel']}",
        _SAYS[state],
        amount(point, currency) if estimated else "-",
        f"{figure(lower, currency)} to {figure(upper, currency)}" if estimated else "-",
        ", ".join(vendors) or "-",
    )


def _booked(entries: Sequence[dict[str, Any]]) -> list[str]:
    booked = [one for one in entries if one["state"] == BookingValue.BOOKED]
    found = []
    for currency in sorted({one["currency"] for one in booked}):
        mine = [Decimal(one["money"]["point"]) for one in booked if one["currency"] == currency]
        found.append(f"{amount(sum(mine, Decimal(0)), currency)} of {len(mine)} outages")
    return found


def _instant(second: int | None) -> str:
    if second is None:
        return "now"
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%MZ}"


def _indented(text: str) -> list[str]:
    return [f"    {line}" for line in text.splitlines()]
