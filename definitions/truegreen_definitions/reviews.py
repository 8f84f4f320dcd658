"""What a service review is told: facts of closed periods, as the exporter finds them.

The exporter finds them, a report shows them; neither knows the other, so their shape stands here.
Nothing is judged or worded by the reader of these: standings, verdicts and amounts are those of
the ledgers and contracts they come from. Instants have a zone; money is Decimal, with its currency
beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003  pydantic reads the annotations of an answer
from decimal import Decimal  # noqa: TC003  as above
from typing import Literal, Protocol

__all__ = [
    "REVIEWED_UNITS",
    "AtStake",
    "Basis",
    "Booked",
    "Estimated",
    "Likely",
    "Loss",
    "Outcome",
    "Prevented",
    "Promise",
    "Review",
    "ReviewedContract",
    "ReviewedPeriod",
    "ReviewedService",
    "Running",
    "Saved",
    "Scored",
    "SignalAnswers",
    "SignalCount",
    "Statement",
    "StatementLine",
    "Told",
    "Warned",
    "Watched",
    "Worth",
]

REVIEWED_UNITS = ("week", "month", "quarter")
"""How long a period that is reviewed may be."""

Basis = Literal["frozen", "counted", "hours", "prometheus", "measured", ""]
"""Where a figure comes from.

`frozen`: the ledger of closed periods. `counted`: rows as they are known now, of a period that
the ledger does not hold. `hours`: what a source pulled from Prometheus. `prometheus`: Prometheus
itself. `measured`: a value of rows as they are known now. Empty: there is no figure.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalCount:
    """What Prometheus says of an agreement over a period.

    Attributes:
        agreement: `service/name`.
        period: Label of the period.
        known: Share of the period of which it holds counts, 0 to 1.
    """

    agreement: str
    period: str
    good: float
    total: float
    known: float


