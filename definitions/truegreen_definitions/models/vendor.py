"""Vendor: a company that is accountable for steps."""

from typing import Literal

from truegreen_definitions.models.base import Header, Model
from truegreen_definitions.models.values import Date, Duration, Name, Text

__all__ = ["Vendor", "VendorSpec"]


class VendorSpec(Model):
    """What is known of a vendor.

    Attributes:
        renewal: Day the contract renews.
        notice: How long before that it can be given up, in seconds.
        services: Services the vendor works for.
    """

    contact: Text
    renewal: Date | None = None
    notice: Duration | None = None
    services: tuple[Name, ...] = ()


class Vendor(Header):
    """A vendor."""

    kind: Literal["Vendor"]
    spec: VendorSpec
