"""Agreements in the plan: who promises what, and what is left out."""

from __future__ import annotations

from decimal import Decimal

from companies import SERVICE, TEAM, compiled, promising, using

from truegreen_definitions.plan import Origin
from truegreen_definitions.problems import Severity

COUNTERS = "kind: promql\ngood: a_total\ntotal: b_total"


def test_agreement_carries_its_promise() -> None:
    """Id, kind, objective and window are those of the definition, the line is the agreement's."""
    found = compiled(shop=promising(COUNTERS, window="90d", objective="99.90%"))
    assert found.plan is not None
    (agreement,) = found.plan.agreements
    assert (agreement.id, agreement.kind) == ("shop/felt", "xla")
    assert (str(agreement.objective), agreement.window.label) == ("0.999", "90d")
    assert agreement.objective == Decimal("0.999")
    assert (agreement.sampling, agreement.indicator) == ("census", "promql")
    assert agreement.origin == Origin(path="shop.yaml", line=13)


def test_agreement_about_the_whole_service_has_no_step() -> None:
    """Then no vendor is accountable, and the service's owner answers."""
    found = compiled(shop=promising(COUNTERS))
    assert found.plan is not None
    (agreement,) = found.plan.agreements
    assert (agreement.step, agreement.vendor, agreement.owner) == ("", "", "shop-team")


def test_team_of_the_step_answers_for_it() -> None:
    """An agreement about a step is its team's, and its title defaults to its name."""
    team = TEAM + "---\napiVersion: truegreen/v1" + TEAM.replace("shop-team", "till-team")
    service = promising("kind: latency\nstep: browse\nsource: journey")
    found = compiled(
        people=team, shop=service.replace("{name: browse,", "{name: browse, team: till-team,")
    )
    assert found.plan is not None
    (agreement,) = found.plan.agreements
    assert (agreement.owner, agreement.title) == ("till-team", "felt")


def test_team_beside_a_vendor_watches_it() -> None:
    """The vendor is accountable for the step, and alerts about it go to the step's team."""
    team = TEAM + "---\napiVersion: truegreen/v1" + TEAM.replace("shop-team", "till-team")
    service = promising("kind: latency\nstep: pay\nsource: journey")
    owners = []
    for watched in (
        service,
        service.replace("vendor: paygate", "vendor: paygate, team: till-team"),
    ):
        found = compiled(people=team, shop=watched)
        assert found.plan is not None
        (agreement,) = found.plan.agreements
        assert agreement.vendor == "paygate"
        owners.append(agreement.owner)
    assert owners == ["shop-team", "till-team"]


def test_library_indicator_lends_its_name_and_title() -> None:
    """People see which indicator of the library it is, and its title where none is given."""
    found = compiled(shop=using("csat"))
    assert found.plan is not None
    (agreement,) = found.plan.agreements
    assert (agreement.indicator, agreement.title) == ("csat", "Customer satisfaction")
    assert agreement.sampling == "sample"


def test_a_bound_on_a_share_is_refused() -> None:
    """What has a share of good is promised as a percentage, and nothing else."""
    found = compiled(shop=promising(COUNTERS, objective="{at_most: 3d}"))
    assert found.plan is None
    assert [(one.id, one.severity) for one in found.problems] == [
        ("agreement/objective-kind", Severity.ERROR)
    ]


def test_slas_and_xlas_are_sorted_by_id() -> None:
    """The order of agreements is that of their ids, whatever their section."""
    promise = "{name: %s, use: csat, objective: 85%%, window: 30d}"
    service = SERVICE + f"  slas: [{promise % 'b'}]\n  xlas: [{promise % 'c'}, {promise % 'a'}]\n"
    found = compiled(shop=service)
    assert found.plan is not None
    assert [(one.name, one.kind) for one in found.plan.agreements] == [
        ("a", "xla"),
        ("b", "sla"),
        ("c", "xla"),
    ]
