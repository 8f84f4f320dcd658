"""Definitions are looked at again when they said they would be.

The day is that of `--today`, else of the clock; examples are as of 2026-11-22.

Passes:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      review: {every: quarter, last: 2026-10-01}

service/review-due (warning)
----------------------------
The review of a service is due.

What was promised a year ago may be what nobody needs now. The day is that of the last review and
the period, `every`.

Mend: look at the definition with its owner, and write the day under `last`.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      review: {every: month, last: 2026-10-01}

service/review-in-future (warning)
----------------------------------
The last review of a service lies in the future.

It cannot have been yet; the next one would be due too late.

Mend: write the day on which the definition was last looked at.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      review: {every: quarter, last: 2027-10-01}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.checks.check import DatedCheck
from truegreen_definitions.problems import Severity

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.problems import Problem

__all__ = ["CHECK"]

DUE, FUTURE = "service/review-due", "service/review-in-future"


def check(catalog: Catalog, today: dt.date) -> Iterator[Problem]:
    """Yield a warning at every service whose review is due, or cannot have been."""
    for service in catalog.services.values():
        review = service.model.spec.review
        if review is None:
            continue
        due, path = review.due, ("spec", "review", "last")
        if review.last > today:
            message = f"the last review, {review.last}, lies in the future"
            hint = "write the day on which the definition was last looked at"
            yield service.problem(FUTURE, message, *path, hint=hint, severity=Severity.WARNING)
        elif due <= today:
            message = f"the review of Service `{service.name}` is due since {due}"
            hint = f"look at it with `{service.model.spec.owner}`, then write the day here"
            yield service.problem(DUE, message, *path, hint=hint, severity=Severity.WARNING)


def turns(catalog: Catalog) -> Iterator[dt.date]:
    """Yield the day of each last review, and the one on which the next is due."""
    for service in catalog.services.values():
        review = service.model.spec.review
        if review is not None:
            yield from (review.last, review.due)


CHECK = DatedCheck((DUE, FUTURE), check, turns)
