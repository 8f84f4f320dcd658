"""The revenue of services over closed periods: what they weigh in a portfolio.

A channel's revenue is the exact sum of the amounts that the rows of its transactions hold; where
rows hold none it is their number times the declared worth of one; where neither says so, the
channel weighs nothing and is not named. Rows count as they are known now, also where the state of
the period was frozen before a correction: it is a weight and no verdict.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.units import DAY_SECONDS
from truegreen_exporters.accountability.losses.channel import channels

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_definitions.plan import Plan
    from truegreen_exporters.accountability.losses.channel import Channel
    from truegreen_exporters.engines.engine import Engine
    from truegreen_exporters.engines.volume_question import VolumeQuestion
    from truegreen_exporters.windows.periods import Period

__all__ = ["Earned", "Revenue", "by_currency", "span_of"]

_STEP = DAY_SECONDS  # of buckets that are added up at once, in seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    """The revenue of a channel over a period.

    Attributes:
        transactions: How many there were.
        each: The declared worth of one; None where the rows hold amounts.
        amount: What all of them came to, in major units of the currency.
        question: Which rows they are.
    """

    channel: str
    currency: str
    transactions: int
    each: Decimal | None
    amount: Decimal
    question: VolumeQuestion


class Revenue:
    """Adds up what services earned.

    Args:
        plan: Says what transactions are worth.
        engine: Has their rows.
    """

    def __init__(self, plan: Plan, engine: Engine) -> None:
        self._engine = engine
        self._channels: dict[str, list[Channel]] = defaultdict(list)
        for one in channels(plan):
            if one.value.priced:
                self._channels[one.service.name].append(one)

    def of(self, service: str, period: Period) -> tuple[Earned, ...]:
        """Return the revenue of each channel of a service, in the plan's order.

        Raises:
            CountError: Its rows cannot be counted.
        """
        return tuple(self._earned(one, period) for one in self._channels.get(service, ()))

    def _earned(self, channel: Channel, period: Period) -> Earned:
        question, value = replace(channel.question, step=_STEP), channel.value
        buckets = self._engine.volume(question, span_of(period))
        number = sum(count for _, count, _ in buckets)
        each = None if value.amount else value.per_transaction
        measured = sum((money for *_, money in buckets), Decimal(0))
        return Earned(
            channel=channel.name,
            currency=value.currency,
            transactions=number,
            each=each,
            amount=measured if each is None else number * each,
            question=question,
        )


def span_of(period: Period) -> tuple[int, int]:
    """Return start and end of a period in Unix seconds."""
    return int(period.start.timestamp()), int(period.end.timestamp())


def by_currency(earned: Iterable[Earned]) -> dict[str, Decimal]:
    """Return what channels earned together, currency by currency."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for one in earned:
        found[one.currency] += one.amount
    return dict(found)
