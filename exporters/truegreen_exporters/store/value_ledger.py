"""The ledger of closed periods of measures: each one's value as it was frozen, and what came after.

Sums are kept as the decimals they are.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from decimal import Decimal
from math import isclose
from typing import TYPE_CHECKING

from truegreen_exporters.digests import digest
from truegreen_exporters.engines.value_question import Valued
from truegreen_exporters.store.closed_ledger import ClosedLedger

if TYPE_CHECKING:
    from truegreen_definitions.plan import Values
    from truegreen_exporters.store.closed_ledger import Key

__all__ = ["ValueEntry", "ValueLedger", "values_digest"]

_LAST_DIGITS = 1e-9
"""Squares are added in floats, in whatever order: so much of a bound says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueEntry:
    """One revision of a closed period of a measure; see `value_question.Valued` for its parts.

    Attributes:
        measure: `service/name`.
        zone: In which the period turns.
        period: `2026-W40`, `2026-10`, `2026-Q4` or `2026`.
        revision: 0 for the frozen value, then one for each restatement.
        start: First instant of the period, in microseconds since 1970.
        end: First instant after it.
        known: When this value was taken down, in microseconds since 1970.
        definition: Digest of the expressions it was measured by.
    """

    measure: str
    zone: str
    period: str
    revision: int
    start: int
    end: int
    value: float | None
    lower: float | None
    upper: float | None
    total: int
    pending: int
    excluded: int
    numerator: str | None
    denominator: str | None
    known: int
    definition: str

    @property
    def key(self) -> Key:
        """The period it is a revision of."""
        return self.measure, self.zone, self.period

    @property
    def digest(self) -> str:
        """SHA-256 of the fields as JSON with sorted keys and no spaces, in hex."""
        return digest(asdict(self))

    @property
    def valued(self) -> Valued:
        """The value with its parts."""
        return Valued(
            value=self.value,
            lower=self.lower,
            upper=self.upper,
            total=self.total,
            pending=self.pending,
            excluded=self.excluded,
            numerator=None if self.numerator is None else Decimal(self.numerator),
            denominator=None if self.denominator is None else Decimal(self.denominator),
        )

    @property
    def empty(self) -> bool:
        """Whether there was nothing to measure."""
        return not (self.total or self.excluded)

    def says(self, other: ValueEntry) -> bool:
        """Return whether it has the same parts, and a value that is the same but for rounding."""
        own, found = self.valued, other.valued
        exact = ("total", "pending", "excluded", "numerator", "denominator")
        floats = ("value", "lower", "upper")
        return all(getattr(own, name) == getattr(found, name) for name in exact) and all(
            _same(getattr(own, name), getattr(found, name)) for name in floats
        )


class ValueLedger(ClosedLedger[ValueEntry]):
    """The closed periods of measures."""

    table, entry = "_closed_value", ValueEntry


def values_digest(values: Values) -> str:
    """Return the digest of what a measure is made of, and not of how it is told or judged."""
    made = asdict(values)
    for told in ("by", "cohort", "min_sample", "unit"):
        del made[told]
    made["exclusions"] = [exclusion.sql for exclusion in values.exclusions]
    return hashlib.sha256(json.dumps(made, sort_keys=True, default=str).encode()).hexdigest()


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return isclose(one, other, rel_tol=_LAST_DIGITS, abs_tol=_LAST_DIGITS)
