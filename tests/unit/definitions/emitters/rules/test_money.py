"""Rules of what a service is worth: what stands in them, and what a real server makes of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import plans
import pytest
from promtool import Bench

from truegreen_definitions import names
from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.emitters.rules import RULES, rule_groups
from truegreen_definitions.emitters.rules.money import money_group
from truegreen_definitions.emitters.rules.promise import promises_of
from truegreen_definitions.emitters.rules.rule import Alert
from truegreen_definitions.names import AnnotationName

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from truegreen_definitions.plan import Plan

(WORTHY,) = plans.WORTH.services


def recorded(plan: Plan) -> list[str]:
    """Return the metrics that the money group of the one service records, in order."""
    (service,) = plan.services
    groups = money_group(plan, service, promises_of(plan, service))
    return [rule.metric.name for group in groups for rule in group.rules]


def test_what_is_not_declared_is_not_recorded() -> None:
    """A service that says nothing of money has no group, and its alerts no word of money."""
    assert recorded(plans.PLAN) == []
    alerts = [
        rule
        for group in rule_groups(plans.PLAN, plans.SERVICE)
        for rule in group.rules
        if isinstance(rule, Alert)
    ]
    assert alerts
    assert not any(AnnotationName.MONEY_PER_HOUR in one.annotations for one in alerts)


def test_every_alert_of_a_valued_service_says_what_is_at_risk() -> None:
    """Alerts about agreements and about the service ask for money at risk per hour."""
    groups = rule_groups(plans.WORTH, WORTHY)
    alerts = [rule for group in groups for rule in group.rules if isinstance(rule, Alert)]
    told = {str(one.name) for one in alerts if AnnotationName.MONEY_PER_HOUR in one.annotations}
    assert {names.AlertName.BURN, names.AlertName.WATERMELON} <= told


@pytest.mark.parametrize(
    ("change", "gone"),
    [
        ({"values": ()}, {names.VALUE_AT_RISK, names.REPORTED_VALUE_AT_RISK}),
        ({"production": ()}, {names.PRODUCTION_AT_RISK}),
        ({"outage": None}, {names.REPUTATION}),
    ],
)
def test_each_figure_needs_its_own_declaration(
    change: dict[str, object], gone: set[names.Metric]
) -> None:
    """Taking one declaration out takes its series out, and leaves the others."""
    plan = replace(plans.WORTH, services=(replace(WORTHY, **change),))  # type: ignore[arg-type]
    left = set(recorded(plan))
    assert left == set(recorded(plans.WORTH)) - {metric.name for metric in gone}


def test_a_currency_without_a_rate_is_not_reported() -> None:
    """Dollars without a rate stay dollars; euros are reported as they are, and no sum of costs."""
    policy = replace(plans.WORTH.policy, rates=())
    plan = replace(plans.WORTH, policy=policy)
    assert recorded(plan).count(names.VALUE_AT_RISK.name) == 2
    assert recorded(plan).count(names.REPORTED_VALUE_AT_RISK.name) == 1
    nobody = replace(plan, policy=replace(policy, reporting_currency=""))
    assert names.REPORTED_VALUE_AT_RISK.name not in recorded(nobody)
    for unknown in (plan, nobody):
        assert names.OUTAGE_COST.name in recorded(unknown)
        assert names.REPORTED_OUTAGE_COST.name not in recorded(unknown), "overtime is in francs"


def test_figures_are_those_of_the_page(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """By hand: 6 EUR and 10 USD a minute expected, half of paying and 2 % of requests bad.

    web    max(2 % x 1, 50 % x 0.6) = 0.3, x 1.86 EUR margin x 1.5 = 0.837 EUR
    abroad 2 %, x 10 USD x 1.5 = 0.3 USD = 0.27645 EUR at 0.9215
    """
    plan = plans.WORTH
    (artifact,) = RULES.emit(plan, BuildInfo())
    bench = Bench(
        promtool=tool("promtool"),
        folder=tmp_path,
        rules=artifact.text,
        step_seconds=60,
        evaluate_seconds=60,
    )
    service = 'service="order-to-cash"'
    shop = f'shop_requests_total{{code="%s",{service}}}'
    steps = f'xla_step_outcomes_total{{journey="buy-something",{service},step="pay",outcome="%s"}}'
    worth = f"xla_expected_value_per_minute{{{service},channel=%s}}"
    samples = {
        shop % "200": "0+98x30",
        shop % "500": "0+2x30",
        steps % "satisfied": "0+50x30",
        steps % "frustrated": "0+50x30",
        worth % '"web",currency="EUR",basis="revenue",bound="point"': "6x30",
        worth % '"web",currency="EUR",basis="margin",bound="point"': "1.86x30",
        worth % '"abroad",currency="USD",basis="revenue",bound="point"': "10x30",
        f"xla_critical_factor{{{service}}}": "1.5x30",
        'xla_fx_rate{from="USD",to="EUR"}': "0.9215x30",
        'xla_fx_rate{from="CHF",to="EUR"}': "1.065x30",
    }
    asked = {
        'xla:value_at_risk:per_minute{channel="web",currency="EUR"}': 0.837,
        'xla:value_at_risk:per_minute{channel="abroad",currency="USD"}': 0.3,
        'xla:reported_value_at_risk:per_minute{channel="abroad",currency="EUR"}': 0.27645,
        'xla:production_at_risk:per_hour{production="packing",unit="parcel"}': 40 * 0.98 * 0.3,
        'xla:outage_cost:per_minute{component="net_loss",channel="web"}': 1.86 * 0.65 * 1.5,
        'xla:outage_cost:per_minute{component="cash_delay",channel="web"}': (
            6 * 0.35 * 2 / 365 * 0.08
        ),
        'xla:outage_cost:per_minute{component="overtime",currency="CHF"}': 248 / 60,
        'xla:outage_cost:per_minute{component="production"}': 40 * 0.98 * 3.1 / 60,
        'xla:outage_cost:per_minute{component="penalties"}': 12.5,
        'xla:reported_outage_cost:per_minute{currency="EUR"}': (
            1.86 * 0.65 * 1.5
            + 6 * 0.35 * 2 / 365 * 0.08
            + 248 / 60 * 1.065
            + 40 * 0.98 * 3.1 / 60
            + 12.5
        ),
    }
    got = bench.ask(samples, [(f"sum({expr})", 1_500) for expr in asked])
    assert got == pytest.approx(list(asked.values()))
    (absent,) = bench.ask(samples, [('count(xla:outage_cost:per_minute{channel="abroad"})', 1_500)])
    assert absent is None, "nobody said how much of it comes back"
