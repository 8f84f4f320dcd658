"""Where the figures come from, and how anybody can check them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.promised import percent
from truegreen_dashboards.report.model import Points, Section, Sentence
from truegreen_dashboards.report.words import count_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_dashboards.report.subject import Subject

__all__ = ["receipts"]


def receipts(subject: Subject) -> Section:
    """Return the sources of the report."""
    return Section(
        key="receipts",
        title="Where the figures come from",
        blocks=(
            Points(tuple(_sources(subject))),
            Sentence(
                "The command beside a figure gives its receipt: the line of the definition, the "
                "query, the rows and their digest. With the rows and that query anybody gets the "
                "same figure, without this tool.",
            ),
        ),
    )


def _sources(subject: Subject) -> Iterator[str]:
    review, said = subject.review, subject.receipts
    commit = f", commit {said.revision}" if said.revision else ", built without a commit"
    yield f"Definitions: plan {said.plan}, sha256 {said.digest}{commit}."
    yield f"Records: {said.state}, as seen at {review.at:%Y-%m-%d %H:%M:%S} UTC."
    promises = subject.promises
    frozen = sum(one.basis == "frozen" for one in promises)
    yield (
        f"{frozen:,} of {count_of(len(promises), 'figure')} are frozen in the ledger of closed "
        "periods; corrections stand beside them and change nothing that was settled."
    )
    if not review.signals:
        yield "Prometheus was not asked."
        return
    here = [one for one in review.signals if one.period == review.label]
    held = ", ".join(f"{one.agreement} {percent(one.known, 0)}" for one in here)
    yield f"Prometheus was asked; of this period it holds: {held}."
