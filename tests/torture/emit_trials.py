"""Writes rules and tests of small plans, by whatever compiler is first on the path.

Run as a process of its own, so that a compiler with a fault in it can be on that path.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import plans
from rule_oracle import POLICY, plan_judging

from truegreen_definitions.artifacts import BuildInfo, write_all
from truegreen_definitions.emitters.rule_tests import RULE_TESTS
from truegreen_definitions.emitters.rules import RULES
from truegreen_definitions.names import MethodValue
from truegreen_definitions.plan import (
    Alerting,
    Escalation,
    ExcludedTime,
    Outcome,
    Process,
    Visit,
)
from truegreen_definitions.units import parse_window

__all__ = ["COMPANY", "JUDGED"]

JUDGED = {
    "census": plan_judging(replace(plans.AVAILABILITY, objective=Decimal("0.99"))),
    "sample": plan_judging(
        replace(plans.AVAILABILITY, objective=Decimal("0.95"), sampling="sample")
    ),
}
_ANSWERED = replace(
    plans.CSAT, id="order-to-cash/answered", name="answered", kind="sla", sampling="census"
)
_OTHER_EXPORT = replace(plans.SURVEY_EXPORT, name="survey-import", read=plans.HOURLY)
_POLICY = replace(POLICY, burn=(POLICY.burn[0], POLICY.burn[-1]))
_MONTHLY, _WEEKLY = (
    replace(
        plans.over(plans.AVAILABILITY, window), id=f"order-to-cash/{window}ly", name=f"{window}ly"
    )
    for window in ("month", "week")
)
_AWARE = Alerting(wilson=True, during="office", muted=("strike",))
_FELT = replace(plans.PAY_FELT, alerting=_AWARE)
_UPKEPT = replace(
    plans.AVAILABILITY,
    id="order-to-cash/upkept",
    name="upkept",
    kind="xla",
    parts=replace(
        plans.AVAILABILITY.parts, exclusions=(ExcludedTime(calendar="strike", reason="a strike"),)
    ),
)
_NIGHTLY = replace(
    plans.TEAM,
    hours="maintenance",
    escalations=(
        *plans.TEAM.escalations,
        Escalation(severity="ticket", after_seconds=86_400, team="checkout-team"),
    ),
)
_SERVED = Visit(step="pay", column="", queued="", accepted="", start="began", end="ended")
_PROCESS = Process(
    table="visits",
    case="case_id",
    where="",
    visits=(_SERVED,),
    customer=(),
    within_seconds=86_400,
    windows=(parse_window("7d"),),
    methods=tuple(MethodValue),
    origin=plans.HERE,
)
_WORTHY = replace(
    plans.WORTH.services[0],
    review_due=date(2026, 6, 1),
    process=_PROCESS,
    outcome=Outcome(kind="revenue", goal="sell", measure="backlog", leading=("quick",)),
)
COMPANY = plans.under(
    replace(
        _POLICY,
        reporting_currency=plans.WORTH.policy.reporting_currency,
        rates=plans.WORTH.policy.rates,
    ),
    replace(
        plans.PLAN,
        services=(_WORTHY,),
        teams=(_NIGHTLY,),
        sources=(plans.SURVEY_EXPORT, _OTHER_EXPORT),
        agreements=(_ANSWERED, plans.AVAILABILITY, plans.CSAT, _MONTHLY, _FELT, _UPKEPT, _WEEKLY),
        measurements=(plans.BACKLOG, plans.LIKED, plans.QUICK),
    ),
)


def main() -> None:
    """Write the company's rules and tests, and the rules of each plan that is judged."""
    folder = Path(sys.argv[1])
    info = BuildInfo()
    write_all(folder, (*RULES.emit(COMPANY, info), *RULE_TESTS.emit(COMPANY, info)))
    for name, plan in JUDGED.items():
        (artifact,) = RULES.emit(plan, info)
        (folder / f"{name}.yml").write_text(artifact.text)


if __name__ == "__main__":
    main()
