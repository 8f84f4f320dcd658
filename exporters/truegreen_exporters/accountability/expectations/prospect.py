"""What history lets expect of a channel in the present hour: transactions, and their worth.

Ordinary weeks are those of the ledger of losses: holidays, incidents and maintenance are left out.
The hour is looked at whole, from its start by the clock: what was expected does not change
because it has begun to come true, or failed to. Its transactions are spread evenly over its
minutes. The worth of each is the mean amount of the same hours of the compared weeks, see
`losses.worth`; the bounds are those of the number of transactions, at that worth.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from truegreen_definitions.names import BasisValue, BoundValue
from truegreen_definitions.plan import LossTerms
from truegreen_definitions.units import HOUR_SECONDS
from truegreen_exporters.accountability.expectations.expectation import Season, expected
from truegreen_exporters.accountability.expectations.volume import Volume
from truegreen_exporters.accountability.losses.channel import Channel
from truegreen_exporters.accountability.losses.ordinary import ordinary
from truegreen_exporters.accountability.losses.worth import amounts_over

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan, Service, TransactionValue
    from truegreen_exporters.accountability.expectations.expectation import Expectation
    from truegreen_exporters.accountability.expectations.spans import Span
    from truegreen_exporters.accountability.losses.worth import Amounts
    from truegreen_exporters.engines.engine import Engine
    from truegreen_exporters.engines.volume_question import VolumeQuestion

__all__ = ["STEP", "Prospect", "look_ahead", "looked_at", "prospect", "quantised"]
__all__ += ["question_of"]

STEP = 900
"""Length of a bucket, in seconds: zones differ from UTC by whole quarters of an hour."""
_MINUTES = 60
_PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What is expected of a channel.

    Attributes:
        value: What was declared of it.
        hour: The hour it is about, in Unix seconds.
        expectation: Of the transactions of that hour, with its evidence.
        amounts: What one of them is worth; None where nothing says so.
    """

    value: TransactionValue
    hour: Span
    expectation: Expectation
    amounts: Amounts | None

    @property
    def bases(self) -> tuple[BasisValue, ...]:
        """Of what the worth is known: revenue, and the margin where it was declared."""
        if self.amounts is None:
            return ()
        declared = self.value.margin is not None
        return (BasisValue.REVENUE, BasisValue.MARGIN) if declared else (BasisValue.REVENUE,)

    def transactions(self, bound: BoundValue) -> float:
        """Return the transactions of a minute."""
        return float(getattr(self.expectation, bound)) / _MINUTES

    def worth(self, basis: BasisValue, bound: BoundValue) -> float:
        """Return what the transactions of a minute are worth, in major units; 0 if unknown."""
        each = 0.0 if self.amounts is None else self.amounts.each
        margin = self.value.margin if basis is BasisValue.MARGIN else None
        return self.transactions(bound) * each * (1.0 if margin is None else float(margin))

    def document(self) -> dict[str, Any]:
        """Return it as plain data: what it is made of, and what comes of it, by the minute."""
        start, end = (datetime.fromtimestamp(at, UTC).isoformat() for at in self.hour)
        each = self.amounts
        return {
            "hour": [start, end],
            "method": self.expectation.method,
            "weeks": [
                {"weeks_before": week, "transactions": str(quantised(sum_))}
                for week, sum_ in zip(self.expectation.weeks, self.expectation.sums, strict=True)
            ],
            "currency": self.value.currency,
            "each": None if each is None else str(quantised(each.each)),
            "each_from": "" if each is None else each.basis,
            "margin": None if self.value.margin is None else str(self.value.margin),
            "transactions_per_minute": {
                str(bound): str(quantised(self.transactions(bound))) for bound in BoundValue
            },
            "value_per_minute": {
                str(basis): {
                    str(bound): str(quantised(self.worth(basis, bound))) for bound in BoundValue
                }
                for basis in self.bases
            },
        }


def prospect(volume: Volume, at: int, season: Season, value: TransactionValue) -> Prospect | None:
    """Return what is expected in the hour of an instant; None where history does not say.

    Args:
        volume: The channel's history, in buckets of `STEP` seconds.
        at: Unix seconds.
        season: What an ordinary week is.
        value: What the channel's transactions are worth.
    """
    start = at - (at - _turn(at, season.zone)) % HOUR_SECONDS
    hour = (start, start + HOUR_SECONDS)
    found = expected(volume, (hour,), season)
    if found is None:
        return None
    return Prospect(
        value=value,
        hour=hour,
        expectation=found,
        amounts=amounts_over(volume, (hour,), start, found.weeks, season, value),
    )


def question_of(service: Service, value: TransactionValue) -> VolumeQuestion:
    """Return what to ask of an engine about a channel's transactions."""
    return replace(_channel(service, value).question, step=STEP)


def look_ahead(
    engine: Engine, plan: Plan, service: Service, value: TransactionValue, at: datetime
) -> Prospect | None:
    """Return what the rows of a channel let expect in the hour of a moment.

    Raises:
        CountError: They cannot be counted, or the incidents cannot.
    """
    now = int(at.timestamp())
    span = looked_at(service, now)
    buckets = engine.volume(question_of(service, value), span)
    known = ordinary(engine, plan, _channel(service, value), span, STEP)
    return prospect(Volume(buckets, STEP), now, known.season, value)


def looked_at(service: Service, now: int) -> Span:
    """Return the span of history that an expectation is made of, in Unix seconds."""
    weeks = (service.losses or LossTerms()).weeks
    return now - Season(zone=service.zone, weeks=weeks).look_back_seconds, now


def _channel(service: Service, value: TransactionValue) -> Channel:
    return Channel(service=service, value=value, terms=service.losses or LossTerms())


def quantised(estimate: float) -> Decimal:
    """Return an estimate in millionths, the one time that it is rounded."""
    return Decimal(repr(estimate)).quantize(_PLACES, ROUND_HALF_EVEN)


def _turn(at: int, zone: str) -> int:
    """Return seconds after a full hour of UTC at which the hours of a zone turn."""
    offset = datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(zone)).utcoffset()
    return 0 if offset is None else -int(offset.total_seconds()) % HOUR_SECONDS
