"""Questions whose answers are shown apart: a stratum of the rows, or one reason to leave some out.

Each is the whole question about fewer rows, so it is answered as exactly as that. Strata of a
column are those of the declared values and `other`, so together they are all rows; a row that
meets several exclusions counts for the first, so together the reasons are all that was left out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from truegreen_exporters.intake.mapping import literal, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import Records, Stratum, Values

__all__ = ["OTHER", "reasons", "strata"]

OTHER = "other"

P = TypeVar("P", "Records", "Values")


def strata(parts: P) -> Iterator[tuple[str, str, P]]:
    """Yield (column, value, what is measured of its rows), the rest of a column as `other`."""
    for stratum in parts.by:
        for value, condition in _conditions(stratum):
            yield stratum.column, value, _only(parts, condition)


def reasons(parts: P) -> Iterator[tuple[str, P]]:
    """Yield (reason, what counts in place of the rest: the rows that were left out for it)."""
    before: list[str] = []
    for exclusion in parts.exclusions:
        earlier = "".join(f" AND NOT coalesce(({one}), false)" for one in before)
        whole = replace(parts, exclusions=(), each=None if parts.truth == "records" else "")
        yield exclusion.reason, _only(whole, f"({exclusion.sql}){earlier}")
        before.append(exclusion.sql)


def _conditions(stratum: Stratum) -> Iterator[tuple[str, str]]:
    # DuckDB reads a literal as what it is compared with: 1 is 1.000000000000, and text is text.
    column = quoted(stratum.column)
    for value in stratum.values:
        yield value, f"{column} = {literal(value)}"
    listed = ", ".join(map(literal, stratum.values))
    yield OTHER, f"coalesce({column} NOT IN ({listed}), true)"


def _only(parts: P, condition: str) -> P:
    """Return the same about the rows for which a condition holds.

    It stands in what a row is asked, and not in which rows there are: neighbours stay neighbours.
    """
    if parts.truth == "records":
        return replace(parts, total=f"({parts.total}) AND ({condition})")
    if parts.per and parts.value:
        return replace(parts, value=f"CASE WHEN {condition} THEN ({parts.value}) END")
    where = f"({parts.where}) AND ({condition})" if parts.where else condition
    return replace(parts, where=where)
