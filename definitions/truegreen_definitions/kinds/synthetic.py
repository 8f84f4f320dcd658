"""Traffic of our own probes is no customer's: the matcher that leaves it out of counters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.expressions import promql
from truegreen_definitions.expressions.errors import ExpressionError

if TYPE_CHECKING:
    from truegreen_definitions.expressions.promql import Matcher
    from truegreen_definitions.kinds.asked import Asked

__all__ = ["not_synthetic"]


def not_synthetic(asked: Asked) -> tuple[Matcher, ...]:
    """Return the Policy's matcher; what is wrong with it is reported once, with the Policy."""
    declared = asked.policy.synthetic
    if declared is None or declared.promql is None:
        return ()
    try:
        return promql.parse_matchers(declared.promql)
    except ExpressionError:
        return ()
