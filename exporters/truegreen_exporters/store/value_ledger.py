"""The ledger of closed periods of measures: each one's value as it was frozen, and what came after.

As in `ledger`, revision 0 is the frozen value and is never written over, and a correction that
reaches a closed period adds a revision. Sums are kept as the decimals they are.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from math import isclose
from typing import TYPE_CHECKING

import duckdb

from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.engines.value_question import Valued
from truegreen_exporters.store.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from truegreen_definitions.plan import Values
    from truegreen_exporters.store.ledger import Key

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
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

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

    def says(self, found: Valued) -> bool:
        """Return whether it has the same parts, and a value that is the same but for rounding."""
        own = self.valued
        exact = ("total", "pending", "excluded", "numerator", "denominator")
        floats = ("value", "lower", "upper")
        return all(getattr(own, name) == getattr(found, name) for name in exact) and all(
            _same(getattr(own, name), getattr(found, name)) for name in floats
        )


class ValueLedger:
    """The entries of a state file.

    Args:
        connection: To the state file.
        known_at: Read what was known at this moment; None for now.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, known_at: datetime | None = None
    ) -> None:
        self._connection = connection
        self._known_at = 2**62 if known_at is None else microseconds(known_at)

    def entries(self) -> tuple[ValueEntry, ...]:
        """Return every entry, in the order of measure, zone, start and revision."""
        found = self._connection.execute(
            f"SELECT {_LISTED} FROM _closed_value WHERE known <= ? "  # noqa: S608  ours
            "ORDER BY measure, zone, start, period, revision",
            [self._known_at],
        ).fetchall()
        return tuple(ValueEntry(**dict(zip(_NAMES, row, strict=True))) for row in found)

    def write(self, entries: Iterable[ValueEntry]) -> None:
        """Add entries, all or none of them.

        Raises:
            StoreError: The state file cannot be written.
        """
        rows = [(*asdict(entry).values(), entry.digest) for entry in entries]
        if not rows:
            return
        kinds = ["VARCHAR"] * 3 + ["BIGINT"] * 3 + ["DOUBLE"] * 3 + ["BIGINT"] * 3
        kinds += ["VARCHAR"] * 2 + ["BIGINT"] + ["VARCHAR"] * 2
        values = ", ".join(f"unnest(?::{kind}[])" for kind in kinds)
        statement = f"INSERT INTO _closed_value ({_LISTED}, digest) SELECT {values}"
        try:
            self._connection.execute(statement, list(map(list, zip(*rows, strict=True))))
        except duckdb.Error as error:
            raise StoreError(f"cannot write closed periods to the state file: {error}") from error


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


_NAMES = tuple(field.name for field in fields(ValueEntry))
_LISTED = ", ".join(f'"{name}"' for name in _NAMES)