class SignalAnswers(Protocol):
    """Asks Prometheus what it knows."""

    def counted(self, agreement: str, period: str, start: datetime, end: datetime) -> SignalCount:
        """Return the counts of an agreement, by its id, over a period.

        Raises:
            TruegreenError: Prometheus does not answer.
        """

    def at_risk(self, service: str, channel: str, currency: str, at: datetime) -> float | None:
        """Return what is at risk on a channel in a minute at an instant; None where it has nothing.

        Raises:
            TruegreenError: Prometheus does not answer.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimated:
    """An amount with its 95 % interval."""

    lower: Decimal
    point: Decimal
    upper: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AtStake:
    """What the present hour of a channel is worth, and how much of it is at risk.

    Attributes:
        expected: Worth of a minute's transactions, revenue or margin as declared; None where
            history does not say.
        basis: `revenue` or `margin`; empty where nothing is expected.
        at_risk: What of a minute's worth degraded agreements put at risk; None where nobody says.
    """

    service: str
    channel: str
    currency: str
    expected: Estimated | None
    basis: str
    at_risk: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """How likely a line of a contract, a `names.LineValue`, is missed by the end of its period."""

    line: str
    agreement: str
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What the period of a contract that runs may come to.

    Attributes:
        at_risk: The pool of the period; None where it is a share of an unknown invoice, and then
            nothing is expected either.
        penalty: What the one who promised is expected to owe by its end.
        reward: What they are expected to earn.
        latency_paced: Whether the penalty has a share of latency, taken to go on at its pace: the
            upper bound holds at that pace only.
    """

    contract: str
    period: str
    end: datetime
    at_risk: Decimal | None
    penalty: Estimated | None
    reward: Estimated | None
    latency_paced: bool
    misses: tuple[Likely, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prevented:
    """A fault that was remedied before it became an outage: an opinion by a declared rule.

    Attributes:
        day: In the service's zone.
        avoided: What the outage would have cost.
        cases: Faults alike that nobody remedied.
        outages: How many of those became outages.
    """

    service: str
    channel: str
    incident: str
    day: str
    vendor: str
    currency: str
    avoided: Estimated
    cases: int
    outages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What infrastructure cost less in the period than before; below 0 it became dearer.

    Attributes:
        kind: `tuning` or `cloud`.
        amount: None where its costs are not known, or it began later.
    """

    service: str
    name: str
    kind: str
    currency: str
    amount: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """An agreement in one period.

    Attributes:
        agreement: `service/name`.
        kind: `sla` or `xla`.
        standing: `met`, `missed`, `unknown`; `seems met` or `seems missed` where only the point
            estimate says so.
        spent: Share of what may go wrong that has gone wrong, 1 exactly at the target; None where
            nothing is known.
        shown: What was counted, for people.
        good: Good events; None of a value, and where nothing is known.
        total: All events that count; None likewise.
        value: What was attained, a ratio or in the unit of the measure; None where unknown.
        lower: Lower end of its 95 % interval; of a census the value itself.
        upper: Upper end of it.
        revision: Of the ledger's entry; 0 as it was frozen.
        digest: Of the ledger's entry; empty where there is none.
        restated: What corrections have made of it since, for people; empty for nothing else.
    """

    agreement: str
    kind: str
    standing: str
    spent: float | None
    shown: str
    good: int | None = None
    total: int | None = None
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    basis: Basis = ""
    revision: int = 0
    digest: str = ""
    restated: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedPeriod:
    """A service over one period.

    Attributes:
        label: `2026-W40`, `2026-10` or `2026-Q4`.
        settled: Whether nothing that was promised to come can change it any more.
        state: `green`, `watermelon`, `inverse`, `red` or `unknown`.
        suspected: Whether point estimates say watermelon, and intervals cannot confirm it.
        depth: The SLAs' worst attainment less the XLAs' worst, as shares of their targets.
    """

    label: str
    start: datetime
    end: datetime
    settled: bool
    state: str
    suspected: bool
    depth: float | None
    promises: tuple[Promise, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """An XLA score of 0 to 100, None where nothing is known, and what holds it down."""

    points: float | None
    vetoed: tuple[str, ...]
    bounded_by: str
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What an SLA tells of what people experience, over the periods that are reviewed.

    Attributes:
        verdict: `informative`, `contrary`, `nothing` or `undetectable`.
        bad_met: Cases that were bad for people where the SLA was met.
        bad_missed: The same where it was missed.
        lift: Ratio of both shares with its 95 % interval (lower, point, upper); None where there
            are too few cases.
        traps: What may mislead, in words.
    """

    sla: str
    verdict: str
    bad_met: int
    of_met: int
    bad_missed: int
    of_missed: int
    lift: tuple[float, float, float] | None
    traps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A measure that nothing is promised of, in one period; values are in its unit.

    Attributes:
        period: Label of the period.
        value: None where there is nothing to say.
        lower: Lower end of its 95 % interval; None where none is known.
        upper: Upper end of it.
        total: Rows that count.
    """

    measure: str
    period: str
    value: float | None
    lower: float | None
    upper: float | None
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedService:
    """A service over the period that is reviewed and those before it.

    Attributes:
        periods: The oldest first; the last one is reviewed. None from before its first figure,
            so there may be none at all.
        in_a_row: In how many of them up to the last one it was a watermelon.
    """

    service: str
    periods: tuple[ReviewedPeriod, ...]
    in_a_row: int
    score: Scored | None
    worths: tuple[Worth, ...]
    watched: tuple[Watched, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One line of a statement; `kind` is a `names.LineValue`, the amount what is owed by it."""

    kind: str
    agreement: str
    verdict: str
    amount: Decimal
    arithmetic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a contract moves in one of its periods.

    Attributes:
        state: `closed`, `settling` or `running`.
        at_risk: The pool of the period; None where it is a share of an unknown invoice.
        net: What the one who promised owes in the end; below 0 it is owed to them.
        reviewed: Whether it is of the period that is reviewed; else it came before.
    """

    period: str
    start: datetime
    end: datetime
    state: str
    at_risk: Decimal | None
    net: Decimal
    lines: tuple[StatementLine, ...]
    notes: tuple[str, ...]
    reviewed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedContract:
    """A contract's statements, the oldest first; `fault` says why it could not be settled."""

    contract: str
    statements: tuple[Statement, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """What of a loss falls to whom within the period: lower, point and upper of the amount."""

    incident: str
    step: str
    vendor: str
    severity: str
    lower: Decimal
    point: Decimal
    upper: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """An outage that began in the period, or cost something in it.

    Attributes:
        state: A `names.BookingValue`; only `booked` ones have portions.
        revision: How often it was corrected.
        deferred: What it costs that sales came later, where it began in the period.
        portions: What of it falls into the period.
    """

    service: str
    channel: str
    episode: str
    state: str
    start: datetime
    end: datetime
    currency: str
    revision: int
    digest: str
    deferred: Decimal
    portions: tuple[Booked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """An indicator that moves with an outcome: how strongly (rank correlation), and how sure."""

    indicator: str
    lag: int
    lower: float
    point: float
    upper: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was found to move the business outcome of a service.

    Attributes:
        every: Length of the periods that were compared: `day` or `week`.
        periods: Of how many the outcome is known.
        tested: How many relations were looked at together.
        published: Those that chance does not explain, the surest first.
        warning: Declared leading indicators that are validated and warn now.
    """

    service: str
    measure: str
    every: str
    periods: int
    tested: int
    published: tuple[Warned, ...]
    warning: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Something that could not be told, and why."""

    about: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """All that is told of a period.

    Attributes:
        unit: One of `REVIEWED_UNITS`.
        label: The period, such as `2026-10`; each service turns it in its own zone.
        at: The moment it is seen from.
        services: In the order that was asked for.
        at_stake: Channels of the services at that moment.
        running: The running period of each of the contracts.
        prevented: What was remedied within the period.
        savings: Of the period.
        signals: What Prometheus said where it was asked.
        missing: What could not be told.
    """

    unit: str
    label: str
    at: datetime
    services: tuple[ReviewedService, ...]
    contracts: tuple[ReviewedContract, ...]
    losses: tuple[Loss, ...]
    outcomes: tuple[Outcome, ...]
    at_stake: tuple[AtStake, ...]
    running: tuple[Running, ...]
    prevented: tuple[Prevented, ...]
    savings: tuple[Saved, ...]
    signals: tuple[SignalCount, ...]
    missing: tuple[Told, ...]
