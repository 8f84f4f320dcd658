"""What happened: services that fell short, the worst first, and those that kept everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.promised import attained, promised_as
from truegreen_dashboards.report.subject import missed
from truegreen_dashboards.report.words import joined, times
from truegreen_definitions.names import WatermelonValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_dashboards.report.subject import Subject
    from truegreen_definitions.plan import Service
    from truegreen_definitions.reviews import ReviewedPeriod

__all__ = ["happened"]


def happened(subject: Subject) -> Iterator[str]:
    """Yield a sentence for each service that fell short, and one for the others."""
    well = []
    for service, period in subject.periods():
        if period is None:
            yield f"{service.title}: nothing was counted in this period."
        elif period.state == WatermelonValue.GREEN and not missed(period):
            well.append(service.title)
        else:
            yield _told(subject, service, period)
    if well:
        yield f"{joined(well)} kept everything that was promised."
    if not subject.services:
        yield "No service is defined, so there is nothing to tell."


def _told(subject: Subject, service: Service, period: ReviewedPeriod) -> str:
    row = times(subject.of(service.name).in_a_row, subject.review.unit)
    fell = _fell_short(subject, period)
    if period.state == WatermelonValue.WATERMELON:
        again = f" {row}" if row else ""
        return (
            f"{service.title} was a watermelon{again}: its contract was met, "
            f"and people were let down. {fell}"
        )
    if period.state == WatermelonValue.RED:
        return f"{service.title} missed both its contract and what people were promised. {fell}"
    if period.state == WatermelonValue.INVERSE:
        return f"{service.title} missed its contract, while people were served as promised. {fell}"
    if period.suspected:
        return (
            f"{service.title} looks like a watermelon, which too few figures can prove: its "
            f"contract was met, and people seem let down. {fell}"
        )
    known = [one for one in period.promises if one.standing != "unknown"]
    kept = len(known) - len(missed(period))
    told = f"kept {kept} of the {len(known)} promises that can be judged"
    if not known:
        return f"{service.title}: none of its {len(period.promises)} promises can be judged."
    of = (
        f"; {len(period.promises) - len(known)} cannot be"
        if len(known) < len(period.promises)
        else ""
    )
    return f"{service.title} {told}{of}. {fell}".rstrip()


def _fell_short(subject: Subject, period: ReviewedPeriod) -> str:
    """Return what was missed, the worst first."""
    found = sorted(missed(period), key=lambda one: (-(one.spent or 0), one.agreement))
    said = []
    for one in found:
        promised = subject.promised(one.agreement)
        seems = " (not certain)" if one.standing == "seems missed" else ""
        figure = attained(one.value, promised)
        said.append(f"{promised.title}: {figure}, promised {promised_as(promised)}{seems}")
    return f"{'; '.join(said)}." if said else ""
