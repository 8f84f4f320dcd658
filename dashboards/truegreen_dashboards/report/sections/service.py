"""One service: each promise with its interval and receipt, how it went, what the SLAs tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.drawing.charts.bars import Bar, Bars
from truegreen_dashboards.promised import attained, percent, promised_as
from truegreen_dashboards.report.model import (
    Cell,
    Charts,
    Section,
    Sentence,
    Table,
)
from truegreen_dashboards.report.sections.courses import courses, watched
from truegreen_dashboards.report.sections.experience import outcome, worths
from truegreen_dashboards.report.subject import promise_in, reviewed_period
from truegreen_dashboards.report.words import signed, standing_of, state_of
from truegreen_definitions.plan import Agreement

if TYPE_CHECKING:
    from truegreen_dashboards.report.model import Block
    from truegreen_dashboards.report.subject import Subject
    from truegreen_definitions.plan import Measurement, Service
    from truegreen_definitions.reviews import Promise, ReviewedPeriod, ReviewedService

__all__ = ["service_section"]

_HEAD = ("Promise", "Verdict", "Attained", "Promised", "Allowance used", "Before", "Counted from")
_BASES = {
    "frozen": "the ledger of closed periods",
    "counted": "records as known now",
    "hours": "Prometheus, pulled hour by hour",
    "prometheus": "Prometheus",
    "measured": "records as known now",
    "": "nothing",
}
_MOST_SPENT = 3.0


def service_section(subject: Subject, service: Service) -> Section:
    """Return what is told of one service."""
    found = subject.of(service.name)
    period = reviewed_period(found, subject.review.label)
    blocks: tuple[Block, ...] = (Sentence(_opening(subject, service, period)),)
    if period is not None:
        blocks += (
            _table(subject, found, period),
            Charts((_spent(subject, period),), _SPENT_CAPTION),
            *courses(subject, found, period),
        )
    return Section(
        key=f"service-{service.name}",
        title=service.title,
        fresh=True,
        blocks=(
            *blocks,
            *watched(subject, found),
            *worths(subject, found),
            *outcome(subject, service),
        ),
    )


_SPENT_CAPTION = (
    "Share used of what may go wrong in the period; a promise is broken beyond the broken line."
)


def _opening(subject: Subject, service: Service, period: ReviewedPeriod | None) -> str:
    owner = f"{subject.party(service.owner)} owns it"
    wants = f" The business wants it to {service.outcome.goal}." if service.outcome else ""
    if period is None:
        return f"Nothing was counted of it in this period or before. {owner}.{wants}"
    word, _ = state_of(period)
    final = "" if period.settled else " The period is not final: rows may still come."
    return f"Verdict: {word}. {owner}.{wants}{final}"


def _table(subject: Subject, found: ReviewedService, period: ReviewedPeriod) -> Table:
    place = found.periods.index(period)
    before = found.periods[place - 1] if place else None
    return Table(
        caption="What was promised, and what came of it",
        head=_HEAD,
        rows=tuple(_row(subject, one, before) for one in period.promises),
        empty="Nothing is promised yet.",
        receipts=tuple(
            subject.receipts.explain(one.agreement)
            for one in period.promises
            if _has_rows(subject, one)
        ),
    )


def _row(subject: Subject, one: Promise, before: ReviewedPeriod | None) -> tuple[Cell, ...]:
    promised = subject.promised(one.agreement)
    word, colour = standing_of(one)
    restated = f"now {one.restated}" if one.restated else ""
    return (
        Cell(
            text=promised.title,
            small=f"{one.kind.upper()} · {one.agreement}",
        ),
        Cell(word=word, colour=colour),
        Cell(
            text=attained(one.value, promised),
            small="; ".join(filter(None, (_interval(one, promised), _counts(one), restated))),
            number=True,
        ),
        Cell(text=promised_as(promised), number=True),
        Cell(text="?" if one.spent is None else percent(one.spent, 0), number=True),
        Cell(text=_change(one, before, promised), number=True),
        Cell(
            text=_BASES[one.basis],
            small=f"sha256 {one.digest[:16]}…" if one.digest else "",
        ),
    )


def _has_rows(subject: Subject, one: Promise) -> bool:
    """Return whether `explain` has a receipt of its rows: values have none."""
    return isinstance(subject.promised(one.agreement), Agreement) and not subject.is_signal(
        one.agreement
    )


def _interval(one: Promise, promised: Agreement | Measurement) -> str:
    if one.lower is None or one.upper is None or one.lower == one.upper:
        return ""
    low, high = (attained(end, promised) for end in (one.lower, one.upper))
    return f"95 %: {low} to {high}"


def _counts(one: Promise) -> str:
    if one.value is None:
        return one.shown
    return "" if one.total is None else f"{one.good:,} of {one.total:,}"


def _change(one: Promise, before: ReviewedPeriod | None, promised: Agreement | Measurement) -> str:
    last = promise_in(before, one.agreement)
    if last is None or last.value is None:
        return "?"
    if one.value is None or not isinstance(promised, Agreement):
        return attained(last.value, promised)
    return f"{attained(last.value, promised)} ({signed(one.value - last.value)})"


def _spent(subject: Subject, period: ReviewedPeriod) -> Bars:
    bars = tuple(
        Bar(
            subject.promised(one.agreement).title,
            one.spent,
            f"{'?' if one.spent is None else percent(one.spent, 0)} {standing_of(one)[0]}",
            standing_of(one)[1],
        )
        for one in period.promises
    )
    most = max((one.spent for one in period.promises if one.spent is not None), default=0.0)
    return Bars(
        title="Share used of what may go wrong",
        bars=bars,
        high=min(max(1.25, most * 1.05), _MOST_SPENT),
        bound=1.0,
        meaning="all of it",
    )
