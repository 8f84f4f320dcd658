"""What an alert tells: labels, and annotations as Prometheus fills them in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import plans
import yaml
from promtool import run_tests

from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.emitters.rules import RULES
from truegreen_definitions.names import AlertLabel, AlertName
from truegreen_definitions.plan import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TRICKY = replace(plans.SERVICE, title='Order {{ $value }} to "cash"')
TERMS = {"service": "order-to-cash", "agreement": "csat", "kind": "xla", "window": "month"}


def alerts_of(text: str) -> list[dict[str, dict[str, str]]]:
    """Return the alerting rules of a file."""
    rules = [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]
    return [rule for rule in rules if "alert" in rule]


def test_annotations_are_filled_in_by_prometheus(
    tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """A missed objective tells its bound, what is left, where to look; a title stays literal."""
    plan = replace(plans.PLAN, services=(TRICKY,), agreements=(plans.CSAT,), sources=())
    (artifact,) = RULES.emit(plan, BuildInfo())
    (tmp_path / "rules.yml").write_text(artifact.text)
    expected = {
        "exp_labels": {
            **TERMS,
            "owner": "checkout-team",
            "severity": "ticket",
        },
        "exp_annotations": {
            # The upper Wilson bound of 600 in 1,000 is (0.6 + 0.0019 + 0.0304) / 1.0038.
            "summary": 'Order {{ $value }} to "cash", Customer satisfaction: '
            "62.99% at best, 85% over month was promised",
            "budget_left": "-166.7%",
            "board": "/d/xla-service?var-service=order-to-cash",
            "definition": "shop.yaml:7",
        },
    }
    terms = ",".join(f'{name}="{value}"' for name, value in TERMS.items())
    test = {
        "rule_files": ["rules.yml"],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [
                    {"series": f'xla_window_events{{{terms},part="good"}}', "values": "600x3"},
                    {"series": f'xla_window_events{{{terms},part="total"}}', "values": "1000x3"},
                ],
                "alert_rule_test": [
                    {
                        "alertname": "XlaObjectiveMissed",
                        "eval_time": "2m",
                        "exp_alerts": [expected],
                    }
                ],
            }
        ],
    }
    (tmp_path / "rules_test.yml").write_text(yaml.safe_dump(test))
    done = run_tests(tool("promtool"), tmp_path / "rules_test.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_can_be_routed_and_traced() -> None:
    """Each alert names service, owner and severity, and says where it is defined."""
    outcome = Outcome(kind="revenue", goal="sell", measure="orders", leading=("backlog",))
    plan = replace(plans.PLAN, services=(replace(plans.SERVICE, outcome=outcome),))
    (artifact,) = RULES.emit(plan, BuildInfo())
    alerts = alerts_of(artifact.text)
    assert {str(alert["alert"]) for alert in alerts} == {str(name) for name in AlertName}
    for alert in alerts:
        assert {"service", "owner", AlertLabel.SEVERITY} <= alert["labels"].keys()
        assert alert["labels"][AlertLabel.SEVERITY] in ("page", "ticket")
        assert {"summary", "board", "definition"} <= alert["annotations"].keys()


def test_absence_is_as_severe_as_the_fastest_pair() -> None:
    """Counters that vanish may be the outage itself, so they page where a burn would."""
    (artifact,) = RULES.emit(plans.PLAN, BuildInfo())
    absent = [one for one in alerts_of(artifact.text) if str(one["alert"]) == AlertName.ABSENT]
    assert [one["labels"]["agreement"] for one in absent] == ["availability", "pay-felt"]
    assert {one["labels"]["severity"] for one in absent} == {plans.POLICY.burn[0].severity}
