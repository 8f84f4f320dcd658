"""One kind of receipt, as the tuple of them lists it, and what is asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from truegreen_definitions.names import Metric
    from truegreen_definitions.plan import Plan
    from truegreen_definitions.plan.codec import LoadedPlan
    from truegreen_exporters.reading.reader import Reader

__all__ = ["Asked", "ReceiptKind", "is_promised"]


def is_promised(plan: Plan, name: str) -> bool:
    """Return whether an id is that of an agreement or a measure, which have it before all else."""
    promised = {one.id for one in plan.agreements} | {one.id for one in plan.measurements}
    return name in promised


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a receipt is asked for.

    Attributes:
        loaded: The plan.
        name: Of what: an id, or the name of a service.
        reader: Of the records.
        at: The moment it is seen from; None: now.
        window: The window; None: that of the promise.
    """

    loaded: LoadedPlan
    name: str
    reader: Reader
    at: datetime | None
    window: str | None

    @property
    def moment(self) -> dict[str, str]:
        """The parameter of a question that says when it is seen from; none: now."""
        return {} if self.at is None else {"at": self.at.isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptKind:
    """A kind of receipt.

    Attributes:
        ids: The form of the names, for people.
        of: Whether a name in a plan has a receipt of this kind.
        document: Makes it as plain data, without its digest.
        text: Writes it to be read, without its digest.
        metrics: What is shown that it accounts for.
    """

    ids: str
    of: Callable[[Plan, str], bool]
    document: Callable[[Asked], dict[str, Any]]
    text: Callable[[dict[str, Any]], str]
    metrics: tuple[Metric, ...]
