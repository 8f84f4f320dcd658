"""A vendor's contract does not renew before anybody has thought about it.

The day is that of `--today`, else of the clock; examples are as of 2026-11-22.

Passes:
    apiVersion: truegreen/v1
    kind: Vendor
    metadata: {name: paygate}
    spec: {contact: noc@paygate.example, renewal: 2027-12-31, notice: 90d}

vendor/notice-due (info)
------------------------
The time in which a vendor can be given notice ends soon, or is over.

From thirty days before the last day of notice until the contract renews.

Mend: decide whether to go on with the vendor; after the renewal, write the next day.

Fails:
    apiVersion: truegreen/v1
    kind: Vendor
    metadata: {name: paygate}
    spec: {contact: noc@paygate.example, renewal: 2027-03-01, notice: 90d}

vendor/renewal-past (warning)
-----------------------------
The day on which a vendor's contract renewed is over.

The next one is not known, so nobody will be told in time.

Mend: write the next day under `renewal`.

Fails:
    apiVersion: truegreen/v1
    kind: Vendor
    metadata: {name: paygate}
    spec: {contact: noc@paygate.example, renewal: 2026-10-31, notice: 90d}
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from truegreen_definitions.checks.check import DatedCheck
from truegreen_definitions.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.problems import Problem

__all__ = ["CHECK"]

NOTICE, PAST = "vendor/notice-due", "vendor/renewal-past"
AHEAD = dt.timedelta(days=30)


def check(catalog: Catalog, today: dt.date) -> Iterator[Problem]:
    """Yield what is to be decided about a vendor, at the day its contract renews."""
    for vendor in catalog.vendors.values():
        spec, path = vendor.model.spec, ("spec", "renewal")
        if spec.renewal is None:
            continue
        if spec.renewal < today:
            message = f"the contract with Vendor `{vendor.name}` renewed on {spec.renewal}"
            hint = "write the day on which it renews next"
            yield vendor.problem(PAST, message, *path, hint=hint, severity=Severity.WARNING)
            continue
        last = spec.notice_until
        if last is None or today < last - AHEAD:
            continue
        left = (last - today).days
        name = f"Vendor `{vendor.name}`"
        message = (
            f"{name} can be given notice until {last}: {left} days left"
            if left >= 0
            else f"{name} renews on {spec.renewal}; notice was possible until {last}"
        )
        hint = "decide whether to go on; after the renewal, write the next day"
        yield vendor.problem(NOTICE, message, *path, hint=hint, severity=Severity.INFO)


def turns(catalog: Catalog) -> Iterator[dt.date]:
    """Yield when notice comes near, and the day after each renewal."""
    for vendor in catalog.vendors.values():
        spec = vendor.model.spec
        if spec.renewal is not None:
            yield spec.renewal + dt.timedelta(days=1)
            if spec.notice_until is not None:
                yield spec.notice_until - AHEAD


CHECK = DatedCheck((NOTICE, PAST), check, turns)
