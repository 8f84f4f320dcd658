"""The query of the transactions that an entry of the ledger of losses rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from truegreen_exporters.accountability.losses.channel import channels
from truegreen_exporters.engines.sql_terms import in_zone
from truegreen_exporters.engines.volume_question import volume_sql
from truegreen_exporters.intake.mapping import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from truegreen_definitions.plan import Plan

__all__ = ["transactions_sql"]


def transactions_sql(plan: Plan, entry: Mapping[str, Any]) -> str:
    """Return the query of an entry's transactions; empty where it rests on none.

    Args:
        plan: Has its channel.
        entry: As `Booking.document`.
    """
    evidence = entry["evidence"]
    for channel in channels(plan):
        same = (channel.service.name, channel.name) == (entry["service"], entry["channel"])
        if same and "from" in evidence:
            end = max(span[1] for span in (*evidence["outage"], *evidence["catch_up"]))
            question = channel.question
            query = volume_sql(question, quoted(question.table), (evidence["from"], end))
            return f"{in_zone(question.zone)}\n{query}"
    return ""
