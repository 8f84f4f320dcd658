"""What people experience, beyond one promise: case by case, and as one score."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal  # noqa: TC003  pydantic reads the annotations when plan.json is loaded

__all__ = ["Cases", "Score"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """How cases are followed from what an SLA says of them to what people experienced.

    Attributes:
        by: Column that names the case, in every table.
        slas: Names of the SLAs that are compared.
        bad: Names of the XLAs of which one row that is not good makes a case bad.
        mix: Column of the SLAs' tables that says what kind of case it is; empty for none.
    """

    by: str
    slas: tuple[str, ...]
    bad: tuple[str, ...]
    mix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The XLA score of a service.

    Attributes:
        weights: (name of an agreement, how much it counts), sorted.
        veto: Names of those whose breach makes the score 0.
    """

    weights: tuple[tuple[str, Decimal], ...]
    veto: tuple[str, ...]
