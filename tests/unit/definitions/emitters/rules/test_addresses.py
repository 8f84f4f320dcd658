"""Links of alerts, with and without the hosts of the Policy."""

from __future__ import annotations

from dataclasses import replace

import plans

from truegreen_definitions.emitters.rules import rule_groups
from truegreen_definitions.emitters.rules.rule import Alert


def alerts(**addresses: str) -> list[Alert]:
    """Every alert of the plan under a policy with these addresses."""
    policy = replace(plans.POLICY, **addresses)
    groups = rule_groups(replace(plans.PLAN, policy=policy), plans.SERVICE)
    return [rule for group in groups for rule in group.rules if isinstance(rule, Alert)]


def test_links_have_no_host_where_none_is_named() -> None:
    """A path works in the page that shows the alert."""
    assert alerts()
    for one in alerts():
        assert one.annotations["board"] == "/d/xla-service?var-service=order-to-cash"
        assert "catalogue" not in one.annotations


def test_links_of_every_alert_have_the_hosts_of_the_policy() -> None:
    """From a mail or a chat both links lead somewhere."""
    for one in alerts(boards_url="https://g.example/x", catalogue_url="https://c.example"):
        board = "https://g.example/x/d/xla-service?var-service=order-to-cash"
        assert one.annotations["board"] == board
        assert one.annotations["catalogue"] == "https://c.example/order-to-cash.html"
