"""What became of each step of each case, as a query over the steps of cases.

satisfied, tolerated, frustrated   by the time it took, all its visits together
frustrated                         also while it is open, as soon as it is beyond tolerated
pending                            while it is open and not: not dropped, and no verdict yet
unknown                            where times are missing, or contradict each other

So nothing that is slow is left out until it ends, and nothing that is open counts as quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.names import StepOutcomeValue
from truegreen_exporters.intake.mapping import literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_exporters.process.question import ProcessQuestion

__all__ = ["judged_query"]


def judged_query(question: ProcessQuestion, steps: str) -> str:
    """Return the query of steps of cases with outcome, overrun, and whether none was before."""
    bounds = " UNION ALL ".join(
        f"SELECT {literal(step.name)} AS _step, {question.satisfied(step)}::BIGINT AS _good, "
        f"{question.tolerated(step)}::BIGINT AS _most"
        for step in question.steps
    )
    value = StepOutcomeValue
    outcome = (
        f"CASE WHEN _lost THEN '{value.UNKNOWN}' WHEN _took > _most THEN '{value.FRUSTRATED}' "
        f"WHEN _open THEN '{value.PENDING}' WHEN _took > _good THEN '{value.TOLERATED}' "
        f"ELSE '{value.SATISFIED}' END"
    )
    alone = _without(question.before, "_alone")
    ends = _without(question.behind, "_unfollowed")
    return (
        f"WITH _found AS MATERIALIZED ({steps}) SELECT _found.*, {outcome} AS _outcome, "  # noqa: S608  made of the above
        "CASE WHEN _lost THEN 0 ELSE greatest(0, _took - _most) END AS _over, "
        "coalesce(_alone, false) AS _alone, coalesce(_unfollowed, false) AS _unfollowed "
        f"FROM _found JOIN ({bounds}) USING (_step) "
        f"LEFT JOIN ({alone}) USING (_case, _step) LEFT JOIN ({ends}) USING (_case, _step)"
    )


def _without(pairs: Sequence[tuple[str, str]], named: str) -> str:
    """Return the query of steps of cases whether none of the steps paired with them was visited."""
    listed = ", ".join(f"({literal(one)}, {literal(other)})" for one, other in pairs)
    rows = f"VALUES {listed}" if listed else "SELECT NULL::VARCHAR, NULL::VARCHAR LIMIT 0"
    return (
        f"SELECT p._case, p._step, count(q._step) = 0 AS {named} FROM _found p "  # noqa: S608  as above
        f"JOIN ({rows}) o(_step, _other) USING (_step) "
        "LEFT JOIN _found q ON q._case = p._case AND q._step = o._other GROUP BY ALL"
    )
