"""The questions that a record store answers, by the name that they are asked by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from truegreen_exporters.reading.questions import (
    agreements,
    ledger,
    measures,
    money,
    prevented,
    reviews,
    sources,
    spending,
    steps,
    verdicts,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_exporters.reading.asked import Asked

__all__ = ["QUESTIONS"]

QUESTIONS: dict[str, Callable[[Asked], dict[str, Any]]] = {
    question.__name__: question
    for question in (
        agreements.parts,
        agreements.rows,
        agreements.past,
        agreements.closed,
        measures.value,
        measures.value_rows,
        measures.past_values,
        measures.closed_values,
        sources.sources,
        sources.rejects,
        money.channel,
        money.losses,
        money.contract,
        money.exposure,
        ledger.ledger,
        prevented.prevented,
        prevented.avoided,
        spending.costs,
        spending.saving,
        steps.step,
        steps.past_times,
        verdicts.watermelon,
        verdicts.outcomes,
        reviews.review,
    )
}
