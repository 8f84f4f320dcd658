"""What is kept account of beside promises, explained: `service/losses` and its like.

    service/losses       the ledger of losses, and how its estimate does on clean history
    service/avoided      what prevented outages would have cost
    service/outcome      what moves the outcome of the business
    service/PRODUCTION   what a production would make, and how much of it is at risk

A promise of the same name is explained beside it, and has the receipt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.explanations.answers import answers
from truegreen_definitions.explanations.boards import board_lines
from truegreen_definitions.explanations.explanation import Explanation, fact
from truegreen_definitions.explanations.series import group_lines, rules_about, series_lines
from truegreen_definitions.units import duration_label, number_text, percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.artifacts import Artifact
    from truegreen_definitions.names import Metric
    from truegreen_definitions.plan import Plan, Production, Service

__all__ = [
    "AVOIDED",
    "AVOIDED_SHOWN",
    "LOSSES",
    "LOSSES_SHOWN",
    "OUTCOME",
    "OUTCOME_SHOWN",
    "account_ids",
    "explain_accounts",
    "keeps_losses",
]

LOSSES, AVOIDED, OUTCOME = "losses", "avoided", "outcome"

LOSSES_SHOWN: tuple[Metric, ...] = (
    names.LOSS,
    names.LOSS_STRATUM,
    names.LOST_TRANSACTIONS,
    names.DEFERRED_COST,
    names.LOSS_EPISODES,
    names.LOSS_RESTATEMENTS,
    names.LOSS_BOOKING,
    names.PLACEBO_WINDOWS,
    names.PLACEBO_COVERAGE,
    names.PLACEBO_BIAS,
    names.PLACEBO_BOOKED,
    names.INCIDENT_SEVERITY,
)
AVOIDED_SHOWN: tuple[Metric, ...] = (names.AVOIDED_LOSS, names.AVOIDED_CASES)
OUTCOME_SHOWN: tuple[Metric, ...] = (
    names.OUTCOME_CORRELATION,
    names.OUTCOME_SAMPLE,
    names.LEADING_VALIDATED,
    names.LEADING_WARNING,
)


def keeps_losses(service: Service) -> bool:
    """Return whether what a service sells is known by rows, so that losses can be estimated."""
    return any(value.table and value.at for value in service.values)


def account_ids(plan: Plan) -> Iterator[str]:
    """Yield the id of everything that is kept account of."""
    for service in plan.services:
        yield from (f"{service.name}/{part}" for part in _parts(service))


def explain_accounts(
    plan: Plan, service: Service, part: str, artifacts: Sequence[Artifact]
) -> Iterator[Explanation]:
    """Yield what a part of that name of a service is, if account is kept of it."""
    if part not in _parts(service):
        return
    for line in service.production:
        if line.name == part:
            yield _production(plan, service, line, artifacts)
    told = {
        LOSSES: (f"What outages of {service.title} cost", LOSSES_SHOWN, _losses(service)),
        AVOIDED: (f"What {service.title} was spared", AVOIDED_SHOWN, _avoided(service)),
        OUTCOME: (f"What moves the outcome of {service.title}", OUTCOME_SHOWN, _outcome(service)),
    }
    if part in told and part not in {line.name for line in service.production}:
        title, metrics, terms = told[part]
        exported = [one.name for one in metrics]
        labels = {names.SERVICE: service.name}
        yield Explanation(
            id=f"{service.name}/{part}",
            what=part,
            title=title,
            origin=service.origin,
            facts=(
                *fact("terms", terms),
                *fact("exported", exported),
                *fact("boards", board_lines(artifacts, exported, labels)),
                *fact("receipt", f"truegreen explain {service.name}/{part} --state FILE"),
                *answers(plan, service.owner),
            ),
        )


def _parts(service: Service) -> tuple[str, ...]:
    kept = keeps_losses(service)
    spared = service.losses is not None and service.losses.avoided is not None
    measured = service.outcome is not None and bool(service.outcome.measure)
    return (
        *((LOSSES,) if kept else ()),
        *((AVOIDED,) if kept and spared else ()),
        *((OUTCOME,) if measured else ()),
        *(line.name for line in service.production),
    )


def _losses(service: Service) -> Iterator[str]:
    yield "expected less actual of every outage, booked where the interval holds no zero"
    if service.losses is not None:
        yield f"ordinary weeks: the {service.losses.weeks} before it"
        for one in service.losses.catch_up:
            yield f"{one.channel}: customers come back within {duration_label(one.within_seconds)}"


def _avoided(service: Service) -> Iterator[str]:
    rule = None if service.losses is None else service.losses.avoided
    if rule is not None:
        yield "detected, remedied, and back to normal: an opinion, never netted with losses"
        yield f"the fault stays away for {duration_label(rule.stays_away_seconds)}"
        yield f"judged from {rule.least_cases} detections of its symptom on that nobody remedied"


def _outcome(service: Service) -> Iterator[str]:
    if service.outcome is not None:
        yield f"{service.outcome.measure}, every {service.outcome.every}: {service.outcome.goal}"
        yield f"indicators lead it by up to {service.outcome.lags} {service.outcome.every}s"
        if service.outcome.leading:
            yield f"may warn once validated: {', '.join(service.outcome.leading)}"


def _production(
    plan: Plan, service: Service, line: Production, artifacts: Sequence[Artifact]
) -> Explanation:
    labels = {names.SERVICE: service.name, names.PRODUCTION: line.name}
    rules = rules_about(plan, service.name, labels)
    metrics = [one.partition(" ")[0] for one in series_lines(rules)]
    worth = "" if line.value is None else f", each worth {line.value} {line.currency}"
    budgets = {one.id: one.budget for one in plan.agreements}
    at_risk = (
        f"{one.agreement}: bad share x {percent(one.weight)}; its budget is {percent(budget)}"
        for one in line.at_risk
        if (budget := budgets.get(f"{service.name}/{one.agreement}")) is not None
    )
    return Explanation(
        id=f"{service.name}/{line.name}",
        what="production",
        title=f"{service.title}, {line.name}",
        origin=service.origin,
        facts=(
            *fact(
                "makes",
                f"{number_text(line.per_hour)} {line.unit} an hour, {percent(line.good)} of them "
                f"good{worth}",
            ),
            *fact("at risk by", at_risk),
            *fact("rules", group_lines(plan, service.name, rules) if rules else ()),
            *fact("series", series_lines(rules)),
            *fact("boards", board_lines(artifacts, metrics, labels)),
            *answers(plan, service.owner),
        ),
    )
