"""What an SLA is worth: its cases over a span of time, what they tell, and what may mislead.

Traps are looked for and named, never corrected in silence:

- response bias: customers answer more often, or less, where the SLA was missed;
- mix: kinds of cases differ in both, and the lift inside each kind is another;
- populations: rows of experience belong to no case of the SLA;
- periods: the experience of a case was told in another period.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_exporters.accountability.watermelon.information import (
    Estimate,
    Table,
    area,
    difference,
    information,
    lift,
    pooled_lift,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_definitions.names import InformationValue
    from truegreen_exporters.engines.cases import CaseGroup

__all__ = ["Answers", "Lost", "Worth", "worth"]

CONFOUNDED = 1.1
"""By which factor a pooled lift differs from the plain one before the mix is named."""
LEAST_LOST = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Cases whose customer answered, by what the SLA says of them.

    Attributes:
        difference: The rate where it was missed less the rate where it was met.
    """

    met: int
    of_met: int
    missed: int
    of_missed: int
    difference: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """Rows of experience of a span, and those that are of no case of the SLA."""

    xla: str
    rows: int
    lost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What an SLA is worth over a span.

    Attributes:
        sla: Its id.
        table: Cases of which promise and experience are known.
        unknown_met: Cases in which it was met and nobody knows the experience.
        unknown_missed: The same where it was missed.
        by_xla: (id of an XLA, its own table): cases that it knows, bad by it alone.
        verdict: What it tells of experience.
        pooled: The lift inside kinds of cases; None where none is declared or tells any.
        answers: Who answered; None where all is known from the cases' own table.
        lost: Rows of experience that could not be followed.
        elsewhere: Cases whose experience was told outside the span.
        traps: What may mislead, in words.
    """

    sla: str
    table: Table
    unknown_met: int
    unknown_missed: int
    by_xla: tuple[tuple[str, Table], ...]
    verdict: InformationValue
    lift: Estimate | None
    area: Estimate | None
    pooled: Estimate | None
    answers: Answers | None
    lost: tuple[Lost, ...]
    elsewhere: int
    traps: tuple[str, ...]


def worth(
    sla: str, xlas: Sequence[str], groups: Sequence[CaseGroup], lost: Sequence[Lost], mix: str = ""
) -> Worth:
    """Return what the cases of a span tell of an SLA.

    Args:
        sla: Its id.
        xlas: Ids of the XLAs, in the order of the groups' counts.
        groups: The cases, by kind and promise.
        lost: Of each XLA in another table, rows that are of no case.
        mix: Column of the kinds, for people; empty where there are none.
    """
    table = _table(groups)
    kinds: dict[str, list[CaseGroup]] = defaultdict(list)
    for group in groups:
        kinds[group.mix].append(group)
    pooled = pooled_lift(map(_table, kinds.values())) if mix else None
    answers = _answers(groups) if lost else None
    plain, elsewhere = lift(table), sum(group.elsewhere for group in groups)
    return Worth(
        sla=sla,
        table=table,
        unknown_met=sum(group.unknown for group in groups if group.met),
        unknown_missed=sum(group.unknown for group in groups if not group.met),
        by_xla=tuple((name, _table_of(groups, place)) for place, name in enumerate(xlas)),
        verdict=information(table),
        lift=plain,
        area=area(table),
        pooled=pooled,
        answers=answers,
        lost=tuple(lost),
        elsewhere=elsewhere,
        traps=(
            *_biased(answers),
            *_mixed(plain, pooled, mix),
            *_others(lost),
            *_late(answers, elsewhere),
        ),
    )


def _table(groups: Sequence[CaseGroup]) -> Table:
    met = [group for group in groups if group.met]
    missed = [group for group in groups if not group.met]
    return Table(
        met_good=sum(group.good for group in met),
        met_bad=sum(group.bad for group in met),
        missed_good=sum(group.good for group in missed),
        missed_bad=sum(group.bad for group in missed),
    )


def _table_of(groups: Sequence[CaseGroup], place: int) -> Table:
    met = [group for group in groups if group.met]
    missed = [group for group in groups if not group.met]
    return Table(
        met_good=sum(group.known[place] - group.bad_by[place] for group in met),
        met_bad=sum(group.bad_by[place] for group in met),
        missed_good=sum(group.known[place] - group.bad_by[place] for group in missed),
        missed_bad=sum(group.bad_by[place] for group in missed),
    )


def _answers(groups: Sequence[CaseGroup]) -> Answers:
    sums = {True: [0, 0], False: [0, 0]}
    for group in groups:
        sums[group.met][0] += group.answered
        sums[group.met][1] += group.good + group.bad + group.unknown
    (met, of_met), (missed, of_missed) = sums[True], sums[False]
    return Answers(
        met=met,
        of_met=of_met,
        missed=missed,
        of_missed=of_missed,
        difference=difference(missed, of_missed, met, of_met),
    )


def _biased(answers: Answers | None) -> list[str]:
    if answers is None or answers.difference is None or answers.difference.holds(0):
        return []
    more = "more" if answers.difference.point > 0 else "less"
    return [
        (
            f"response bias: customers answer {more} often where it was missed "
            f"({answers.missed:,} of {answers.of_missed:,}) than where it was met "
            f"({answers.met:,} of {answers.of_met:,})"
        )
    ]


def _mixed(plain: Estimate | None, pooled: Estimate | None, mix: str) -> list[str]:
    if plain is None or pooled is None:
        return []
    factor = plain.point / pooled.point
    if 1 / CONFOUNDED <= factor <= CONFOUNDED:
        return []
    return [
        (
            f"mix: by `{mix}` (Mantel-Haenszel) the lift is {pooled.point:.2f}, "
            f"without it {plain.point:.2f}: kinds of cases differ in both"
        )
    ]


def _others(lost: Sequence[Lost]) -> list[str]:
    return [
        f"different populations: {one.lost:,} of {one.rows:,} rows of {one.xla} are of no case "
        "of the SLA"
        for one in lost
        if one.lost > LEAST_LOST * one.rows
    ]


def _late(answers: Answers | None, elsewhere: int) -> list[str]:
    if answers is None or elsewhere <= LEAST_LOST * (answers.met + answers.missed):
        return []
    return [f"different periods: {elsewhere:,} cases were answered outside the period"]
