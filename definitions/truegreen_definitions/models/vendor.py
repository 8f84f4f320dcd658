"""Vendor: a company that is accountable for steps.

Example:
    apiVersion: truegreen/v1
    kind: Vendor
    metadata: {name: paygate, title: PayGate}
    spec:
      contact: noc@paygate.example
      renewal: 2027-03-31
      notice: 90d
      services: [order-to-cash]
"""

import datetime as dt
from math import ceil
from typing import Literal

from truegreen_definitions.models.base import Header, Model
from truegreen_definitions.models.values import Date, Duration, Name, Text

__all__ = ["Vendor", "VendorSpec"]

_DAY_SECONDS = 86_400


class VendorSpec(Model):
    """What is known of a vendor.

    Attributes:
        contact: How people reach it.
        renewal: Day the contract renews.
        notice: How long before that it can be given up.
        services: Services the vendor works for.
    """

    contact: Text
    renewal: Date | None = None
    notice: Duration | None = None
    services: tuple[Name, ...] = ()

    @property
    def notice_until(self) -> dt.date | None:
        """The last day on which it can be given up; None where renewal or notice is not said."""
        if self.renewal is None or self.notice is None:
            return None
        return self.renewal - dt.timedelta(days=ceil(self.notice / _DAY_SECONDS))


class Vendor(Header):
    """A company that is accountable for steps."""

    kind: Literal["Vendor"]
    spec: VendorSpec
