"""What a promise depends on: other agreements, and what vendors promise of their own."""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Discriminator, Tag, WithJsonSchema

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.shapes import pattern
from truegreen_definitions.models.values import Name, Ratio, Text, WindowText, bad_value

__all__ = ["AgreementId", "Dependencies", "VendorPromise"]


def _agreement_id(text: str) -> str:
    service, slash, agreement = text.partition("/")
    if not (service and slash and agreement) or "/" in agreement:
        bad_value(f"{text!r} is no agreement", "write service/agreement")
    return text


AgreementId: TypeAlias = Annotated[
    Text,
    AfterValidator(_agreement_id),
    WithJsonSchema(
        pattern(
            "Agreement id",
            "A service and its agreement.",
            "[^/]+/[^/]+",
            "order-to-cash/availability",
        ),
    ),
]
"""The id of an agreement: `order-to-cash/availability`."""


class VendorPromise(Model):
    """What a vendor promises everybody: nothing of ours counts it.

    Attributes:
        vendor: Who promises it.
        objective: The share of good that is promised.
        window: The span of time it is promised over.
    """

    vendor: Name
    objective: Ratio
    window: WindowText


def _form(data: object) -> str:
    return "#vendor" if isinstance(data, dict | Model) else "#agreement"


Dependencies: TypeAlias = tuple[
    Annotated[
        Annotated[AgreementId, Tag("#agreement")] | Annotated[VendorPromise, Tag("#vendor")],
        Discriminator(_form),
    ],
    ...,
]
"""Agreements by their ids, and promises of vendors."""
