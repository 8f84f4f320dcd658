"""What is not known: promises that cannot be judged, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.report.words import joined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_dashboards.report.subject import Subject
    from truegreen_definitions.reviews import Promise

__all__ = ["not_known"]


def not_known(subject: Subject) -> Iterator[str]:
    """Yield what cannot be told, with its reason."""
    for service, period in subject.periods():
        if period is None:
            continue
        if not period.settled:
            yield f"{service.title}: the period is not final, later figures may change it."
        by_why: dict[str, list[str]] = {}
        for one in period.promises:
            if one.standing == "unknown":
                title = subject.promised(one.agreement).title
                by_why.setdefault(_why(subject, one), []).append(title)
        for why, titles in by_why.items():
            yield f"{service.title}: {joined(titles)}: {why}."
    for contract in subject.review.contracts:
        if contract.fault:
            yield f"Contract {contract.contract} could not be settled: {contract.fault}."
    for told in subject.review.missing:
        yield f"{told.about}: {told.why}."


def _why(subject: Subject, one: Promise) -> str:
    if subject.is_signal(one.agreement) and not any(
        said.agreement == one.agreement for said in subject.review.signals
    ):
        return f"{one.shown}, and Prometheus was not asked (--prometheus URL)"
    return one.shown
