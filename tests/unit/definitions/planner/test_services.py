"""Services, teams and vendors in the plan."""

from __future__ import annotations

from companies import SERVICE, TEAM, compiled

from truegreen_definitions.plan import Origin, Plan, Receiver, Team


def _plan(service: str = SERVICE, people: str = TEAM) -> Plan:
    found = compiled(shop=service, people=people)
    assert found.plan is not None, found.problems
    return found.plan


def test_each_step_has_one_accountable_party() -> None:
    """A step's vendor, else its team, else the owner; a team beside a vendor watches it."""
    others = SERVICE.replace("{name: close}", "{name: close, team: till-team}").replace(
        "{name: browse,", "{name: browse, vendor: paygate, team: till-team,"
    )
    team = TEAM + "---\napiVersion: truegreen/v1" + TEAM.replace("shop-team", "till-team")
    steps = _plan(others, team).services[0].steps
    assert [(step.name, step.vendor, step.team) for step in steps] == [
        ("browse", "paygate", "till-team"),
        ("pay", "paygate", ""),
        ("invoice", "", "shop-team"),
        ("close", "", "till-team"),
    ]


def test_steps_follow_the_one_above_unless_they_say_otherwise() -> None:
    """`after` replaces the implied order; an empty one makes a first step."""
    branched = SERVICE.replace("{name: close}", "{name: close, after: [browse, pay]}").replace(
        "{name: invoice,", "{name: invoice, after: [],"
    )
    steps = _plan(branched).services[0].steps
    assert [step.after for step in steps] == [(), ("browse",), (), ("browse", "pay")]


def test_thresholds_are_seconds_or_none() -> None:
    """A step without latency has no threshold, which is not 0."""
    steps = {step.name: step for step in _plan().services[0].steps}
    assert (steps["pay"].satisfied_seconds, steps["pay"].tolerated_seconds) == (0.7, 2.8)
    assert (steps["close"].satisfied_seconds, steps["close"].tolerated_seconds) == (None, None)


def test_titles_default_to_names_and_origins_are_lines() -> None:
    """What has no title is called by its name; every part knows its line."""
    plan = _plan()
    assert [step.title for step in plan.services[0].steps][-1] == "close"
    assert plan.services[0].origin == Origin(path="shop.yaml", line=3)
    assert plan.services[0].steps[1].origin == Origin(path="shop.yaml", line=9)
    assert [vendor.title for vendor in plan.vendors] == ["PayGate"]


def test_team_without_receiver_has_an_empty_one() -> None:
    """Alerts of a kind for which a team has no receiver have none in the plan."""
    assert _plan().teams == (
        Team(
            name="shop-team",
            title="shop-team",
            contact="shop@example.org",
            page=Receiver(webhook="http://127.0.0.1:9099/page"),
            ticket=None,
            origin=Origin(path="people.yaml", line=3),
        ),
    )
