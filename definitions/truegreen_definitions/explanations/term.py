"""What an agreement moves by a contract: `truegreen explain CONTRACT/SERVICE/AGREEMENT`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.explanations.agreement import promise_words
from truegreen_definitions.explanations.explanation import Explanation, fact
from truegreen_definitions.units import number_text, percent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from truegreen_definitions.plan import Contract, Measure, Plan

__all__ = ["explain_terms", "term_ids"]


def term_ids(plan: Plan) -> Iterator[str]:
    """Yield the id of every agreement in a contract."""
    for contract in plan.contracts:
        for agreement in contract.agreements:
            yield f"{contract.name}/{agreement}"


def explain_terms(plan: Plan, wanted: str) -> Iterator[Explanation]:
    """Yield what the terms of a contract say about an agreement, where that is what is meant."""
    name, _, agreement = wanted.partition("/")
    for contract in plan.contracts:
        if contract.name == name and agreement in contract.agreements:
            yield _explained(plan, contract, agreement)


def _explained(plan: Plan, contract: Contract, agreement: str) -> Explanation:
    promised = (promise_words(one) for one in plan.agreements if one.id == agreement)
    measures = [one for one in contract.measures if one.agreement == agreement]
    minimums = [one for one in contract.significant_minimums if one.agreement == agreement]
    exported = [one.name for one in names.ALL if {names.CONTRACT, names.AGREEMENT} <= {*one.labels}]
    return Explanation(
        id=f"{contract.name}/{agreement}",
        what="measure",
        title=f"{agreement} in {contract.title}",
        origin=contract.origin,
        facts=(
            *fact("vendor", contract.vendor),
            *fact("client", contract.client),
            *fact("promised", promised),
            *fact("credits", (line for one in measures for line in _tiers(contract, one))),
            *fact("missed again", (f"x {_factors(one)}" for one in measures if one.repeat)),
            *fact(
                "significant minimum",
                (
                    f"{one.credit} {contract.currency} below {percent(one.floor)}"
                    + (f", judged from {one.min_sample} events on" if one.min_sample > 1 else "")
                    for one in minimums
                ),
            ),
            *fact("settled", f"every {contract.period}, in {contract.zone}"),
            *fact("exported", exported),
            *fact("receipt", f"truegreen contract explain {contract.name} --period PERIOD"),
        ),
    )


def _tiers(contract: Contract, measure: Measure) -> Iterator[str]:
    for tier in measure.tiers:
        share = measure.allocation * tier.credit
        yield f"below {percent(tier.below)}: {_money(contract, share)}"


def _money(contract: Contract, share: Decimal) -> str:
    if contract.at_risk is None:
        return f"{percent(share)} of what is at risk, itself a share of the invoice"
    return f"{contract.at_risk * share:,.2f} {contract.currency}, {percent(share)} of the pool"


def _factors(measure: Measure) -> str:
    return ", then x ".join(number_text(one) for one in measure.repeat)
