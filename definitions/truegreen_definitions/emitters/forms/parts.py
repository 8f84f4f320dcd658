"""A group in parts of no more than so many rules, cut where it matters least.

Rules of a group are evaluated in order, at one instant. Parts are groups of their own: the ruler
evaluates them side by side, so what a later part reads of an earlier one may be one interval
old. Parts only ever read earlier ones, and a cut is made where the fewest series are read
across it; good is never cut from its total, so no ratio is ever taken of two instants.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.slices import matches, output_of, selectors
from truegreen_definitions.emitters.rules.rule import Recording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_definitions.emitters.rules.rule import Group, Rule

__all__ = ["parts_of"]

_TOTALS = {names.GOOD_SUM.name: names.TOTAL_SUM.name, names.GOOD_5M.name: names.TOTAL_5M.name}


def parts_of(group: Group, most: int) -> tuple[Group, ...]:
    """Return a group in parts of at most `most` rules, in order, as `name`, `name/2`, `name/3`."""
    rules = group.rules
    reads = [_read_before(rules, place) for place in range(len(rules))]
    parts, begin = [], 0
    while begin < len(rules):
        end = begin + most
        if end < len(rules):
            end = _best_cut(rules, reads, begin, end)
        parts.append(rules[begin:end])
        begin = end
    return tuple(_part(group, number, part) for number, part in enumerate(parts, start=1))


def _part(group: Group, number: int, rules: tuple[Rule, ...]) -> Group:
    if number == 1:
        return replace(group, rules=rules)
    comment = f"{group.comment}\nreads the parts before it, at most one interval old"
    return replace(group, name=f"{group.name}/{number}", comment=comment, rules=rules)


def _read_before(rules: Sequence[Rule], place: int) -> frozenset[int]:
    """Return the places of earlier rules of the group that a rule reads."""
    wanted = selectors(rules[place].expr)
    outputs = ((n, output_of(rule)) for n, rule in enumerate(rules[:place]))
    return frozenset(n for n, out in outputs if any(matches(one, out) for one in wanted))


def _best_cut(
    rules: Sequence[Rule], reads: Sequence[frozenset[int]], begin: int, latest: int
) -> int:
    """Return the cut up to `latest` that the fewest later rules read across; late ones first."""
    allowed = [
        cut
        for cut in range(latest, begin + (latest - begin) // 2, -1)
        if not _splits_pair(rules, cut)
    ]
    return min(
        allowed or [latest],
        key=lambda cut: sum(
            1 for place in range(cut, len(rules)) for n in reads[place] if begin <= n < cut
        ),
    )


def _splits_pair(rules: Sequence[Rule], cut: int) -> bool:
    """Return whether a cut parts a good count from the total it is held against."""
    before, after = rules[cut - 1], rules[cut]
    return (
        isinstance(before, Recording)
        and isinstance(after, Recording)
        and _TOTALS.get(after.metric.name) == before.metric.name
    )
