"""The alert of leading indicators: one for each that is declared, and no other."""

from __future__ import annotations

from dataclasses import replace

import plans

from truegreen_definitions.emitters.rules.leading import leading_alerts
from truegreen_definitions.names import AlertName
from truegreen_definitions.plan import Outcome

OUTCOME = Outcome(kind="revenue", goal="sell", measure="orders", leading=("backlog", "age"))
SERVICE = replace(plans.SERVICE, outcome=OUTCOME)


def test_each_declared_indicator_has_its_alert() -> None:
    """An alert asks for the warning and for the proof behind it, and names outcome and owner."""
    backlog, age = leading_alerts(SERVICE, plans.POLICY.alerting)
    assert (backlog.name, age.labels["measure"]) == (AlertName.LEADING, "age")
    of = 'measure="backlog",service="order-to-cash"'
    expected = f"max(xla_leading_warning{{{of}}}) == 1\n"
    assert backlog.expr == f"{expected}and on () max(xla_leading_validated{{{of}}}) == 1"
    assert backlog.labels["owner"] == "checkout-team"
    assert backlog.labels["severity"] == "ticket"
    assert "orders has followed it" in backlog.annotations["summary"]


def test_nothing_declared_or_wanted_is_no_alert() -> None:
    """Without an outcome, and where the Policy says `none`, there is no alert."""
    assert list(leading_alerts(plans.SERVICE, plans.POLICY.alerting)) == []
    silent = replace(plans.POLICY.alerting, severities=(("leading", "none"),))
    assert list(leading_alerts(SERVICE, silent)) == []
