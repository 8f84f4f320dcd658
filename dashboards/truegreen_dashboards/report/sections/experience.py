"""What the SLAs of a service tell of people's experience, and what moves its business outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.report.model import Heading, Points, Sentence
from truegreen_dashboards.report.words import count_of, joined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_dashboards.report.model import Block
    from truegreen_dashboards.report.subject import Subject
    from truegreen_definitions.plan import Service
    from truegreen_definitions.reviews import Outcome, ReviewedService, Warned, Worth

__all__ = ["outcome", "worths"]

_TELLS = {
    "informative": "it tells: cases were worse for people where it was missed",
    "contrary": "it misleads: cases were better for people where it was missed",
    "nothing": "it tells nothing: people fared the same whether it was met or missed",
    "undetectable": "nobody can say what it tells: too few cases, or too close",
}


def worths(subject: Subject, found: ReviewedService) -> Iterator[Block]:
    """Yield what each SLA tells whose cases can be followed."""
    if found.worths:
        yield Heading("What the contract tells of people's experience")
        yield Points(tuple(_worth(subject, one) for one in found.worths))


def _worth(subject: Subject, one: Worth) -> str:
    rates = (
        f"{one.bad_met:,} of {one.of_met:,} cases were bad for people where it was met, "
        f"{one.bad_missed:,} of {one.of_missed:,} where it was missed"
    )
    lift = ""
    if one.lift is not None:
        low, point, high = one.lift
        lift = f" (ratio {point:.2f}, with 95 %: {low:.2f} to {high:.2f})"
    traps = f". Beware: {'; '.join(one.traps)}" if one.traps else ""
    return f"{subject.promised(one.sla).title}: {_TELLS[one.verdict]}; {rates}{lift}{traps}."


def outcome(subject: Subject, service: Service) -> Iterator[Block]:
    """Yield what was found to move the outcome; nothing where none is measured."""
    found = next((one for one in subject.review.outcomes if one.service == service.name), None)
    if found is None:
        return
    yield Heading("What moves the business outcome")
    known = f"{count_of(found.periods, found.every)} of {found.measure} could be compared"
    tested = f"{count_of(found.tested, 'relation was', 'relations were')} looked at"
    if not found.published:
        yield Sentence(f"{known}; {tested}, and none is surer than chance.")
        return
    yield Sentence(f"{known}; {tested}, and chance does not explain these:")
    yield Points(tuple(_related(found, one) for one in found.published))
    if found.warning:
        yield Sentence(f"Warning now: {joined(found.warning)}.")


def _related(found: Outcome, one: Warned) -> str:
    when = f"{count_of(one.lag, found.every)} later" if one.lag else f"the same {found.every}"
    interval = f"with 95 %: {one.lower:+.2f} to {one.upper:+.2f}"
    return f"{one.indicator}, {when}: {one.point:+.2f} ({interval})"
